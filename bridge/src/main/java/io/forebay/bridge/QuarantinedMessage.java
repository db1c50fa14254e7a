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
 * @param sequence its number in its lane, 0 if that is not counted or not known any more
 */
public record QuarantinedMessage(
        long position,
        String address,
        String condition,
        String description,
        int attempts,
        long firstAttemptAtMs,
        long lastAttemptAtMs,
        Message message,
        long sequence) {

    /** The same after one more attempt. */
    public QuarantinedMessage again(String newCondition, String newDescription, long atMs) {
        return new QuarantinedMessage(
                position,
                address,
                newCondition,
                newDescription,
                attempts + 1,
                firstAttemptAtMs,
                atMs,
                message,
                sequence);
    }
}
