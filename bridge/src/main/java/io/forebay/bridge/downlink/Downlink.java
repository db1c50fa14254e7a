package io.forebay.bridge.downlink;

import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.amqp.DedicatedLoop;
import io.forebay.bridge.reply.ReplyTopics;
import io.forebay.storage.MessageLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * Brings messages from addresses of an AMQP 1.0 broker into a log, from where they go to devices: at least once, for each
 * address in order. It has a Vert.x instance, a thread and a connection of its own, so that what goes up and what goes down
 * are not felt by each other. All methods may be called from any thread; Futures complete on the downlink's thread.
 */
public final class Downlink {
    /** What subscribers did with a message. */
    public enum Fate {
        /** At least one has acknowledged it. */
        ACKNOWLEDGED,
        /** None has, and none will. */
        GONE,
        /** There is none. */
        UNWANTED
    }

    private final DownlinkLoop loop;
    private final AtomicReference<DownlinkStatus> status =
            new AtomicReference<>(DownlinkStatus.stopped(System.currentTimeMillis()));
    private final DedicatedLoop dedicated;

    /**
     * @param amqp the broker
     * @param replies where answers to what comes from there go
     * @param hasSubscriber whether any subscription matches a topic; asked on the downlink's thread
     */
    public Downlink(
            MessageLog log,
            DownlinkConfig config,
            AmqpConfig amqp,
            ReplyTopics replies,
            Predicate<String> hasSubscriber,
            MeterRegistry registry) {
        // Some brokers allow one connection for each container id.
        AmqpConfig own =
                amqp.toBuilder().containerId(amqp.containerId() + "-downlink").build();
        loop = new DownlinkLoop(log, config, own, replies, hasSubscriber, registry, status);
        dedicated = new DedicatedLoop(loop);
    }

    /**
     * Starts once.
     *
     * @return succeeds when it runs, whether the broker is there or not
     */
    public Future<Void> start() {
        return dedicated.start();
    }

    /**
     * Takes nothing more, waits a moment for what the log has not made durable yet, gives back what is left to the broker,
     * closes the connection.
     *
     * @return succeeds when that is done; the log may be closed then
     */
    public Future<Void> stop() {
        return dedicated.stop();
    }

    /**
     * A device has connected: its own address is listened to, if there is one for each device. After {@link #start}.
     *
     * @param epoch greater for each later connection of this device
     */
    public void deviceConnected(String clientId, long epoch) {
        loop.deviceConnected(clientId, epoch);
    }

    /** That connection has ended. */
    public void deviceDisconnected(String clientId, long epoch) {
        loop.deviceDisconnected(clientId, epoch);
    }

    /**
     * What became of a message that was appended under a number ({@link io.forebay.storage.Message#packetId}), for addresses
     * that are settled when delivered. Told once at most; what nothing is told of is released when its time is up.
     */
    public void onFate(long arrivedAtMs, int number, Fate fate) {
        loop.onFate(arrivedAtMs, number, fate);
    }

    /** How it is doing; never blocks. */
    public DownlinkStatus status() {
        return status.get();
    }
}
