package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.report.Mark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is broken on purpose is felt, is marked, and does not mislead the judge. */
class ChaosIT {
    private FakeInstallation installation;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() {
        installation = new FakeInstallation();
    }

    @AfterEach
    void stop() {
        installation.close();
    }

    @Test
    void aCutConnectionIsMadeAgainAndNothingIsLost() throws IOException {
        Report report = run("""
                - {kind: cut, on: mqtt, at: 500ms, for: 500ms}
                - {kind: cut, on: amqp, at: 700ms, for: 500ms}
                """);

        assertTrue(report.clean(), report::toString);
        assertTrue(report.trouble().connectionsLost() >= 10, report::toString);
        assertTrue(report.trouble().consumerReconnects() > 0, report::toString);
        assertEquals(List.of("cut mqtt", "cut amqp"), labels(report));
        assertTrue(report.story().marks().get(0).fromS() > 0.49, report::toString);
    }

    @Test
    void aBlackHoleBreaksNothingAndShowsInTheLatency() throws IOException {
        Report report = run("- {kind: black-hole, on: mqtt, at: 500ms, for: 1s}\n");

        assertTrue(report.clean(), report::toString);
        assertEquals(0, report.trouble().connectionsLost(), report::toString);
        assertTrue(report.acknowledging().maxUs() > 900_000, report::toString);
    }

    @Test
    void delayAndThrottleShowInTheLatency() throws IOException {
        Report report = run("""
                - {kind: delay, on: amqp, delay: 150ms, for: 10s}
                - {kind: rate, on: mqtt, at: 1s, for: 500ms, bytes-per-second: 2KiB}
                """);

        assertTrue(report.clean(), report::toString);
        assertTrue(report.arriving().p50Us() > 140_000, report::toString);
        assertTrue(report.acknowledging().maxUs() > 200_000, report::toString);
    }

    @Test
    void commandsAreRunAndUndoneIfThatIsAllowed() throws IOException {
        Path touched = directory.resolve("touched");
        String undo = "timeout 60 sh -c \"until rm %s; do sleep 0.05; done\"; exit 3".formatted(touched);
        String fault =
                "- {kind: command, at: 200ms, for: 300ms, run: '{touch} %s', undo: '%s'}\n".formatted(touched, undo);
        Report[] report = {null};

        assertTrue(assertThrows(IllegalArgumentException.class, () -> run(fault))
                .getMessage()
                .endsWith("say --chaos to allow it"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> run(fault, "--chaos"))
                .getMessage()
                .contains("needs --command touch="));
        report[0] = run(fault, "--chaos", "--command", "touch=touch");

        assertFalse(Files.exists(touched));
        assertEquals(
                1L,
                report[0].trouble().byKind().values().stream().mapToLong(n -> n).sum(),
                report[0]::toString);
        assertTrue(report[0].trouble().byKind().keySet().iterator().next().endsWith("ended with exit code 3"));
    }

    @Test
    void withoutFaultsOfItsOwnChaosIsDrawnFromTheSeed() throws IOException {
        RunPlan one = plan("", "--chaos", "--seed", "4");

        assertFalse(one.scenario().faults().isEmpty());
        assertEquals(
                one.scenario().faults(),
                plan("", "--chaos", "--seed", "4").scenario().faults());
        assertEquals(List.of(), plan("").scenario().faults());
    }

    private static List<String> labels(Report report) {
        return report.story().marks().stream().map(Mark::label).toList();
    }

    private Report run(String faults, String... options) throws IOException {
        return installation.run(directory, scenario(faults), options);
    }

    private RunPlan plan(String faults, String... options) throws IOException {
        return installation.plan(directory, scenario(faults), options);
    }

    private static String scenario(String faults) {
        return """
                fleets: [{devices: 10, rate: 300/s, qos: 1}]
                phases: [{for: 2s}]
                limits: {settle: 5s}
                """ + (faults.isEmpty() ? "" : "faults:\n" + faults.indent(2));
    }
}
