package io.forebay.bridge;

import io.forebay.bridge.amqp.AmqpPeer;
import io.forebay.storage.Message;
import io.forebay.storage.Position;
import io.forebay.storage.ReadableLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The bridge's thread: an event loop of its own, on which an {@link Uplink} for each target lives. The log is told to
 * forget what none of them needs.
 */
final class BridgeLoop extends VerticleBase implements Uplink.Loop {
    private static final long TICK_MS = 10;
    private static final long FORGET_IDLE_EVERY_MS = 1_000;
    private static final long CLOCK_MARGIN_MS = 24 * 3_600_000;

    private final ReadableLog log;
    private final SequenceStore sequences;
    private final BridgeConfig config;
    private final String name;
    private final Routes routing;
    private final List<Uplink> uplinks = new ArrayList<>();
    private volatile long forgotten;
    private Runnable stopListening = () -> {};

    /**
     * @param name of what it is for, empty if it carries everything
     * @param statuses of each target by its name: what is filled in
     */
    BridgeLoop(
            ReadableLog log,
            Quarantine quarantine,
            SequenceStore given,
            BridgeConfig config,
            MeterRegistry registry,
            String name,
            Map<String, AtomicReference<BridgeStatus>> statuses,
            Shares shares) {
        this.log = log;
        this.config = config;
        this.name = name;
        this.routing = config.routing();
        boolean several = statuses.size() > 1;
        // With several targets it also keeps where each of them stands.
        sequences = several || config.countsLanes() ? given : SequenceStore.NONE;
        Uplink.Shared shared = new Uplink.Shared(log, quarantine, sequences, config, name, shares, this::peer, this);
        statuses.forEach((target, status) -> {
            BridgeMeters meters = new BridgeMeters(registry, status::get, several ? target : "");
            uplinks.add(new Uplink(shared, target, status, meters));
        });
    }

    private Peer peer(String target, String purpose, BridgeMeters meters) {
        return peer(target, purpose, meters::onSkippedProperties);
    }

    /** @param purpose told apart by the broker; empty for the lanes */
    private Peer peer(String target, String purpose, Runnable onSkippedProperties) {
        AmqpConfig amqp = config.target(target);
        boolean isForLanes = purpose.isEmpty();
        AmqpConfig own = isForLanes
                ? amqp
                : amqp.toBuilder()
                        .containerId(amqp.containerId() + "-" + purpose)
                        .build();
        return new AmqpPeer(
                vertx,
                own,
                isForLanes && config.transactions().enabled(),
                log.gatewayId(),
                onSkippedProperties,
                config.replies());
    }

    /** A way for what comes out of the quarantine, with connections of its own. Any thread. */
    Redrive redrive() {
        return new Redrive(this, routing, config.settleTimeoutMs(), target -> peer(target, "redrive", () -> {}));
    }

    /** Everything before it is settled, and that is saved. Any thread. */
    long settledBefore() {
        return forgotten;
    }

    /** What is known of a message of the log; succeeds on the bridge's thread. Any thread. */
    Future<MessageFate> fate(Message message, long position) {
        Promise<MessageFate> fate = Promise.promise();
        String key = routing.key(message.clientId(), message.username(), message.topic());
        run(() ->
                fate.handle(Future.future(found -> found.complete(uplinkOf(key).fate(key, position)))));
        return fate.future();
    }

    /** What was settled by its way into the quarantine has ended in another way since. Any thread. */
    void onLater(QuarantinedMessage kept, Endings.Ending ending) {
        Message message = kept.message();
        String key = routing.key(message.clientId(), message.username(), message.topic());
        run(() -> uplinkOf(key).onLater(kept.position(), ending));
    }

    @Override
    public Future<?> start() {
        Thread.currentThread().setName(name.isEmpty() ? "forebay-bridge" : "forebay-replay");
        forgotten = log.resumePosition();
        String routes = routing.fingerprint();
        return Future.join(uplinks.stream()
                        .map(uplink ->
                                uplink.start(Math.max(forgotten, sequences.resume(uplink.target(), routes, forgotten))))
                        .toList())
                .onSuccess(all -> goOn());
    }

    private void goOn() {
        stopListening = log.onDurable(() -> uplinks.forEach(Uplink::wake));
        vertx.setPeriodic(TICK_MS, timer -> uplinks.forEach(Uplink::tick));
        vertx.setPeriodic(FORGET_IDLE_EVERY_MS, timer -> forgetIdleLanes());
    }

    /**
     * Waits until a lane has nothing unsettled before a position. Any thread.
     *
     * @param told on the bridge's thread
     * @return gives up; any thread
     */
    Runnable awaitSettled(String clientId, String username, String topic, long before, Consumer<Boolean> told) {
        String key = routing.key(clientId, username, topic);
        Settlements.Waiting waiting = new Settlements.Waiting(key, before, told);
        run(() -> uplinkOf(key).await(waiting));
        return () -> run(() -> uplinkOf(key).giveUp(waiting));
    }

    private Uplink uplinkOf(String messageKey) {
        Routes.Place place = routing.place(messageKey);
        return uplinks.stream()
                .filter(each -> place != null && each.target().equals(place.target()))
                .findFirst()
                .orElse(uplinks.get(0));
    }

    @Override
    public void run(Runnable work) {
        context.runOnContext(nothing -> work.run());
    }

    @Override
    public void runIn(long ms, Runnable work) {
        vertx.setTimer(ms, timer -> work.run());
    }

    @Override
    public void onForgotten() {
        long least = uplinks.stream().mapToLong(Uplink::forgotten).min().orElseThrow();
        if (least > forgotten) {
            forgotten = least;
            log.forgetBefore(least);
            uplinks.forEach(uplink -> uplink.forgetUnneeded(Position.segment(least)));
        }
    }

    @Override
    public void onUnneeded(List<Integer> segments) {
        for (int segment : segments) {
            if (uplinks.stream().noneMatch(uplink -> uplink.needs(segment))) {
                log.forget(segment);
            }
        }
    }

    /** Whatever comes later in the log arrived at this time or, by a clock that was set, not much before. */
    private void forgetIdleLanes() {
        long oldestAtMs = System.currentTimeMillis();
        for (Uplink uplink : uplinks) {
            oldestAtMs = uplink.oldestAtMs() == 0 ? oldestAtMs : Math.min(oldestAtMs, uplink.oldestAtMs());
        }
        sequences.forgetIdle(oldestAtMs - config.sequences().idleMs() - CLOCK_MARGIN_MS);
    }

    @Override
    public Future<?> stop() {
        stopListening.run();
        return Future.join(uplinks.stream().map(Uplink::stop).toList());
    }
}
