package io.forebay.bridge;

import io.forebay.storage.Position;
import io.forebay.storage.ReadableLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owned by the bridge's thread: the way to one target, with a connection, cursors, lanes and limits of its own, so that it
 * is nothing to the others whether this one's broker is there. Only {@link #wake} is called from elsewhere. If something
 * throws, everything in memory is thrown away and built again from the last watermark: the log is what counts.
 */
final class Uplink implements Conveyor.Events {
    /**
     * What the uplinks of a bridge share.
     *
     * @param name of what they are for, empty if they carry everything
     */
    record Shared(
            ReadableLog log,
            Quarantine quarantine,
            SequenceStore sequences,
            BridgeConfig config,
            String name,
            Shares shares,
            Peers peers,
            Loop loop) {}

    /** Makes connections. */
    interface Peers {
        /** @param purpose told apart by the broker; empty for the lanes */
        Peer peer(String target, String purpose, BridgeMeters meters);
    }

    /** What an uplink asks of the thread that it lives on. */
    interface Loop {
        /** Any thread. */
        void run(Runnable work);

        void runIn(long ms, Runnable work);

        /** One of the uplinks has less to remember. */
        void onForgotten();

        /** One of the uplinks does not need these any more. */
        void onUnneeded(List<Integer> segments);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Uplink.class);
    private static final Backoff REBUILD = new Backoff(1_000, 30_000);
    /** After so long without a failure the next one is a first one. */
    private static final long GOOD_AFTER_MS = 60_000;

    private static final long LOOK_AT_OLDEST_EVERY_MS = 1_000;

    private final Shared shared;
    private final ReadableLog log;
    private final String target;
    private final AtomicReference<BridgeStatus> status;
    private final BridgeMeters meters;
    private final AtomicBoolean turnScheduled = new AtomicBoolean();
    private final Conveyor.Clock clock = Conveyor.Clock.system();
    private final FaultLog faults;
    private final Random random = new Random();
    private final DeadLetters deadLetters;
    private final Settlements settlements = new Settlements();

    /** Segments of which all that goes to the target is settled. */
    private final TreeSet<Integer> unneeded = new TreeSet<>();

    private long forgotten;
    private Peer peer;
    private Conveyor conveyor;
    private OldestUnsettled oldest;
    private long oldestAtMs;
    private long backlog;
    private List<String> refused = List.of();
    private long lookAtOldestAtMs;
    private int failures;
    private long builtAtMs;
    private long stopBy;
    private Promise<Void> stopped;
    private boolean finishing;

    Uplink(Shared shared, String target, AtomicReference<BridgeStatus> status, BridgeMeters meters) {
        this.shared = shared;
        this.log = shared.log();
        this.target = target;
        this.status = status;
        this.meters = meters;
        boolean alone = shared.config().targets().isEmpty();
        String label = shared.name().isEmpty() ? target : shared.name();
        this.faults =
                new FaultLog(clock.nowMs(), System::currentTimeMillis, alone && label.equals(target) ? "" : label);
        this.deadLetters = new DeadLetters(
                shared.config(),
                () -> shared.peers().peer(target, "dead-letters", meters),
                random,
                clock.nowMs(),
                meters,
                faults);
    }

    String target() {
        return target;
    }

    /** @return succeeds when it runs; fails if the log or the quarantine cannot be read */
    Future<Void> start(long from) {
        forgotten = from;
        return begin();
    }

    /** Asks first what must not be sent again: the quarantine is read on a thread of its own. */
    private Future<Void> begin() {
        return new QuarantineHere().heldFrom(forgotten).map(held -> {
            if (stopped == null) {
                build(held);
            } else {
                stopped.tryComplete();
            }
            return null;
        });
    }

    private void build(QuarantinedEarlier held) {
        if (held.size() > 0) {
            LOG.info(
                    "Some messages in the quarantine are not yet known to be settled; they are not sent again"
                            + " [target={}, messages={}]",
                    target,
                    held.size());
        }
        builtAtMs = clock.nowMs().getAsLong();
        peer = shared.peers().peer(target, "", meters);
        conveyor = new Conveyor(
                new Conveyor.Setup(
                        log,
                        shared.config(),
                        target,
                        peer,
                        new QuarantineHere(),
                        shared.sequences() == SequenceStore.NONE ? SequenceStore.NONE : new SequencesHere(),
                        random,
                        clock,
                        meters,
                        faults,
                        settlements,
                        shared.shares(),
                        this),
                forgotten,
                held);
        settlements.lanesAre(conveyor::laneKey);
        oldest = new OldestUnsettled(log.cursor(forgotten));
        peer.connect(conveyor);
    }

    @Override
    public void wake() {
        if (turnScheduled.compareAndSet(false, true)) {
            shared.loop().run(() -> guarded(this::turn));
        }
    }

    private void turn() {
        turnScheduled.set(false);
        if (conveyor != null && conveyor.turn()) {
            wake();
        }
    }

    /** To be called every few milliseconds. */
    void tick() {
        guarded(() -> {
            if (conveyor != null && !finishing) {
                conveyor.tick();
                deadLetters.tick();
                turn();
                publish();
                if (stopped != null
                        && (conveyor.unsettled() == 0 || clock.nowMs().getAsLong() >= stopBy)) {
                    finish();
                }
            }
        });
    }

