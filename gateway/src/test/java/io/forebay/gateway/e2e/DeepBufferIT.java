package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.FleetLoad;
import io.forebay.simulator.QosMix;
import io.forebay.simulator.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker is away while more is published than fits into the gateway's heap; then it comes back. */
class DeepBufferIT {
    private static final String HEAP = "64m";
    private static final int PAYLOAD_BYTES = 2_000;
    /** 100 MB, against a heap of 64. */
    private static final int BACKLOG = 50_000;

    private static final FleetLoad LOAD =
            new FleetLoad(40, 5, FleetLoad.TOPIC_TEMPLATE, 2_000, 0, 6_000, QosMix.QOS_1, PAYLOAD_BYTES, 32);

    @TempDir
    Path directory;

    @Test
    void devicesAreServedWhileTheBrokerIsAwayAndTheBacklogDrainsInOrderBesideNewMessages() throws Exception {
        try (Processes processes = new Processes(directory);
                Detour detour = new Detour()) {
            processes.startBroker();
            processes.startGateway(
                    List.of(),
                    HEAP,
                    directory.resolve("data"),
                    detour.port,
                    Map.of("FOREBAY_AMQP_READ_AHEAD_SIZE", "8 MiB", "FOREBAY_LOG_QUEUE_SIZE_MAX", "8 MiB"));
            CompletableFuture<Report> run = CompletableFuture.supplyAsync(() -> processes.simulate(LOAD));
            double waited = awaitAcknowledged(processes, BACKLOG);
            awaitBacklog(processes, BACKLOG);
            detour.open(processes.amqpPort);
            Report report = run.get(6, TimeUnit.MINUTES);

            System.out.println(report);
            assertTrue(report.clean(), report.verdict());
            assertTrue(report.tally().acknowledged() > waited, "nothing was published beside the drain");
        }
    }

    /** What an operator sees of it. */
    private static void awaitBacklog(Processes processes, double count) throws Exception {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (processes.ops().meter("forebay_bridge_backlog") < count
                || processes.ops().meter("forebay_bridge_oldest_unsettled_age") == 0) {
            assertTrue(System.nanoTime() < giveUpAt, "the meters do not show the backlog");
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static double awaitAcknowledged(Processes processes, double count) throws Exception {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        double acknowledged = 0;
        while (acknowledged < count) {
            assertTrue(processes.gatewayIsAlive(), "the gateway died");
            assertTrue(System.nanoTime() < giveUpAt, "only " + acknowledged + " were acknowledged");
            TimeUnit.MILLISECONDS.sleep(50);
            acknowledged = processes.ops().meter("forebay_mqtt_acknowledged_total");
        }
        return acknowledged;
    }
}
