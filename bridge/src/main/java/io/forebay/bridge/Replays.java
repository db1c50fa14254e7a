package io.forebay.bridge;

import io.forebay.bridge.ReplayStatus.State;
import io.forebay.storage.MessageLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends again, on demand, what is in the log: to any address, marked as replayed, at a bounded rate. Any thread may call it.
 * Replays are remembered while the gateway runs and no longer; one that was broken off is begun again at its position.
 */
public final class Replays {
    /** Beyond so many the oldest ones that have ended are forgotten. */
    private static final int REMEMBERED_MAX = 100;

    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final MessageLog log;
    private final BridgeConfig live;
    private final ReplayConfig config;
    private final MeterRegistry registry;
    private final NavigableMap<String, Replay> byId = new ConcurrentSkipListMap<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** @param live what the bridge of the log has: routes and targets are looked up there */
    public Replays(MessageLog log, BridgeConfig live, ReplayConfig config, MeterRegistry registry) {
        this.log = log;
        this.live = live;
        this.config = config;
        this.registry = registry;
        Gauge.builder("forebay.replay.running", running, AtomicInteger::get)
                .description("Replays, and counts of them, that run")
                .register(registry);
    }

    /**
     * Begins one. Throws IllegalArgumentException if it cannot be, and IllegalStateException if it cannot be now: there are as
     * many as may be.
     */
    public ReplayStatus start(ReplayRequest request) {
        if (stopped.get()) {
            throw new IllegalStateException("the gateway stops");
        }
        if (running.incrementAndGet() > config.runningMax()) {
            running.decrementAndGet();
            throw new IllegalStateException(
                    "as many replays run as may at a time (replay.running-max): " + config.runningMax());
        }
        Replay replay;
        try {
            replay = add(request);
        } catch (RuntimeException wrong) {
            running.decrementAndGet();
            throw wrong;
        }
        replay.start();
        return replay.status();
    }

    private Replay add(ReplayRequest request) {
        for (long ms = System.currentTimeMillis(); ; ms++) {
            String id = ID.format(Instant.ofEpochMilli(ms));
            if (!byId.containsKey(id)) {
                Replay replay = new Replay(id, request, log, live, config, this::onEnded);
                if (byId.putIfAbsent(id, replay) == null) {
                    return replay;
                }
            }
        }
    }

    private void onEnded(Replay ended) {
        running.decrementAndGet();
        ReplayStatus status = ended.status();
        count("settled", status.settled() - status.rejected());
        count("rejected", status.rejected());
        byId.values().stream()
                .filter(replay -> !replay.isRunning())
                .limit(Math.max(0, byId.size() - REMEMBERED_MAX))
                .map(Replay::id)
                .toList()
                .forEach(byId::remove);
    }

    private void count(String outcome, long messages) {
        Counter.builder("forebay.replay.messages")
                .description("Messages of replays that have ended")
                .tag("outcome", outcome)
                .register(registry)
                .increment((double) messages);
    }

    /** Those that run and the last ones that have ended, the oldest first. */
    public List<ReplayStatus> list() {
        return byId.values().stream().map(Replay::status).toList();
    }

    public Optional<ReplayStatus> find(String id) {
        return Optional.ofNullable(byId.get(id)).map(Replay::status);
    }

    /** @return succeeds when nothing more is sent; with nothing if there is no such replay */
    public Future<Optional<ReplayStatus>> cancel(String id) {
        Replay replay = byId.get(id);
        return replay == null
                ? Future.succeededFuture(Optional.empty())
                : replay.end(State.CANCELLED).map(ended -> Optional.of(replay.status()));
    }

    /** @return succeeds when none runs any more; where each of them stood is in the log of the process */
    public Future<Void> stop() {
        stopped.set(true);
        return Future.join(byId.values().stream()
                        .map(replay -> replay.end(State.BROKEN_OFF))
                        .toList())
                .mapEmpty();
    }
}
