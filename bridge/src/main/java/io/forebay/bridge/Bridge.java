package io.forebay.bridge;

import io.forebay.bridge.amqp.DedicatedLoop;
import io.forebay.storage.Message;
import io.forebay.storage.ReadableLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Carries the messages of a log to an AMQP 1.0 broker: at least once, per lane in order, for as long as it runs. It has a
 * Vert.x instance and a thread of its own, so that a page fault of the log or a slow broker is felt by nobody else. All
 * methods may be called from any thread; Futures complete on the bridge's thread.
 */
public final class Bridge {
    private final BridgeLoop loop;
    private final Routes routes;
    private final Shares shares;
    private final Map<String, AtomicReference<BridgeStatus>> statuses = new LinkedHashMap<>();
    private final DedicatedLoop dedicated;

    /** Without a quarantine: a message that the broker does not take blocks its lane. */
    public Bridge(ReadableLog log, BridgeConfig config, MeterRegistry registry) {
        this(log, Quarantine.none(), config, registry);
    }

    /** Without numbers: lanes are not counted. */
    public Bridge(ReadableLog log, Quarantine quarantine, BridgeConfig config, MeterRegistry registry) {
        this(log, quarantine, SequenceStore.NONE, config, registry);
    }

    /** Counts the messages of lanes of which the routes say so. */
    public Bridge(
            ReadableLog log,
            Quarantine quarantine,
            SequenceStore sequences,
            BridgeConfig config,
            MeterRegistry registry) {
        this(log, quarantine, sequences, config, registry, "");
    }

    /** @param name of what it is for, named in each line of the log; empty if it is the one that carries everything */
    Bridge(
            ReadableLog log,
            Quarantine quarantine,
            SequenceStore sequences,
            BridgeConfig config,
            MeterRegistry registry,
            String name) {
        for (String target : config.targetNames()) {
            statuses.put(target, new AtomicReference<>(BridgeStatus.stopped(System.currentTimeMillis())));
        }
        routes = config.routing();
        shares = routes.shares();
        ShareMeters.register(registry, shares);
        loop = new BridgeLoop(log, quarantine, sequences, config, registry, name, statuses, shares);
        dedicated = new DedicatedLoop(loop);
    }

    /**
     * Starts once.
     *
     * @return succeeds when the bridge runs, whether the broker is there or not; fails if the log cannot be read
     */
    public Future<Void> start() {
        return dedicated.start();
    }

    /**
     * Sends nothing more, waits a moment for outstanding outcomes, tells the log what is settled, closes the connection.
     *
     * @return succeeds when that is done; the log may be closed then
     */
    public Future<Void> stop() {
        return dedicated.stop();
    }

    /**
     * Waits until nothing of a lane is unsettled before a position; for ever, if the broker is away for ever.
     *
     * @param username as the log has it of the message
     * @param told on the bridge's thread: whether the message just before that position was accepted by the broker; if not,
     *     it has expired or is in the quarantine
     * @return gives up waiting
     */
    public Runnable awaitSettled(String clientId, String username, String topic, long before, Consumer<Boolean> told) {
        return loop.awaitSettled(clientId, username, topic, before, told);
    }

    /**
     * What a message meets now because the log keeps as much as it may for its route; empty if there is room, or if the
     * oldest of the route are given up instead.
     */
    public Optional<ShareConfig.WhenFull> whenFull(String clientId, String username, String topic) {
        if (!shares.isAnyFull()) {
            return Optional.empty();
        }
        int index = routes.share(routes.key(clientId, username, topic));
        return index < 0 || !shares.get(index).isFull()
                ? Optional.empty()
                : Optional.of(shares.get(index).config.whenFull())
                        .filter(when -> when != ShareConfig.WhenFull.DROP_OLDEST);
    }

    /**
     * Waits until the route of a message has room.
     *
     * @param told on any thread; at once, on the caller's, if there is room
     * @return gives up
     */
    public Runnable awaitRoom(String clientId, String username, String topic, Runnable told) {
        int index = routes.share(routes.key(clientId, username, topic));
        if (index < 0) {
            told.run();
            return () -> {};
        }
        return shares.awaitRoom(index, told);
    }

    /** The topic filters of the routes that have their share of the log. */
    public List<String> fullRoutes() {
        return shares.all().stream()
                .filter(Shares.Share::isFull)
                .map(share -> share.name)
                .toList();
    }

    /** Lets messages of the quarantine go again; only while the bridge runs. To be closed. */
    public Redrive redrive() {
        return loop.redrive();
    }

    /** Everything before it is settled, and that is saved; never blocks. */
    public long settledBefore() {
        return loop.settledBefore();
    }

    /** What is known of a message that stands in the log; only while the bridge runs. */
    public Future<MessageFate> fate(Message message, long position) {
        return loop.fate(message, position);
    }

    /** A message of the quarantine was accepted at last, and has left it: {@link #fate} tells that from now on. */
    public void onRedriven(QuarantinedMessage kept, long atMs) {
        loop.onLater(
                kept, new Endings.Ending(Endings.REDRIVEN, kept.attempts() + 1, kept.firstAttemptAtMs(), atMs, atMs));
    }

    /** The same for one that was rejected once more, and stays. */
    public void onRejectedAgain(QuarantinedMessage kept) {
        long atMs = kept.lastAttemptAtMs();
        loop.onLater(
                kept, new Endings.Ending(Endings.QUARANTINED, kept.attempts(), kept.firstAttemptAtMs(), atMs, atMs));
    }

    /** The same for one that somebody has thrown away. */
    public void onDiscarded(QuarantinedMessage kept, long atMs) {
        loop.onLater(
                kept,
                new Endings.Ending(
                        Endings.DISCARDED, kept.attempts(), kept.firstAttemptAtMs(), kept.lastAttemptAtMs(), atMs));
    }

    /** How it is doing, all targets together; never blocks. */
    public BridgeStatus status() {
        return BridgeStatus.of(targets());
    }

    /** How it is doing with each target, by their names; never blocks. */
    public Map<String, BridgeStatus> targets() {
        Map<String, BridgeStatus> all = new LinkedHashMap<>();
        statuses.forEach((target, status) -> all.put(target, status.get()));
        return all;
    }
}
