package io.forebay.gateway.session;

import io.vertx.core.Future;
import java.util.List;

/**
 * One connection's hold of its session. Used on the event loop that opened it. After {@link #close}, or when a newer
 * connection has the session, every call does nothing and its Future succeeds: a late event of an old connection never
 * touches the state of a newer one.
 */
public interface SessionHold {

    /** What became of one topic filter of a SUBSCRIBE. */
    enum Grant {
        QOS_0,
        QOS_1,
        QOS_2,
        /** The session or the gateway has as many subscriptions as it may (0x97). */
        QUOTA_EXCEEDED
    }

    /** What a will does when its connection ends. */
    enum WillFate {
        /** The device said goodbye (MQTT-3.14.4-3). */
        DISCARD,
        /** The connection was lost: published after its delay, or when the session ends, whichever is first. */
        PUBLISH,
        /** The gateway stops: kept, and published after the next start if the device does not come back. */
        KEEP
    }

    /**
     * Adds or replaces subscriptions. Retained messages follow the Future, never precede it.
     *
     * @return succeeds when they are durable, with one grant for each, in order
     */
    Future<List<Grant>> subscribe(List<Subscription> subscriptions);

    /** @return succeeds when it is durable, with whether each one existed */
    Future<List<Boolean>> unsubscribe(List<String> filters);

    /** @return succeeds with the filters of all subscriptions that it has */
    Future<List<String>> subscriptions();

    /** PUBACK: the message is done with. */
    void acknowledged(int packetId);

    /**
     * PUBACK or PUBREC with a failure, or the device cannot take it (Maximum Packet Size): the message is done with, and the
     * device does not have it.
     */
    void refused(int packetId);

    /**
     * PUBREC.
     *
     * @return succeeds when it is durable, so that PUBREL may leave; with false if no message waits with this packet id
     */
    Future<Boolean> received(int packetId);

    /** PUBCOMP. */
    void completed(int packetId);

    /** Whether the device reads what is sent to it; while it does not, nothing more is handed over but what is on its way. */
    void writable(boolean writable);

    /**
     * The connection is gone.
     *
     * @param expirySeconds from now; 0 ends the session at once. Cannot be raised from 0 (MQTT-3.14.2-2)
     * @return succeeds when it is durable
     */
    Future<Void> close(long expirySeconds, WillFate will);
}
