package io.forebay.simulator;

import io.forebay.simulator.scenario.Behaviour;
import io.forebay.simulator.scenario.ConnectionSpec;
import io.forebay.simulator.scenario.FleetSpec;
import io.forebay.simulator.scenario.PayloadSpec;
import io.forebay.simulator.scenario.RateSpec;
import io.forebay.simulator.scenario.TrafficSpec;
import java.util.List;

/**
 * What the fleet publishes. Either {@code messagesPerDevice} or {@code seconds} ends it, whichever is reached first; 0
 * means that this one does not count.
 *
 * @param devices number of devices, each with a connection of its own
 * @param topicsPerDevice topics per device, used in turn; a topic of a device is a lane, in which order is checked
 * @param topicTemplate topic with {@code {device}} and {@code {topic}} to be filled in
 * @param messagesPerDevice messages that each device publishes
 * @param seconds how long it publishes
 * @param ratePerSecond messages per second of the whole fleet; 0: as fast as they are acknowledged
 * @param qos QoS of the messages
 * @param payloadBytes payload size, at least {@link PayloadSpec#BYTES_MIN}
 * @param window unacknowledged messages per device
 */
public record FleetLoad(
        int devices,
        int topicsPerDevice,
        String topicTemplate,
        long messagesPerDevice,
        long seconds,
        double ratePerSecond,
        QosMix qos,
        int payloadBytes,
        int window) {

    public static final String TOPIC_TEMPLATE = TrafficSpec.TOPIC_TEMPLATE;
    static final int LANES_MAX = 1_000_000;
    static final int PAYLOAD_BYTES_MAX = PayloadSpec.BYTES_MAX;
    static final int WINDOW_MAX = TrafficSpec.WINDOW_MAX;

    public FleetLoad {
        require(devices >= 1 && topicsPerDevice >= 1, "there must be at least one device with one topic");
        require(
                (long) devices * topicsPerDevice <= LANES_MAX,
                "devices times topics must not exceed " + LANES_MAX + ", the ledger keeps each of them");
        require(topicTemplate.contains("{device}"), "the topic template must contain {device}");
        require(
                !topicTemplate.contains("+") && !topicTemplate.contains("#"),
                "a topic to publish to has neither + nor #");
        require(messagesPerDevice > 0 || seconds > 0, "either messages or seconds must be given");
        require(messagesPerDevice >= 0 && seconds >= 0, "messages and seconds must not be negative");
        require(ratePerSecond >= 0 && ratePerSecond <= 10_000_000, "the rate must be between 0 and 10 000 000");
        require(
                payloadBytes >= PayloadSpec.BYTES_MIN && payloadBytes <= PAYLOAD_BYTES_MAX,
                "the payload must have " + PayloadSpec.BYTES_MIN + " to " + PAYLOAD_BYTES_MAX + " bytes");
        require(window >= 1 && window <= WINDOW_MAX, "the window must be between 1 and " + WINDOW_MAX);
    }

    /** One topic per device, 200 bytes, 16 unacknowledged, as fast as they are acknowledged. */
    public static FleetLoad of(int devices, long messagesPerDevice, QosMix qos) {
        return new FleetLoad(devices, 1, TOPIC_TEMPLATE, messagesPerDevice, 0, 0, qos, 200, 16);
    }

    public FleetLoad withRate(double messagesPerSecond) {
        return new FleetLoad(
                devices,
                topicsPerDevice,
                topicTemplate,
                messagesPerDevice,
                seconds,
                messagesPerSecond,
                qos,
                payloadBytes,
                window);
    }

    /** The same as a fleet, which then has nothing special about it. */
    FleetSpec fleet(MqttTarget target) {
        TrafficSpec traffic = new TrafficSpec(
                topicsPerDevice,
                topicTemplate,
                qos.shares(),
                false,
                PayloadSpec.binary(payloadBytes, payloadBytes),
                ratePerSecond == 0 ? RateSpec.AS_ACKNOWLEDGED : RateSpec.of(RateSpec.Kind.CONSTANT, ratePerSecond),
                messagesPerDevice,
                window,
                List.of(),
                "");
        ConnectionSpec connection = ConnectionSpec.DEFAULT.with(
                target.level().version(),
                target.credentials().user(),
                target.credentials().password(),
                ConnectionSpec.Transport.TCP);
        return new FleetSpec("devices", devices, 0, connection, traffic, Behaviour.GOOD);
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
