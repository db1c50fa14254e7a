package io.forebay.bridge.downlink;

import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.Backoff;
import io.forebay.bridge.FaultLog;
import io.forebay.bridge.amqp.AmqpPeer;
import io.forebay.bridge.reply.Replies;
import io.forebay.bridge.reply.ReplyTopics;
import io.forebay.storage.MessageLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The downlink's thread: an event loop of its own, on which the inlets and the AMQP connection live. If something throws,
 * everything is thrown away and built again: what is not settled comes again.
 */
final class DownlinkLoop extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(DownlinkLoop.class);
    private static final long TICK_MS = 20;
    private static final Backoff REBUILD = new Backoff(1_000, 30_000);
    /** After so long without a failure the next one is a first one. */
    private static final long GOOD_AFTER_MS = 60_000;

    private final MessageLog log;
    private final DownlinkConfig config;
    private final AmqpConfig amqp;
    private final ReplyTopics replies;
    private final Predicate<String> hasSubscriber;
    private final AtomicReference<DownlinkStatus> status;
    private final boolean hasDeviceAddresses;
    private final DownlinkMeters meters;
    private final FaultLog faults = new FaultLog(DownlinkLoop::nowMs, System::currentTimeMillis);
    private final Random random = new Random();
    private final Deliveries deliveries;
    private final Repeats repeats = new Repeats(DownlinkLoop::nowMs);

    private record Told(long arrivedAtMs, int number, Downlink.Fate fate) {}

    /** Filled by any thread; there is one for each message that was appended, at most. */
    private final Queue<Told> fates = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean isTelling = new AtomicBoolean();

    /** Who is connected, with the epoch of the connection. */
    private final Map<String, Long> connected = new HashMap<>();

    private AmqpPeer peer;
    private Inlets inlets;
    private int failures;
    private long builtAtMs;
    private long ticker;
    private long stopBy;
    private Promise<Void> stopped;

    DownlinkLoop(
            MessageLog log,
            DownlinkConfig config,
            AmqpConfig amqp,
            ReplyTopics replies,
            Predicate<String> hasSubscriber,
            MeterRegistry registry,
            AtomicReference<DownlinkStatus> status) {
        this.log = log;
        this.config = config;
        this.amqp = amqp;
        this.replies = replies;
        this.hasSubscriber = hasSubscriber;
        this.status = status;
        this.hasDeviceAddresses = config.addresses().stream().anyMatch(DownlinkAddress::isPerDevice);
        this.meters = new DownlinkMeters(registry, status::get);
        this.deliveries = new Deliveries(DownlinkLoop::nowMs, meters, faults);
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    @Override
    public Future<?> start() {
        Thread.currentThread().setName("forebay-downlink");
        build();
        ticker = vertx.setPeriodic(TICK_MS, timer -> guarded(this::tick));
        return Future.succeededFuture();
    }

    private void build() {
        builtAtMs = nowMs();
        deliveries.forget();
        peer = new AmqpPeer(vertx, amqp, false, log.gatewayId(), () -> {}, Replies.NONE);
        inlets = new Inlets(
                peer,
                config,
                amqp.targetCapabilities(),
                flush -> context.runOnContext(turnEnds -> guarded(flush)),
                this::onBug,
                DownlinkLoop::nowMs,
                random,
                meters,
                faults);
        connected.keySet().forEach(inlets.devices()::connected);
        DownlinkMapping mapping =
                new DownlinkMapping(config.packetBytesMax(), replies, System::currentTimeMillis, meters::onLeftOut);
        Inlets built = inlets;
        inlets.start(new Intake(
                log,
                mapping,
                deliveries,
                hasSubscriber,
                config.waitingBytesMax(),
                meters,
                faults,
                repeats,
                () -> guarded(() -> onRoom(built))));
    }

    private void onRoom(Inlets whose) {
        if (inlets == whose) {
            whose.onRoom();
        }
    }

    private void tick() {
        if (inlets == null) {
            return;
        }
        inlets.tick();
        deliveries.tick();
        status.set(new DownlinkStatus(
                inlets.isConnected(),
                inlets.connectionChangedAtMs(),
                faults.lastFault(),
                inlets.links(),
                inlets.unsettled(),
                inlets.devices().waiting(),
                inlets.refused()));
        if (stopped != null && (inlets.isDone() || nowMs() >= stopBy)) {
            finish();
        }
    }

    /** Any thread. */
    void deviceConnected(String clientId, long epoch) {
        later(() -> {
            Long known = connected.get(clientId);
            if (known != null && known > epoch) {
                return;
            }
            connected.put(clientId, epoch);
            if (inlets != null) {
                inlets.devices().connected(clientId);
            }
        });
    }

    /** Any thread. An end that is heard of late does not touch the later connection. */
    void deviceDisconnected(String clientId, long epoch) {
        later(() -> {
            boolean isCurrent = connected.remove(clientId, epoch);
            if (isCurrent && inlets != null) {
                inlets.devices().disconnected(clientId);
            }
        });
    }

    /** Any thread. */
    void onFate(long arrivedAtMs, int number, Downlink.Fate fate) {
        Context loop = context;
        if (loop == null) {
            return;
        }
        fates.add(new Told(arrivedAtMs, number, fate));
        if (isTelling.compareAndSet(false, true)) {
            try {
                loop.runOnContext(nothing -> guarded(this::takeFates));
            } catch (RejectedExecutionException stopped) {
                LOG.debug("The downlink has stopped, nobody waits there any more");
            }
        }
    }

    private void takeFates() {
        isTelling.set(false);
        for (Told told = fates.poll(); told != null; told = fates.poll()) {
            deliveries.onFate(told.arrivedAtMs(), told.number(), told.fate());
        }
    }

    private void later(Runnable work) {
        Context loop = context;
        if (loop != null && hasDeviceAddresses) {
            loop.runOnContext(nothing -> guarded(work));
        }
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error bug) {
            onBug(bug);
        }
    }

    private void onBug(Throwable bug) {
        if (inlets == null) {
            return;
        }
        failures = nowMs() - builtAtMs > GOOD_AFTER_MS ? 1 : failures + 1;
        long delayMs = REBUILD.delayMs(failures, random);
        LOG.error("The downlink failed and starts again [inMs={}]", delayMs, bug);
        faults.note("The downlink failed and started again: " + bug);
        inlets = null;
        peer.close().onComplete(closed -> vertx.setTimer(delayMs, timer -> rebuild()));
    }

    private void rebuild() {
        if (stopped == null) {
            guarded(this::build);
        } else {
            stopped.tryComplete();
        }
    }

    @Override
    public Future<?> stop() {
        stopped = Promise.promise();
        stopBy = nowMs() + config.stopTimeoutMs();
        if (inlets == null) {
            return Future.succeededFuture();
        }
        inlets.stop();
        return stopped.future();
    }

    private void finish() {
        vertx.cancelTimer(ticker);
        deliveries.close();
        inlets.close();
        inlets = null;
        peer.close().onComplete(closed -> {
            status.set(DownlinkStatus.stopped(System.currentTimeMillis()));
            stopped.tryComplete();
        });
    }
}
