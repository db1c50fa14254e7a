package io.forebay.bridge;

import io.forebay.bridge.amqp.AmqpPeer;
import io.forebay.storage.MessageLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge's thread: an event loop of its own, on which the conveyor, both cursors and the AMQP connection live. Only
 * {@link #wake} is called from elsewhere. If something throws, everything in memory is thrown away and built again from the
 * last watermark: the log is what counts.
 */
final class BridgeLoop extends VerticleBase implements Conveyor.Events {
    private static final Logger LOG = LoggerFactory.getLogger(BridgeLoop.class);
    private static final long TICK_MS = 10;
    private static final Backoff REBUILD = new Backoff(1_000, 30_000);
    /** After so long without a failure the next one is a first one. */
    private static final long GOOD_AFTER_MS = 60_000;

    private static final long CLOCK_MARGIN_MS = 24 * 3_600_000;
    private static final long LOOK_AT_OLDEST_EVERY_MS = 1_000;

    private final MessageLog log;
    private final Quarantine quarantine;
    private final SequenceStore sequences;
    private final BridgeConfig config;
    private final AtomicReference<BridgeStatus> status;
    private final BridgeMeters meters;
    private final AtomicBoolean turnScheduled = new AtomicBoolean();
    private final Conveyor.Clock clock = Conveyor.Clock.system();
    private final FaultLog faults = new FaultLog(clock.nowMs(), System::currentTimeMillis);

    private final Random random = new Random();

    private final Settlements settlements = new Settlements();

    private AmqpPeer peer;
    private Conveyor conveyor;
    private OldestUnsettled oldest;
    private long oldestAtMs;
    private long backlog;
    private List<String> refused = List.of();
    private long lookAtOldestAtMs;
    private int failures;
    private long builtAtMs;
    private long ticker;
    private long stopBy;
    private Promise<Void> stopped;
    private boolean finishing;
    private Runnable stopListening = () -> {};

    BridgeLoop(
            MessageLog log,
            Quarantine quarantine,
            SequenceStore sequences,
            BridgeConfig config,
            MeterRegistry registry,
            AtomicReference<BridgeStatus> status) {
        this.log = log;
        this.quarantine = quarantine;
        this.sequences = sequences;
        this.config = config;
        this.status = status;
        this.meters = new BridgeMeters(registry, status::get);
    }

    @Override
    public Future<?> start() {
        Thread.currentThread().setName("forebay-bridge");
        build(log.resumePosition());
        stopListening = log.onDurable(this::wake);
        ticker = vertx.setPeriodic(TICK_MS, timer -> guarded(this::tick));
        return Future.succeededFuture();
    }

    private void build(long from) {
        builtAtMs = clock.nowMs().getAsLong();
        peer = new AmqpPeer(
                vertx,
                config.amqp(),
                config.transactions().enabled(),
                log.gatewayId(),
                meters::onSkippedProperties,
                config.replies());
        conveyor = new Conveyor(
                new Conveyor.Setup(
                        log,
                        config,
                        peer,
                        new QuarantineHere(),
                        sequences == SequenceStore.NONE ? sequences : new SequencesHere(),
                        random,
                        clock,
                        meters,
                        faults,
                        settlements,
                        this),
                from);
        settlements.lanesAre(conveyor::laneKey);
        oldest = new OldestUnsettled(log.cursor(from));
        peer.connect(conveyor);
    }

    @Override
    public void wake() {
        if (turnScheduled.compareAndSet(false, true)) {
            context.runOnContext(nothing -> guarded(this::turn));
        }
    }

    /**
     * Waits until the lane of a message has nothing unsettled before a position. Any thread.
     *
     * @param told on the bridge's thread
     * @return gives up; any thread
     */
    Runnable awaitSettled(String clientAndTopic, long before, Consumer<Boolean> told) {
        Settlements.Waiting waiting = new Settlements.Waiting(clientAndTopic, before, told);
        context.runOnContext(nothing -> settlements.await(waiting));
        wake();
        return () -> context.runOnContext(nothing -> settlements.giveUp(waiting));
    }

    private void turn() {
        turnScheduled.set(false);
        if (conveyor != null && conveyor.turn()) {
            wake();
        }
    }

    private void tick() {
        if (conveyor == null) {
            return;
        }
        conveyor.tick();
        turn();
        publish();
        if (stopped != null
                && !finishing
                && (conveyor.unsettled() == 0 || clock.nowMs().getAsLong() >= stopBy)) {
            finish();
        }
    }

    private void publish() {
        long now = clock.nowMs().getAsLong();
        if (now >= lookAtOldestAtMs) {
            lookAtOldestAtMs = now + LOOK_AT_OLDEST_EVERY_MS;
            oldestAtMs = oldest.arrivedAtMs(conveyor.settledUpTo());
            refused = conveyor.refusedAddresses();
            backlog = oldestAtMs == 0 ? 0 : log.recordsBetween(conveyor.settledUpTo(), log.durableEnd());
            forgetIdleLanes();
        }
        status.set(new BridgeStatus(
                conveyor.isConnected(),
                conveyor.connectionChangedAtMs(),
                faults.lastFault(),
                faults.lastFaultAtMs(),
                oldestAtMs,
                backlog,
                conveyor.unsettled(),
                conveyor.lanes(),
                conveyor.spilledLanes(),
                conveyor.readAhead().messages(),
                conveyor.readAhead().bytes(),
                conveyor.links(),
                refused,
                quarantine.messages(),
                quarantine.bytes(),
                settlements.count()));
    }

    /** Whatever comes later in the log arrived at this time or, by a clock that was set, not much before. */
    private void forgetIdleLanes() {
        long settledUpToMs = oldestAtMs == 0 ? clock.wallMs().getAsLong() : oldestAtMs;
        sequences.forgetIdle(settledUpToMs - config.sequences().idleMs() - CLOCK_MARGIN_MS);
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error bug) {
            onBug(bug);
        }
    }

    @Override
    public void onBug(Throwable bug) {
        if (conveyor == null) {
            return;
        }
        failures = clock.nowMs().getAsLong() - builtAtMs > GOOD_AFTER_MS ? 1 : failures + 1;
        long delayMs = REBUILD.delayMs(failures, random);
        LOG.error("The bridge failed and starts again from what is settled [inMs={}]", delayMs, bug);
        faults.note("The bridge failed and started again: " + bug);
        long from = conveyor.forgotten();
        tearDown().onComplete(closed -> vertx.setTimer(delayMs, timer -> rebuild(from)));
    }

    private void rebuild(long from) {
        if (stopped == null) {
            guarded(() -> build(from));
        } else {
            stopped.tryComplete();
        }
    }

    private Future<Void> tearDown() {
        conveyor.close();
        oldest.close();
        conveyor = null;
        return peer.close();
    }

    @Override
    public Future<?> stop() {
        stopped = Promise.promise();
        stopBy = clock.nowMs().getAsLong() + config.stopTimeoutMs();
        if (conveyor == null) {
            return Future.succeededFuture();
        }
        conveyor.stop();
        return stopped.future();
    }

    private void finish() {
        finishing = true;
        vertx.cancelTimer(ticker);
        stopListening.run();
        conveyor.forget().compose(saved -> tearDown()).onComplete(closed -> {
            status.set(BridgeStatus.stopped(System.currentTimeMillis()));
            stopped.tryComplete();
        });
    }

    /** Completes where the conveyor lives. */
    private <T> Future<T> here(Future<T> elsewhere) {
        Promise<T> promise = Promise.promise();
        elsewhere.onComplete(result -> context.runOnContext(nothing -> guarded(() -> promise.handle(result))));
        return promise.future();
    }

    /** The numbers of lanes, answering where the conveyor lives. */
    private final class SequencesHere implements SequenceStore {
        @Override
        public Kept find(String lane) {
            return sequences.find(lane);
        }

        @Override
        public Future<Void> save(List<Settled> lanes, long watermark) {
            return here(sequences.save(lanes, watermark));
        }

        @Override
        public void forgetIdle(long beforeMs) {
            sequences.forgetIdle(beforeMs);
        }
    }

    /** The quarantine, answering where the conveyor lives. */
    private final class QuarantineHere implements Quarantine {
        @Override
        public Future<Void> put(QuarantinedMessage message) {
            return here(quarantine.put(message));
        }

        @Override
        public long messages() {
            return quarantine.messages();
        }

        @Override
        public long bytes() {
            return quarantine.bytes();
        }
    }
}
