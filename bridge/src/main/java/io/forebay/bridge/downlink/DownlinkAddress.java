package io.forebay.bridge.downlink;

import java.util.List;

/**
 * An AMQP address from which messages go to devices.
 *
 * @param address of the broker; with <code>{clientId}</code> in it there is one for each connected device
 * @param topicFrom where the MQTT topic is looked for, in this order
 * @param topic a fixed topic instead, in which <code>{subject}</code> and, if the address has it, <code>{clientId}</code>
 *     stand for parts; empty for none
 * @param hold whether a message without a subscriber is accepted all the same; otherwise it is released
 * @param credit how many messages may be unsettled
 * @param replyInTopic whether the topic of a request names where the answer goes, for devices without MQTT 5, see {@link
 *     io.forebay.bridge.reply.ReplyTopics}
 */
public record DownlinkAddress(
        String address, List<TopicSource> topicFrom, String topic, boolean hold, int credit, boolean replyInTopic) {

    static final String CLIENT_ID = "{clientId}";
    static final String SUBJECT = "{subject}";

    private static final int CREDIT_MAX = 10_000;

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
        if (credit < 1 || credit > CREDIT_MAX) {
            throw new IllegalArgumentException("downlink '" + address + "': credit must be 1 to " + CREDIT_MAX);
        }
    }

    /** Topic in the subject, everything else as usual. */
    public static DownlinkAddress of(String address) {
        return new DownlinkAddress(address, List.of(TopicSource.ANNOTATION, TopicSource.SUBJECT), "", true, 256, false);
    }

    public DownlinkAddress withTopic(String other) {
        return new DownlinkAddress(address, topicFrom, other, hold, credit, replyInTopic);
    }

    public DownlinkAddress withTopicFrom(TopicSource... others) {
        return new DownlinkAddress(address, List.of(others), topic, hold, credit, replyInTopic);
    }

    public DownlinkAddress withHold(boolean other) {
        return new DownlinkAddress(address, topicFrom, topic, other, credit, replyInTopic);
    }

    public DownlinkAddress withCredit(int other) {
        return new DownlinkAddress(address, topicFrom, topic, hold, other, replyInTopic);
    }

    public DownlinkAddress withReplyInTopic(boolean other) {
        return new DownlinkAddress(address, topicFrom, topic, hold, credit, other);
    }

    /** Whether there is an address for each connected device. */
    public boolean isPerDevice() {
        return address.contains(CLIENT_ID);
    }
}
