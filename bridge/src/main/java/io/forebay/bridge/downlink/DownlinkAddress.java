package io.forebay.bridge.downlink;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An AMQP address from which messages go to devices.
 *
 * @param address of the broker; with <code>{clientId}</code> in it there is one for each connected device
 * @param topicFrom where the MQTT topic is looked for, in this order
 * @param topic a fixed topic instead, in which <code>{subject}</code> and, if the address has it, <code>{clientId}</code>
 *     stand for parts; empty for none
 * @param hold whether a message without a subscriber is accepted all the same; otherwise it is released
 * @param credit how many messages may be unsettled
 * @param settle when a message is accepted
 * @param deliverWithinMs with {@link Settle#DELIVERED}: what nobody has acknowledged by then is released, and waits for
 *     nobody any more
 * @param replyInTopic whether the topic of a request names where the answer goes, for devices without MQTT 5, see {@link
 *     io.forebay.bridge.reply.ReplyTopics}
 */
public record DownlinkAddress(
        String address,
        List<TopicSource> topicFrom,
        String topic,
        boolean hold,
        Settle settle,
        long deliverWithinMs,
        int credit,
        boolean replyInTopic) {

    /** What the broker is told when. */
    public enum Settle {
        /** Accepted when it is durable in the log, from which it goes to subscribers. */
        DURABLE,
        /** Accepted when a subscriber has acknowledged it; released if none will. */
        DELIVERED
    }

    static final String CLIENT_ID = "{clientId}";
    static final String SUBJECT = "{subject}";

    private static final int CREDIT_MAX = 10_000;
    private static final long DELIVER_WITHIN_MS = 30_000;

    public DownlinkAddress {
        topicFrom = List.copyOf(topicFrom);
        if (address.isBlank()) {
            throw new IllegalArgumentException("the address of a downlink must not be empty");
        }
        if (topic.isEmpty() && topicFrom.isEmpty()) {
            throw new IllegalArgumentException("downlink '" + address + "': neither topic nor topic-from is given");
        }
        if (topic.contains(CLIENT_ID) && !address.contains(CLIENT_ID)) {
            throw new IllegalArgumentException(
                    "downlink '" + address + "': the topic has {clientId}, but the address has not");
        }
        if (hold && settle == Settle.DELIVERED) {
            throw new IllegalArgumentException("downlink '" + address
                    + "': with settle: delivered nothing is accepted without a subscriber, so hold cannot be true");
        }
        if (deliverWithinMs < 1 || deliverWithinMs > TimeUnit.DAYS.toMillis(1)) {
            throw new IllegalArgumentException("downlink '" + address + "': deliver-within-s must be 1 to 86400");
        }
        if (credit < 1 || credit > CREDIT_MAX) {
            throw new IllegalArgumentException("downlink '" + address + "': credit must be 1 to " + CREDIT_MAX);
        }
    }

    /** Topic in the subject, everything else as usual. */
    public static DownlinkAddress of(String address) {
        return new DownlinkAddress(
                address,
                List.of(TopicSource.ANNOTATION, TopicSource.SUBJECT),
                "",
                true,
                Settle.DURABLE,
                DELIVER_WITHIN_MS,
                256,
                false);
    }

    public DownlinkAddress withTopic(String other) {
        return new DownlinkAddress(address, topicFrom, other, hold, settle, deliverWithinMs, credit, replyInTopic);
    }

    public DownlinkAddress withTopicFrom(TopicSource... others) {
        return new DownlinkAddress(
                address, List.of(others), topic, hold, settle, deliverWithinMs, credit, replyInTopic);
    }

    public DownlinkAddress withHold(boolean other) {
        return new DownlinkAddress(address, topicFrom, topic, other, settle, deliverWithinMs, credit, replyInTopic);
    }

    /** Accepted when a subscriber has acknowledged it, released if none has after so long. */
    public DownlinkAddress settledWhenDelivered(long withinMs) {
        return new DownlinkAddress(address, topicFrom, topic, false, Settle.DELIVERED, withinMs, credit, replyInTopic);
    }

    public DownlinkAddress withCredit(int other) {
        return new DownlinkAddress(address, topicFrom, topic, hold, settle, deliverWithinMs, other, replyInTopic);
    }

    public DownlinkAddress withReplyInTopic(boolean other) {
        return new DownlinkAddress(address, topicFrom, topic, hold, settle, deliverWithinMs, credit, other);
    }

    /** Whether there is an address for each connected device. */
    public boolean isPerDevice() {
        return address.contains(CLIENT_ID);
    }
}
