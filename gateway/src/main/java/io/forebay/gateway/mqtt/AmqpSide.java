package io.forebay.gateway.mqtt;

import io.forebay.storage.AckLevel;
import java.util.Optional;
import java.util.function.Consumer;

/** The way to the AMQP broker, as far as an acknowledgement depends on it. Any thread. */
public interface AmqpSide {
    /** @return when the publisher of a message on this topic is acknowledged; empty if no route takes it */
    Optional<AckLevel> ackLevel(String topic);

    /** Whether the user names of publishers are to be in their messages. */
    boolean wantsUsernames();

    /** @return what a message meets now because its route has its share of the log; empty if there is room */
    default Optional<ProtocolConfig.WhenLogFull> whenFull(String clientId, String username, String topic) {
        return Optional.empty();
    }

    /**
     * Waits until the route of a message has room.
     *
     * @param told on any thread; at once, on the caller's, if there is room
     * @return gives up waiting
     */
    default Runnable awaitRoom(String clientId, String username, String topic, Runnable told) {
        told.run();
        return () -> {};
    }

    /**
     * Waits until nothing that a client has published on a topic is unsettled before a position of the log.
     *
     * @param username as it is in the message
     * @param told on any thread: whether the broker has accepted the message just before that position; otherwise it has
     *     expired or is in the quarantine
     * @return gives up waiting
     */
    Runnable awaitSettled(String clientId, String username, String topic, long before, Consumer<Boolean> told);
}
