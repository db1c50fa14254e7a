package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.FleetLoad;
import io.forebay.simulator.QosMix;
import io.forebay.simulator.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * kill -9 again and again under load, and the simulator's ledger, which shares no code with the gateway, says what became
 * of each message. -Dforebay.crash.seed repeats a run, -Dforebay.crash.seconds makes it longer; -Dforebay.stop.seconds is how
 * long a gateway is stopped that is not killed.
 */
class CrashIT {
    private static final long SEED = Long.getLong("forebay.crash.seed", new Random().nextLong());
    private static final int SECONDS = Integer.getInteger("forebay.crash.seconds", 20);
    private static final int STOP_SECONDS = Integer.getInteger("forebay.stop.seconds", 4);
    private static final String ACKNOWLEDGED = "forebay_mqtt_acknowledged_total";
    private static final int KILLS_MIN = 3;
    private static final int DEVICES = 20;
    private static final int RATE = 1_500;

    /** By number, and not by time: where processes are slow to start again there must be something left to be published. */
    private static FleetLoad load(int seconds) {
        return new FleetLoad(
                DEVICES, 3, FleetLoad.TOPIC_TEMPLATE, seconds * RATE / DEVICES, 0, RATE, QosMix.MIX, 200, 16);
    }

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
            CompletableFuture<Report> run = CompletableFuture.supplyAsync(() -> processes.simulate(load(SECONDS)));
            double unused = awaitAcknowledged(processes, 1, run); // A fleet that never got in would give up.
            long chaosUntil = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while ((System.nanoTime() < chaosUntil || kills < KILLS_MIN) && !run.isDone()) {
                TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(2_500));
                kill(victim, processes, random);
                kills++;
            }
            report = run.get(6, TimeUnit.MINUTES);
        }
        System.out.println(report);

        String seed = "seed " + SEED + ", " + kills + " kills: " + report.verdict();
        assertTrue(kills >= KILLS_MIN, seed);
        assertTrue(report.tally().acknowledged() > 1_000, seed);
        assertEquals(0, report.tally().lost(), seed);
        assertEquals(0, report.tally().outOfOrder(), seed);
        assertEquals(0, report.tally().outOfOrderAtQos0(), seed);
        assertEquals(0, report.tally().repeatedOtherId(), seed);
        assertTrue(report.clean(), seed);
    }

    /**
     * SIGSTOP is not told to anybody: deadlines pass, the network fills and others give up, all of which shows at once when it
     * goes on. In the short run the deadline for outcomes is shorter than the stop, as it is in a minute by default.
     */
    @Test
    void aGatewayThatWasStoppedGoesOnAndLosesNothing() throws Exception {
        FleetLoad load = load(STOP_SECONDS + 4);
        Report report;
        double before;
        try (Processes processes = new Processes(directory)) {
            processes.startBroker();
            processes.startGateway(
                    List.of(),
                    directory.resolve("gateway"),
                    processes.amqpPort,
                    STOP_SECONDS < 60 ? Map.of("FOREBAY_AMQP_SETTLE_TIMEOUT_S", "1") : Map.of());
            CompletableFuture<Report> run = CompletableFuture.supplyAsync(() -> processes.simulate(load));
            before = awaitAcknowledged(processes, 1_000, run);
            processes.stopGatewayFor(STOP_SECONDS);
            report = run.get(6, TimeUnit.MINUTES);
        }
        System.out.println(
                "CrashIT stopped for " + STOP_SECONDS + " s after " + (long) before + " messages\n" + report);

        assertTrue(report.tally().acknowledged() > before + 500, report + " went on after " + before);
        assertEquals(0, report.tally().lost(), report::verdict);
        assertEquals(0, report.tally().outOfOrder(), report::verdict);
        assertEquals(0, report.tally().repeatedOtherId(), report::verdict);
        assertTrue(report.clean(), report::verdict);
    }

    /** @return how many there are when there are so many, or when there will be no more */
    private static double awaitAcknowledged(Processes processes, int count, CompletableFuture<Report> run)
            throws Exception {
        double acknowledged = processes.ops().meter(ACKNOWLEDGED);
        while (acknowledged < count && !run.isDone()) {
            TimeUnit.MILLISECONDS.sleep(100);
            acknowledged = processes.ops().meter(ACKNOWLEDGED);
        }
        return acknowledged;
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
