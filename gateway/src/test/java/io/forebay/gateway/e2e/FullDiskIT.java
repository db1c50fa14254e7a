package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forebay.simulator.FleetLoad;
import io.forebay.simulator.QosMix;
import io.forebay.simulator.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway on a filesystem of its own that is too small, with its broker away and then back. */
class FullDiskIT {
    private static final String MOUNT_AND_RUN = "mount -t tmpfs -o size=80m tmpfs \"$0\" && exec \"$@\"";

    private static final int FULL = 1;

    private static final FleetLoad LOAD =
            new FleetLoad(20, 3, FleetLoad.TOPIC_TEMPLATE, 1_500, 0, 0, QosMix.QOS_1, 4_000, 16);

    @TempDir
    Path directory;

    @Test
    void aFullDiskHoldsDevicesBackUntilTheBrokerHasMadeSpace() throws Exception {
        Path small = Files.createDirectory(directory.resolve("small"));
        assumeTrue(canMount(small), "this test needs a mount namespace of its own (unshare -rm)");
        try (Processes processes = new Processes(directory);
                Detour detour = new Detour()) {
            processes.startBroker();
            processes.startGateway(
                    List.of("unshare", "-rm", "sh", "-c", MOUNT_AND_RUN, small.toString()),
                    small.resolve("data"),
                    detour.port,
                    Map.of("FOREBAY_LOG_FREE_MIN", "0"));
            CompletableFuture<Report> run = CompletableFuture.supplyAsync(() -> processes.simulate(LOAD));
            awaitFull(processes);
            double acknowledgedWhenFull = processes.ops().meter("forebay_mqtt_acknowledged_total");
            detour.open(processes.amqpPort);
            Report report = run.get(6, TimeUnit.MINUTES);

            System.out.println(report);
            assertTrue(processes.gatewayIsAlive(), "the gateway died of a full disk");
            assertTrue(report.tally().acknowledged() > acknowledgedWhenFull, "service did not resume");
            assertEquals(0, report.tally().lost());
            assertTrue(report.clean(), report.verdict());
        }
    }

    private static boolean canMount(Path directory) throws Exception {
        return new ProcessBuilder("unshare", "-rm", "sh", "-c", MOUNT_AND_RUN, directory.toString(), "true")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static void awaitFull(Processes processes) throws Exception {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        while (processes.ops().meter("forebay_log_state") != FULL) {
            assertTrue(processes.gatewayIsAlive(), "the gateway died of a full disk");
            assertTrue(System.nanoTime() < giveUpAt, "the disk did not fill up");
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
