package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.scenario.FleetSpec;
import io.forebay.simulator.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateCommandTest {
    @TempDir
    private Path directory;

    @Test
    void withoutOptionsItIsAFiniteRunOnThisMachine() {
        RunPlan plan = parse();

        assertEquals(MqttTarget.of("localhost", 1883), plan.mqtt());
        assertEquals(List.of(AmqpTarget.of("localhost", 5672, "uplink")), plan.amqp());
        assertEquals(
                List.of(FleetLoad.of(50, 200, QosMix.MIX).fleet(plan.mqtt())),
                plan.scenario().fleets());
        assertEquals(Duration.ofSeconds(30), plan.scenario().limits().settle());
        assertEquals(RunPlan.Verify.AMQP, plan.verify());
    }

    @Test
    void secondsWithoutMessagesRunUntilTheTimeIsOver() {
        assertEquals(0, messages(parse("--seconds", "5")));
        assertEquals(9, messages(parse("--seconds", "5", "--messages", "9")));
        assertEquals(Duration.ofSeconds(5), parse("--seconds", "5").scenario().length());
    }

    private static long messages(RunPlan plan) {
        return plan.scenario().fleets().get(0).traffic().messagesPerDevice();
    }

    @Test
    void whatCannotBeRunIsSaidInWords() {
        assertEquals("--qos is 0, 1, 2 or mix, not 3", mistake("--qos", "3"));
        assertEquals("--mqtt-version is 3.1.1 or 5, not 4", mistake("--mqtt-version", "4"));
        assertEquals("the payload must have 40 to 1048576 bytes", mistake("--size", "39"));
        assertEquals("there must be at least one device with one topic", mistake("--devices", "0"));
        assertEquals("the topic template must contain {device}", mistake("--topic", "a/b"));
        assertEquals("the settle time must be positive", mistake("--settle", "0"));
        assertEquals("--load is a share such as 10% or 0.1", mistake("--load", "much"));
        assertEquals("--verify is amqp, mqtt or none, not smtp", mistake("--verify", "smtp"));
        assertEquals("--transport is tcp, tls, ws or wss, not udp", mistake("--transport", "udp"));
    }

    @Test
    void severalTopicsOfADeviceDiffer() {
        FleetSpec fleet = parse("--topics", "2", "--topic", "x/{device}")
                .scenario()
                .fleets()
                .get(0);

        assertEquals("x/7/1", fleet.traffic().topicOf(7, 1));
    }

    @Test
    void theCommandLineOverridesWhereTheScenarioGoes() throws IOException {
        String file = directory.resolve("s.yaml").toString();
        Files.writeString(Path.of(file), """
                mqtt: {host: m, port: 1}
                amqp: {host: a, port: 2, address: x}
                fleets:
                  - {devices: 40, rate: 80/s, user: u, password: p}
                phases: [{for: 10s}]
                """);

        RunPlan plain = parse("--scenario", file);
        RunPlan given =
                parse("--scenario", file, "--mqtt-host", "other", "--address", "y,z", "--load", "50%", "--time", "10%");

        assertEquals(MqttTarget.of("m", 1), plain.mqtt());
        assertEquals(List.of(AmqpTarget.of("a", 2, "x")), plain.amqp());
        assertEquals(MqttTarget.of("other", 1), given.mqtt());
        assertEquals(2, given.amqp().size());
        Scenario scaled = given.scenario();
        assertEquals(20, scaled.devices());
        assertEquals(Duration.ofSeconds(1), scaled.length());
        assertEquals("u", scaled.fleets().get(0).connection().user());
        assertTrue(
                mistake("--scenario", file, "--devices", "3").startsWith("--devices is for runs without a scenario"));
    }

    @Test
    void aSubscriptionCoversWhatTheDevicesPublish() throws IOException {
        String file = directory.resolve("s.yaml").toString();
        Files.writeString(Path.of(file), """
                fleets:
                  - {topic: 'a/{device}/b', topics: 3, will: {topic: 'gone/{device}'}}
                  - {topic: 'a/x-{device}', subscribe: c, answer: 'r/{device}'}
                phases: [{for: 10s}]
                """);

        assertEquals(
                List.of("a/+/b/+", "gone/+", "a/+", "r/+"),
                parse("--scenario", file).subscription().filters());
    }

    @Test
    void clientIdsOfTheCommandLineAreOneForEachDevice() throws IOException {
        assertEquals(
                "pump-{number}",
                parse("--client-id", "pump-{number}")
                        .scenario()
                        .fleets()
                        .get(0)
                        .connection()
                        .clientId());
        assertEquals(
                "--client-id must contain {device} or {number}: no two have the same", mistake("--client-id", "pump"));
        assertEquals(
                "--client-id is for runs with one fleet, this one has 3",
                mistake("--scenario", "smoke", "--client-id", "pump-{device}"));
    }

    @Test
    void aPasswordIsNeverPrinted() {
        RunPlan plan = parse("--user", "u", "--password=secret", "--amqp-user", "v", "--amqp-password=secret");

        assertEquals("secret", plan.scenario().fleets().get(0).connection().password());
        assertFalse(plan.toString().contains("secret"));
    }

    private static String mistake(String... arguments) {
        return assertThrows(IllegalArgumentException.class, () -> parse(arguments))
                .getMessage();
    }

    private static RunPlan parse(String... arguments) {
        return CommandLine.populateCommand(new SimulateCommand(), arguments).plan();
    }
}
