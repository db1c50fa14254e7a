package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.accept.TokenBucket;
import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.ReasonCode;
import java.util.concurrent.TimeUnit;

/**
 * Holds a device back that publishes faster than it may: its socket is not read until what it published too much is paid
 * back, so that nothing is lost and TCP tells it to go slower. Owned by the connection's event loop.
 */
final class PublishRate {
    private final MqttConnection connection;
    private final MqttMeters meters;
    private final long timeoutNs;
    private final TokenBucket messages;
    private final TokenBucket bytes;
    /** Since it was last as slow as it may be: then the buckets were full. */
    private long heldBackSince;

    private boolean heldBack;
    private long timer;

    PublishRate(MqttConnection connection, QuotaConfig quotas, MqttMeters meters) {
        long now = System.nanoTime();
        this.connection = connection;
        this.meters = meters;
        this.timeoutNs = TimeUnit.MILLISECONDS.toNanos(quotas.rateTimeoutMs());
        this.messages = new TokenBucket(quotas.publishesPerSecond(), now);
        this.bytes = new TokenBucket(quotas.publishBytesPerSecond(), now);
    }

    /** Throws {@link ProtocolViolation} if the device has been too fast for too long. */
    void onPublish(Packet.Publish packet) {
        long now = System.nanoTime();
        if (messages.isFull(now) && bytes.isFull(now)) {
            heldBack = false;
        }
        messages.take(1, now);
        bytes.take((long) packet.topic().length() + packet.payload().length, now);
        long debt = Math.max(messages.debt(now), bytes.debt(now));
        if (debt > 0) {
            holdBack(debt, now);
        }
    }

    private void holdBack(long debt, long now) {
        if (!heldBack) {
            heldBack = true;
            heldBackSince = now;
            connection.tell("rate", "A device publishes faster than it may and is held back");
        }
        if (timeoutNs > 0 && now - heldBackSince >= timeoutNs) {
            throw new ProtocolViolation(
                    ReasonCode.MESSAGE_RATE_TOO_HIGH, "it publishes faster than it may, for too long"); // MQTT-4.13
        }
        if (connection.socketPause().pause(SocketPause.Reason.RATE)) {
            meters.heldBack();
            timer = connection.later(TimeUnit.NANOSECONDS.toMillis(debt) + 1, this::goOn);
        }
    }

    /** What was decoded before the pause has been taken since, and may have made a new debt. */
    private void goOn() {
        timer = 0;
        long now = System.nanoTime();
        long debt = Math.max(messages.debt(now), bytes.debt(now));
        if (debt > 0) {
            timer = connection.later(TimeUnit.NANOSECONDS.toMillis(debt) + 1, this::goOn);
        } else {
            connection.socketPause().resume(SocketPause.Reason.RATE);
        }
    }

    /** The connection is gone. */
    void end() {
        if (timer != 0) {
            connection.never(timer);
        }
    }
}
