package io.forebay.gateway.e2e;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** MQTT messages to be published in the same way to different brokers. The payload of each is its name. */
final class MqttSamples {
    /** One message, and its name. */
    private record Sample(
            String name,
            String topic,
            int qos,
            boolean retain,
            UnaryOperator<Mqtt5PublishBuilder.Complete> properties) {
        byte[] payload() {
            return name.getBytes(StandardCharsets.UTF_8);
        }
    }

    private static final String CLIENT_ID = "sampler";
    private static final List<Sample> BEFORE_5 = List.of(
            plain("QoS 0", "d/a/b", 0),
            plain("QoS 1", "d/a/b", 1),
            plain("QoS 2", "d/a/b", 2),
            new Sample("RETAIN", "d/kept", 1, true, UnaryOperator.identity()),
            plain("topic with dots", "d/a.b/c.d", 1),
            plain("topic with spaces", "d/a b/ c", 1),
            plain("topic that ends in a slash", "d/a/", 1),
            plain("topic with an empty level", "d//b", 1),
            plain("topic that is not ASCII", "d/größe/温度", 1),
            plain("topic with percent, colon, at", "d/100%/x:y@z", 1));
    private static final List<Sample> OF_5 = List.of(
            with("Content Type", publish -> publish.contentType("application/json")),
            with("Content Type that is not ASCII", publish -> publish.contentType("text/größe")),
            with(
                    "Payload Format Indicator",
                    publish -> publish.payloadFormatIndicator(Mqtt5PayloadFormatIndicator.UTF_8)),
            with("Message Expiry Interval", publish -> publish.messageExpiryInterval(3_600)),
            with("Response Topic and Correlation Data", publish -> publish.responseTopic("d/answers/1")
                    .correlationData(new byte[] {1, 2, (byte) 0xff})),
            with("Correlation Data alone", publish -> publish.correlationData("c-1".getBytes(StandardCharsets.UTF_8))),
            with(
                    "User Properties",
                    publish -> publish.userProperties(Mqtt5UserProperties.builder()
                            .add("b", "1")
                            .add("a", "größe")
                            .add("b", "2")
                            .add("x-trace", "t")
                            .add("", "empty name")
                            .build())));

    private MqttSamples() {}

    private static Sample plain(String name, String topic, int qos) {
        return new Sample(name, topic, qos, false, UnaryOperator.identity());
    }

    private static Sample with(String name, UnaryOperator<Mqtt5PublishBuilder.Complete> properties) {
        return new Sample(name, "d/a/b", 1, false, properties);
    }

    private static Stream<Sample> before5(int qosMax) {
        return BEFORE_5.stream().filter(sample -> sample.qos() <= qosMax);
    }

    static List<String> namesBefore5(int qosMax) {
        return before5(qosMax).map(Sample::name).toList();
    }

    static List<String> namesOf5() {
        List<String> names = new ArrayList<>();
        BEFORE_5.forEach(sample -> names.add("5: " + sample.name()));
        OF_5.forEach(sample -> names.add(sample.name()));
        return names;
    }

    /** With MQTT 3.1.1. */
    static void publishBefore5(int port, int qosMax) {
        Mqtt3BlockingClient device = Mqtt3Client.builder()
                .identifier(CLIENT_ID)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildBlocking();
        device.connect();
        before5(qosMax).forEach(sample -> device.publishWith()
                .topic(sample.topic())
                .qos(MqttQos.fromCode(sample.qos()))
                .retain(sample.retain())
                .payload(sample.payload())
                .send());
        device.disconnect();
    }

    /** With MQTT 5. */
    static void publishOf5(int port) {
        Mqtt5BlockingClient device = Mqtt5Client.builder()
                .identifier(CLIENT_ID)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildBlocking();
        device.connect();
        for (Sample sample : BEFORE_5) {
            device.publish(publish(sample, "5: " + sample.name()));
        }
        OF_5.forEach(sample -> device.publish(publish(sample, sample.name())));
        device.disconnect();
    }

    private static Mqtt5Publish publish(Sample sample, String name) {
        return sample.properties()
                .apply(Mqtt5Publish.builder()
                        .topic(sample.topic())
                        .qos(MqttQos.fromCode(sample.qos()))
                        .retain(sample.retain())
                        .payload(name.getBytes(StandardCharsets.UTF_8)))
                .build();
    }
}
