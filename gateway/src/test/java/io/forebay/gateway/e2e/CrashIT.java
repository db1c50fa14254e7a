package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.FleetLoad;
import io.forebay.simulator.QosMix;
import io.forebay.simulator.Report;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * kill -9 again and again under load, and the simulator's ledger, which shares no code with the gateway, says what became
 * of each message. -Dforebay.crash.seed repeats a run, -Dforebay.crash.seconds makes it longer.
 */
class CrashIT {
    private static final long SEED = Long.getLong("forebay.crash.seed", new Random().nextLong());
    private static final int SECONDS = Integer.getInteger("forebay.crash.seconds", 25);

    private static final FleetLoad LOAD =
            new FleetLoad(20, 3, FleetLoad.TOPIC_TEMPLATE, 0, SECONDS, 1_500, QosMix.MIX, 200, 16);

    @TempDir
    Path directory;

    enum Victim {
        GATEWAY,
        BROKER,
        BOTH
    }

    @ParameterizedTest
    @EnumSource(Victim.class)
    void whatIsAcknowledgedArrivesInOrderWhoeverIsKilled(Victim victim) throws Exception {
        System.out.println("CrashIT " + victim + ": -Dforebay.crash.seed=" + SEED);
        Random random = new Random(SEED + victim.name().length());
        int kills = 0;
        Report report;
        try (Processes processes = new Processes(directory)) {
            processes.startBroker();
            processes.startGateway();
            CompletableFuture<Report> run = CompletableFuture.supplyAsync(() -> processes.simulate(LOAD));
            long chaosUntil = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (System.nanoTime() < chaosUntil && !run.isDone()) {
                TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(2_500));
                kill(victim, processes, random);
                kills++;
            }
            report = run.get(3, TimeUnit.MINUTES);
        }
        System.out.println(report);

        String seed = "seed " + SEED + ", " + kills + " kills: " + report.verdict();
        assertTrue(kills >= 3, seed);
        assertTrue(report.tally().acknowledged() > 1_000, seed);
        assertEquals(0, report.tally().lost(), seed);
        assertEquals(0, report.tally().outOfOrder(), seed);
        assertEquals(0, report.tally().outOfOrderAtQos0(), seed);
        assertEquals(0, report.tally().repeatedOtherId(), seed);
        assertTrue(report.clean(), seed);
    }

    private static void kill(Victim victim, Processes processes, Random random) throws Exception {
        boolean gateway = victim == Victim.GATEWAY || (victim == Victim.BOTH && random.nextBoolean());
        boolean broker = victim == Victim.BROKER || (victim == Victim.BOTH && (!gateway || random.nextBoolean()));
        if (gateway) {
            processes.killGateway();
        }
        if (broker) {
            processes.killBroker();
            processes.startBroker();
        }
        if (gateway) {
            processes.startGateway();
        }
    }
}