    @Override
    public void onForgotten(long position) {
        forgotten = position;
        shared.loop().onForgotten();
    }

    @Override
    public void onQuarantined(QuarantinedMessage kept, long sequence, RouteOptions options) {
        deadLetters.offer(kept, sequence, options);
    }

    @Override
    public void onUnneeded(List<Integer> segments) {
        unneeded.addAll(segments);
        shared.loop().onUnneeded(segments);
    }

    /** Whether a segment holds anything that is not settled, as far as that is saved. */
    boolean needs(int segment) {
        return segment >= Position.segment(forgotten) && !unneeded.contains(segment);
    }

    /** Nobody asks for segments before this one again. */
    void forgetUnneeded(int before) {
        unneeded.headSet(before).clear();
    }

    /** What it does not need any more. */
    long forgotten() {
        return forgotten;
    }

    /** When the oldest message arrived that is not settled, at most a second ago; 0 if there was none. */
    long oldestAtMs() {
        return oldestAtMs;
    }

    private void publish() {
        long now = clock.nowMs().getAsLong();
        if (now >= lookAtOldestAtMs) {
            lookAtOldestAtMs = now + LOOK_AT_OLDEST_EVERY_MS;
            oldestAtMs = oldest.arrivedAtMs(conveyor.settledUpTo());
            refused = conveyor.refusedAddresses();
            backlog = oldestAtMs == 0 ? 0 : log.recordsBetween(conveyor.settledUpTo(), log.durableEnd());
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
                shared.quarantine().messages(),
                shared.quarantine().bytes(),
                settlements.count()));
    }

    /** What is known of a message with this key. */
    MessageFate fate(String key, long position) {
        return conveyor == null
                ? MessageFate.unknown(target, "the bridge starts again after a fault")
                : conveyor.fate(key, position);
    }

    /** A settled message has ended in another way since. */
    void onLater(long position, Endings.Ending ending) {
        if (conveyor != null) {
            conveyor.onLater(position, ending);
        }
    }

    /** Whoever waits for a lane. */
    void await(Settlements.Waiting waiting) {
        settlements.await(waiting);
        wake();
    }

    void giveUp(Settlements.Waiting waiting) {
        settlements.giveUp(waiting);
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
        LOG.error("The bridge failed and starts again from what is settled [target={}, inMs={}]", target, delayMs, bug);
        faults.note("The bridge failed and started again: " + bug);
        tearDown().onComplete(closed -> shared.loop().runIn(delayMs, this::rebuild));
    }

    private void rebuild() {
        if (stopped == null) {
            begin().onFailure(this::onNotBegun);
        } else {
            stopped.tryComplete();
        }
    }

    private void onNotBegun(Throwable fault) {
        if (conveyor != null) {
            onBug(fault);
            return;
        }
        failures++;
        long delayMs = REBUILD.delayMs(failures, random);
        LOG.error("The bridge cannot start again yet, it tries once more [target={}, inMs={}]", target, delayMs, fault);
        faults.note("The bridge cannot start again yet: " + fault.getMessage());
        shared.loop().runIn(delayMs, this::rebuild);
    }

    private Future<Void> tearDown() {
        conveyor.close();
        oldest.close();
        conveyor = null;
        return peer.close();
    }

    /** @return succeeds when outcomes were waited for, what is settled is saved, and the connection is closed */
    Future<Void> stop() {
        stopped = Promise.promise();
        stopBy = clock.nowMs().getAsLong() + shared.config().stopTimeoutMs();
        if (conveyor == null) {
            return Future.succeededFuture();
        }
        conveyor.stop();
        return stopped.future();
    }

    private void finish() {
        finishing = true;
        conveyor.forget().onComplete(saved -> {
            if (conveyor != null) {
                Future.join(tearDown(), deadLetters.close()).onComplete(closed -> {
                    status.set(BridgeStatus.stopped(System.currentTimeMillis()));
                    stopped.tryComplete();
                });
            }
        });
    }

    /** Completes where the conveyor lives. */
    private <T> Future<T> here(Future<T> elsewhere) {
        Promise<T> promise = Promise.promise();
        elsewhere.onComplete(result -> shared.loop().run(() -> guarded(() -> promise.handle(result))));
        return promise.future();
    }

    /** The numbers of lanes, answering where the conveyor lives. */
    private final class SequencesHere implements SequenceStore {
        @Override
        public Kept find(String lane) {
            return shared.sequences().find(lane);
        }

        @Override
        public Future<Void> save(List<Settled> lanes, Mark mark) {
            return here(shared.sequences().save(lanes, mark));
        }
    }

    /** The quarantine, answering where the conveyor lives. */
    private final class QuarantineHere implements Quarantine {
        @Override
        public Future<Void> put(QuarantinedMessage message) {
            return here(shared.quarantine().put(message));
        }

        @Override
        public Future<QuarantinedEarlier> heldFrom(long position) {
            return here(shared.quarantine().heldFrom(position));
        }

        @Override
        public String taken() {
            return shared.quarantine().taken();
        }

        @Override
        public long messages() {
            return shared.quarantine().messages();
        }

        @Override
        public long bytes() {
            return shared.quarantine().bytes();
        }
    }
}
