package io.forebay.simulator.scenario;

import java.util.List;

/**
 * What each device of a fleet publishes and receives. In topics, {@code {device}} is the number of the device within its
 * fleet, {@code {number}} the same counted from 1, and {@code {topic}} the number of the topic within the device.
 *
 * @param topics topics per device, used in turn; a topic of a device is a lane, in which order is checked
 * @param topic topic template
 * @param qos QoS of the messages
 * @param retain whether they are retained
 * @param payload what is in them
 * @param rate when they are due
 * @param messagesPerDevice how many each device publishes; 0: as many as are due
 * @param window unacknowledged messages per device
 * @param subscriptions topic filters
 * @param answer topic of the answers to what arrives on the subscriptions, or empty: no answers
 */
public record TrafficSpec(
        int topics,
        String topic,
        QosShares qos,
        boolean retain,
        PayloadSpec payload,
        RateSpec rate,
        long messagesPerDevice,
        int window,
        List<String> subscriptions,
        String answer) {
    public static final String TOPIC_TEMPLATE = "devices/{device}/telemetry";
    public static final int WINDOW_MAX = 10_000;

    public TrafficSpec {
        subscriptions = List.copyOf(subscriptions);
    }

    public boolean answers() {
        return !answer.isEmpty();
    }

    public TrafficSpec withRate(RateSpec other) {
        return new TrafficSpec(
                topics, topic, qos, retain, payload, other, messagesPerDevice, window, subscriptions, answer);
    }

    public TrafficSpec withQos(QosShares other) {
        return new TrafficSpec(
                topics, topic, other, retain, payload, rate, messagesPerDevice, window, subscriptions, answer);
    }

    public TrafficSpec withPayload(PayloadSpec other) {
        return new TrafficSpec(
                topics, topic, qos, retain, other, rate, messagesPerDevice, window, subscriptions, answer);
    }

    /** The topic of a lane: one of the device's own, or behind them that of its answers. */
    public String topicOf(int device, int lane) {
        if (lane == topics) {
            return fill(answer, device, lane);
        }
        String template = topics > 1 && !topic.contains("{topic}") ? topic + "/{topic}" : topic;
        return fill(template, device, lane);
    }

    /** Puts the numbers into a template. */
    public static String fill(String template, int device, int lane) {
        return template.indexOf('{') < 0
                ? template
                : template.replace("{device}", Integer.toString(device))
                        .replace("{number}", Integer.toString(device + 1))
                        .replace("{topic}", Integer.toString(lane));
    }

    /** Whether what is made of a template is another text for each device. */
    public static boolean tellsDevicesApart(String template) {
        return template.contains("{device}") || template.contains("{number}");
    }
}
