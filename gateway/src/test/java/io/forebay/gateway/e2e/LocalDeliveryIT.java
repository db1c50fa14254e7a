package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.forebay.gateway.security.Scram;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices get what devices publish, through a whole gateway. */
class LocalDeliveryIT {
    private static final int PATIENCE_S = 60;

    @TempDir
    Path directory;

    @Test
    void aDeviceThatWasAwayGetsItsMessagesAcrossARestartOfTheGateway() throws Exception {
        try (RunningGateway gateway = RunningGateway.start(directory)) {
            Mqtt5BlockingClient away = client("away", gateway);
            assertTrue(!connect(away).isSessionPresent());
            away.subscribeWith().topicFilter("t/#").qos(MqttQos.EXACTLY_ONCE).send();
            away.disconnect();
            publish(gateway, "t/1", MqttQos.AT_LEAST_ONCE);
            publish(gateway, "t/2", MqttQos.EXACTLY_ONCE);
        }
        try (RunningGateway gateway = RunningGateway.start(directory)) {
            Mqtt5BlockingClient back = client("away", gateway);
            try (Mqtt5Publishes messages = back.publishes(MqttGlobalPublishFilter.ALL)) {
                assertTrue(connect(back).isSessionPresent());
                assertEquals("t/1", topicOf(messages));
                assertEquals("t/2", topicOf(messages));
            }
            back.disconnect();
        }
    }

    @Test
    void aRouteKeepsItsMessagesFromSubscribersWhereItSaysSo() throws Exception {
        Path rules = Files.writeString(directory.resolve("acl.yaml"), """
                rules:
                  - {deny: subscribe, topic: secret}
                  - {allow: both, topic: ["#", $dollar]}
                """);
        Path config = Files.writeString(directory.resolve("forebay.yaml"), """
                routes:
                  - topic: uplink-only/#
                    address: a
                    local: false
                acl:
                  file: %s
                """.formatted(rules));
        try (RunningGateway gateway = RunningGateway.start(directory.resolve("data"), config, Map.of())) {
            Mqtt5BlockingClient all = client("all", gateway);
            connect(all);
            try (Mqtt5Publishes messages = all.publishes(MqttGlobalPublishFilter.ALL)) {
                all.subscribeWith().topicFilter("#").qos(MqttQos.AT_LEAST_ONCE).send();
                publish(gateway, "uplink-only/x", MqttQos.AT_LEAST_ONCE);
                publish(gateway, "secret", MqttQos.AT_LEAST_ONCE);
                publish(gateway, "$dollar", MqttQos.AT_LEAST_ONCE);
                publish(gateway, "other", MqttQos.AT_LEAST_ONCE);

                assertEquals("other", topicOf(messages));
            }
            all.disconnect();
        }
    }

    @Test
    void withoutADefaultAddressADeviceIsToldThatNobodyTakesItsMessage() throws Exception {
        Map<String, String> settings = Map.of("FOREBAY_DEFAULT_ADDRESS", "");
        try (RunningGateway gateway = RunningGateway.start(directory, settings)) {
            assertEquals(Mqtt5PubAckReasonCode.NO_MATCHING_SUBSCRIBERS, reasonOf(gateway, "t"));
            Mqtt5BlockingClient device = client("d", gateway);
            connect(device);
            device.subscribeWith().topicFilter("t").send();
            assertEquals(Mqtt5PubAckReasonCode.SUCCESS, reasonOf(gateway, "t"));
            device.disconnect();
        }
    }

    private static Mqtt5PubAckReasonCode reasonOf(RunningGateway gateway, String topic) {
        Mqtt5BlockingClient publisher = client("publisher", gateway);
        publisher.connect();
        Mqtt5PublishResult result =
                publisher.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).send();
        publisher.disconnect();
        return ((Mqtt5PublishResult.Mqtt5Qos1Result) result).getPubAck().getReasonCode();
    }

    @Test
    void whereItIsRequiredADeviceAuthenticatesByScram() throws Exception {
        Path users = Files.writeString(
                directory.resolve("users"),
                Scram.credential("anna", "secret".toCharArray(), 4_096).line());
        Path config = Files.writeString(directory.resolve("forebay.yaml"), """
                authentication:
                  chain: [scram]
                """);
        Map<String, String> settings = Map.of("FOREBAY_AUTHENTICATION_SCRAM_FILE", users.toString());
        try (RunningGateway gateway = RunningGateway.start(directory.resolve("data"), config, settings)) {
            ScramMechanism right = new ScramMechanism("anna", "secret");
            Mqtt5BlockingClient device = client("d", gateway);
            device.connectWith().enhancedAuth(right).send();
            assertTrue(right.hasProvenServer());
            device.disconnect();

            ScramMechanism wrong = new ScramMechanism("anna", "guess");
            assertThrows(
                    Mqtt5ConnAckException.class,
                    () -> client("e", gateway).connectWith().enhancedAuth(wrong).send());
            assertThrows(Mqtt5ConnAckException.class, () -> client("e", gateway).connect(), "nothing was shown");
        }
    }

    private static Mqtt5BlockingClient client(String id, RunningGateway gateway) {
        return Mqtt5Client.builder()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(gateway.mqttPort)
                .buildBlocking();
    }

    private static Mqtt5ConnAck connect(Mqtt5BlockingClient client) {
        return client.connectWith().cleanStart(false).sessionExpiryInterval(600).send();
    }

    private static void publish(RunningGateway gateway, String topic, MqttQos qos) {
        Mqtt5BlockingClient publisher = client("publisher", gateway);
        publisher.connect();
        publisher
                .publishWith()
                .topic(topic)
                .qos(qos)
                .payload("x".getBytes(StandardCharsets.UTF_8))
                .send();
        publisher.disconnect();
    }

    private static String topicOf(Mqtt5Publishes messages) throws InterruptedException {
        Mqtt5Publish message = messages.receive(PATIENCE_S, TimeUnit.SECONDS).orElseThrow();
        return message.getTopic().toString();
    }
}
