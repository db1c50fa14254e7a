package io.forebay.simulator;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.security.SecureRandom;

/**
 * One run from the first connect to the report. Owned by the event loop of the run; every method is called there.
 *
 * <p>It ends when everything planned is published, acknowledged and arrived, or when something is outstanding and nothing
 * has moved for the settle time.
 */
final class SimulationRun {
    private static final long CHECK_MS = 50;
    // Repeats and messages of QoS 0 that come late are still to be seen.
    private static final long LINGER_MS = 500;
    private static final int EXAMPLES_MAX = 5;

    private final Vertx vertx;
    private final SimulationConfig config;
    private final Ledger ledger;
    private final Fleet fleet;
    private final AmqpConsumer consumer;
    private final Promise<Report> report = Promise.promise();

    private Progress.Phase phase = Progress.Phase.CONNECTING;
    private long beganMs;
    private long movedMs;
    private long publishedMs;
    private long arrivedMs;
    private Tally last;

    SimulationRun(Vertx vertx, SimulationConfig config) {
        this.vertx = vertx;
        this.config = config;
        long runId = new SecureRandom().nextLong();
        MicroClock clock = new MicroClock();
        ledger = new Ledger(
                runId,
                config.load().devices(),
                config.load().topicsPerDevice(),
                config.load().qos());
        fleet = new Fleet(vertx, config.mqtt(), config.load(), ledger, clock, runId);
        consumer = new AmqpConsumer(vertx, config.amqp(), ledger, clock, runId);
        last = ledger.tally();
    }

    /** Fails if one of the two ends cannot be reached at the start. */
    Future<Report> start() {
        // The consumer first: on a topic of a broker without a queue nothing waits for it.
        consumer.start()
                .compose(attached -> fleet.start())
                .onSuccess(accepted -> begin())
                .onFailure(failure -> {
                    consumer.close();
                    fleet.leave().onComplete(gone -> report.tryFail(failure));
                });
        return report.future();
    }

    private void begin() {
        phase = Progress.Phase.PUBLISHING;
        beganMs = nowMs();
        movedMs = beganMs;
        arrivedMs = beganMs;
        vertx.setPeriodic(CHECK_MS, this::check);
    }

    private void check(long timer) {
        long nowMs = nowMs();
        noteMovement(nowMs);
        if (phase == Progress.Phase.PUBLISHING && fleet.done()) {
            phase = Progress.Phase.SETTLING;
            publishedMs = nowMs;
            movedMs = nowMs;
        }
        boolean stuck = nowMs - movedMs > config.settle().toMillis() && outstanding();
        boolean complete = phase == Progress.Phase.SETTLING
                && ledger.awaited() == 0
                && nowMs - Math.max(arrivedMs, publishedMs) > LINGER_MS;
        if (stuck || complete) {
            vertx.cancelTimer(timer);
            end(stuck, nowMs);
        }
    }

    private boolean outstanding() {
        return ledger.awaited() > 0
                || last.unacknowledged() > 0
                || fleet.statistics().online < config.load().devices();
    }

    private void noteMovement(long nowMs) {
        Tally tally = ledger.tally();
        if (tally.arrived() != last.arrived() || tally.repeated() != last.repeated()) {
            arrivedMs = nowMs;
            movedMs = nowMs;
        }
        if (tally.acknowledged() != last.acknowledged() || tally.published() != last.published()) {
            movedMs = nowMs;
        }
        last = tally;
    }

    private void end(boolean stuck, long nowMs) {
        phase = Progress.Phase.DONE;
        long publishingMs = (publishedMs == 0 ? nowMs : publishedMs) - beganMs;
        FleetStatistics statistics = fleet.statistics();
        Report result = new Report(
                ledger.runId(),
                config.load(),
                ledger.tally(),
                ledger.latency(),
                publishingMs,
                arrivedMs - beganMs,
                stuck,
                statistics.connectionsLost,
                statistics.connectsFailed,
                statistics.sessionsForgotten,
                consumer.reconnects(),
                fleet.statistics().lastTrouble,
                consumer.lastTrouble(),
                ledger.examplesOfLost(EXAMPLES_MAX));
        consumer.close();
        fleet.leave().onComplete(gone -> report.tryComplete(result));
    }

    Progress progress() {
        long elapsedMs = phase == Progress.Phase.CONNECTING ? 0 : nowMs() - beganMs;
        return new Progress(
                phase,
                ledger.tally(),
                config.load().messagesInAll(),
                config.load().devices(),
                fleet.statistics().online,
                elapsedMs);
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }
}
