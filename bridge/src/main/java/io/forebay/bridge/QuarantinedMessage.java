package io.forebay.bridge;

import io.forebay.storage.Message;

/**
 * A message that the broker did not take, and why.
 *
 * @param position where it stood in the log: with the gateway's id it is its message-id
 * @param address where it was to go
 * @param condition AMQP error condition, or a word of our own if there was none
 * @param description what the broker said about it, possibly empty
 * @param attempts how often it was sent
 * @param firstAttemptAtMs milliseconds since 1970, like the next
 * @param lastAttemptAtMs when it was sent last
 * @param message the message as it was received
 */
public record QuarantinedMessage(
        long position,
        String address,
        String condition,
        String description,
        int attempts,
        long firstAttemptAtMs,
        long lastAttemptAtMs,
        Message message) {}
