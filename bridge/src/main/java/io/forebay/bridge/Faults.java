package io.forebay.bridge;

import java.util.List;

/** What an AMQP error condition (AMQP 1.0, 2.8.15 to 2.8.18) is about: one message, or the place that it was sent to. */
final class Faults {
    private static final String OF_ROOM = "amqp:resource-limit-exceeded";

    /** Any message would fare the same there, now: it waits, however often, and is no candidate for the quarantine. */
    private static final List<String> OF_THE_PLACE = List.of(
            OF_ROOM,
            "amqp:resource-locked",
            "amqp:resource-deleted",
            "amqp:unauthorized-access",
            "amqp:not-found",
            "amqp:illegal-state",
            "amqp:connection:forced",
            "amqp:link:detach-forced",
            "amqp:link:redirect");

    private static final List<String> OF_THE_MESSAGE = List.of(
            "amqp:decode-error",
            "amqp:invalid-field",
            "amqp:not-implemented",
            "amqp:frame-size-too-small",
            "amqp:connection:framing-error",
            "amqp:link:message-size-exceeded");

    private Faults() {}

    /** Whether a link or connection ended for want of room there, which no message is to blame for. */
    static boolean speakOfRoom(String words) {
        return words.contains(OF_ROOM);
    }

    static boolean speakOfThePlace(String words) {
        return OF_THE_PLACE.stream().anyMatch(words::contains);
    }

    /** Whether the end of a link or connection, in the broker's words, can only be the fault of what was sent. */
    static boolean speakOfTheMessage(String words) {
        return OF_THE_MESSAGE.stream().anyMatch(words::contains);
    }
}
