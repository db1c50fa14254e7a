package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.forebay.gateway.bench.OpsClient;
import io.vertx.core.json.JsonObject;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backends and devices that we did not write: from a JMS producer through a real broker to an MQTT client, and back. */
class DownlinkEndToEndIT {
    private static final int PATIENCE_S = 60;

    @TempDir
    Path dataDir;

    private static Mqtt5BlockingClient device(RunningGateway gateway, String id) {
        return Mqtt5Client.builder()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(gateway.mqttPort)
                .buildBlocking();
    }

    private static void connect(Mqtt5BlockingClient device, boolean cleanStart) {
        assertEquals(
                cleanStart,
                !device.connectWith()
                        .cleanStart(cleanStart)
                        .sessionExpiryInterval(600)
                        .send()
                        .isSessionPresent());
    }

    /** A backend that sends to one queue. */
    private static final class Backend implements AutoCloseable {
        private final Connection connection;
        private final Session session;
        private final MessageProducer producer;

        Backend(RunningGateway gateway, String queue) throws JMSException {
            connection = new JmsConnectionFactory("amqp://127.0.0.1:" + gateway.amqpPort).createConnection();
            connection.start();
            session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            producer = session.createProducer(session.createQueue(queue));
        }

        TextMessage message(String topic, String text) throws JMSException {
            TextMessage message = session.createTextMessage(text);
            message.setJMSType(topic);
            return message;
        }

        @Override
        public void close() throws JMSException {
            connection.close();
        }
    }

    private static String text(Mqtt5Publish publish) {
        return new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void connectedDeviceGetsItAndAnswers() throws Exception {
        try (RunningGateway gateway = RunningGateway.start(dataDir);
                Backend backend = new Backend(gateway, "downlink")) {
            Mqtt5BlockingClient device = device(gateway, "d1");
            connect(device, true);
            try (Mqtt5BlockingClient.Mqtt5Publishes arriving =
                    device.publishes(com.hivemq.client.mqtt.MqttGlobalPublishFilter.ALL)) {
                device.subscribeWith()
                        .topicFilter("devices/d1/#")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send();
                TemporaryQueue answers = backend.session.createTemporaryQueue();
                TextMessage request = backend.message("devices/d1/reboot", "now");
                request.setJMSReplyTo(answers);
                request.setJMSCorrelationID("c-1");
                request.setStringProperty("why", "because");
                backend.producer.send(request);

                Mqtt5Publish command =
                        arriving.receive(PATIENCE_S, TimeUnit.SECONDS).orElseThrow();
                assertEquals("now", text(command));
                assertEquals("devices/d1/reboot", command.getTopic().toString());
                assertEquals(
                        "because",
                        command.getUserProperties().asList().get(0).getValue().toString());
                device.publishWith()
                        .topic(command.getResponseTopic().orElseThrow())
                        .correlationData(command.getCorrelationData().orElseThrow())
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload("done".getBytes(StandardCharsets.UTF_8))
                        .send();
                Message answer = backend.session.createConsumer(answers).receive(PATIENCE_S * 1_000);
                assertEquals("c-1", answer.getJMSCorrelationID());
                assertEquals(4, ((BytesMessage) answer).getBodyLength());
            }
            device.disconnect();
        }
    }

    @Test
    void sleepingDeviceFindsItsCommandsAfterARestartOfTheGateway() throws Exception {
        try (RunningGateway gateway = RunningGateway.start(dataDir)) {
            Mqtt5BlockingClient device = device(gateway, "d1");
            connect(device, true);
            device.subscribeWith()
                    .topicFilter("devices/d1/#")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            device.disconnectWith().sessionExpiryInterval(600).send();
            try (Backend backend = new Backend(gateway, "downlink")) {
                for (int i = 0; i < 100; i++) {
                    backend.producer.send(backend.message("devices/d1/do", Integer.toString(i)));
                }
            }
            // A consumer that comes before that is given some of them.
            awaitMeter(new OpsClient(gateway.opsPort), ACCEPTED, 100);
            try (JmsConsumer nobody = new JmsConsumer(gateway.amqpPort, "downlink")) {
                assertTrue(nobody.isEmptyFor(500), "the gateway has taken them all");
            }
        }
        try (RunningGateway gateway = RunningGateway.start(dataDir)) {
            Mqtt5BlockingClient device = device(gateway, "d1");
            try (Mqtt5BlockingClient.Mqtt5Publishes arriving =
                    device.publishes(com.hivemq.client.mqtt.MqttGlobalPublishFilter.ALL)) {
                connect(device, false);
                for (int i = 0; i < 100; i++) {
                    assertEquals(
                            Integer.toString(i),
                            text(arriving.receive(PATIENCE_S, TimeUnit.SECONDS).orElseThrow()));
                }
            }
            device.disconnect();
        }
    }

    @Test
    void withSettleDeliveredTheBrokerHasItUntilADeviceHasAcknowledged() throws Exception {
        Path config = Files.writeString(dataDir.resolve("f.yaml"), """
                downlink:
                  addresses:
                    - address: downlink
                      settle: delivered
                      hold: false
                """);
        try (RunningGateway gateway = RunningGateway.start(dataDir.resolve("data"), config, Map.of());
                Backend backend = new Backend(gateway, "downlink")) {
            OpsClient ops = new OpsClient(gateway.opsPort);
            Mqtt5BlockingClient first = device(gateway, "d1");
            try (Mqtt5BlockingClient.Mqtt5Publishes arriving =
                    first.publishes(com.hivemq.client.mqtt.MqttGlobalPublishFilter.ALL, true)) {
                connect(first, true);
                subscribe(first);
                backend.producer.send(backend.message("devices/d1/do", "it"));
                Mqtt5Publish command =
                        arriving.receive(PATIENCE_S, TimeUnit.SECONDS).orElseThrow();
                assertEquals("it", text(command));
                awaitMeter(ops, "forebay_downlink_unsettled", 1);
                first.disconnectWith().sessionExpiryInterval(0).send();
            }
            awaitMeter(ops, "forebay_downlink_unsettled", 0);
            assertEquals(0, accepted(ops));

            Mqtt5BlockingClient second = device(gateway, "d2");
            try (Mqtt5BlockingClient.Mqtt5Publishes arriving =
                    second.publishes(com.hivemq.client.mqtt.MqttGlobalPublishFilter.ALL)) {
                connect(second, true);
                subscribe(second);
                assertEquals(
                        "it",
                        text(arriving.receive(PATIENCE_S, TimeUnit.SECONDS).orElseThrow()));
            }
            awaitMeter(ops, ACCEPTED, 1);
            second.disconnect();
        }
    }

    private static final String ACCEPTED = "forebay_downlink_messages_total{condition=\"\",outcome=\"accepted\"}";

    private static double accepted(OpsClient ops) throws Exception {
        return ops.meter(ACCEPTED);
    }

    private static void subscribe(Mqtt5BlockingClient device) {
        device.subscribeWith()
                .topicFilter("devices/#")
                .qos(MqttQos.AT_LEAST_ONCE)
                .send();
    }

    private static void awaitMeter(OpsClient ops, String name, double value) throws Exception {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (ops.meter(name) != value) {
            assertTrue(System.nanoTime() < giveUpAt, name + " is " + ops.meter(name) + " and not " + value);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void deviceOf311AnswersOnTheTopicOfTheRequest() throws Exception {
        Path config = Files.writeString(dataDir.resolve("f.yaml"), """
                downlink:
                  addresses:
                    - address: downlink
                      reply-in-topic: true
                """);
        try (RunningGateway gateway = RunningGateway.start(dataDir.resolve("data"), config, Map.of());
                Backend backend = new Backend(gateway, "downlink")) {
            Mqtt3BlockingClient device = Mqtt3Client.builder()
                    .identifier("d3")
                    .serverHost("127.0.0.1")
                    .serverPort(gateway.mqttPort)
                    .buildBlocking();
            device.connect();
            try (Mqtt3BlockingClient.Mqtt3Publishes arriving =
                    device.publishes(com.hivemq.client.mqtt.MqttGlobalPublishFilter.ALL)) {
                device.subscribeWith()
                        .topicFilter("d3/+/req/+")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send();
                TemporaryQueue answers = backend.session.createTemporaryQueue();
                TextMessage request = backend.message("d3/reboot", "now");
                request.setJMSReplyTo(answers);
                backend.producer.send(request);
                Mqtt3Publish command =
                        arriving.receive(PATIENCE_S, TimeUnit.SECONDS).orElseThrow();
                device.publishWith()
                        .topic(command.getTopic().toString().replace("/req/", "/res/"))
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(new byte[1])
                        .send();
                Message answer = backend.session.createConsumer(answers).receive(PATIENCE_S * 1_000);
                assertEquals(request.getJMSMessageID(), answer.getJMSCorrelationID());
            }
            device.disconnect();
        }
    }

    @Test
    void backendLearnsWhoIsThere() throws Exception {
        try (RunningGateway gateway = RunningGateway.start(dataDir, Map.of("FOREBAY_PRESENCE_ADDRESS", "presence"));
                Backend backend = new Backend(gateway, "presence")) {
            MessageConsumer events = backend.session.createConsumer(backend.session.createQueue("presence"));
            Mqtt5BlockingClient first = device(gateway, "d1");
            connect(first, true);
            Mqtt5BlockingClient second = device(gateway, "d1");
            connect(second, false);
            second.disconnect();

            JsonObject connected = next(events);
            assertEquals("connected", connected.getString("event"));
            assertEquals("MQTT 5", connected.getString("protocol"));
            JsonObject replaced = next(events);
            assertEquals("disconnected", replaced.getString("event"));
            assertTrue(replaced.getString("reason").startsWith("SESSION_TAKEN_OVER"), replaced.encode());
            assertEquals(connected.getLong("epoch"), replaced.getLong("epoch"));
            JsonObject again = next(events);
            assertEquals("connected", again.getString("event"));
            assertTrue(again.getLong("epoch") > connected.getLong("epoch"));
            JsonObject gone = next(events);
            assertEquals("the device disconnected", gone.getString("reason"));
            assertEquals(again.getLong("epoch"), gone.getLong("epoch"));
        }
    }

    /** JSON says so in its content type, and so is text to JMS. */
    private static JsonObject next(MessageConsumer events) throws JMSException {
        return new JsonObject(events.receive(PATIENCE_S * 1_000).getBody(String.class));
    }

    @Test
    void addressOfADeviceIsListenedToWhileItIsConnected() throws Exception {
        Path config = Files.writeString(dataDir.resolve("f.yaml"), """
                downlink:
                  addresses:
                    - address: to.{clientId}
                      topic: devices/{clientId}/{subject}
                """);
        try (RunningGateway gateway = RunningGateway.start(dataDir.resolve("data"), config, Map.of());
                Backend backend = new Backend(gateway, "to.d1")) {
            backend.producer.send(backend.message("reboot", "now"));
            Mqtt5BlockingClient device = device(gateway, "d1");
            try (Mqtt5BlockingClient.Mqtt5Publishes arriving =
                    device.publishes(com.hivemq.client.mqtt.MqttGlobalPublishFilter.ALL)) {
                connect(device, true);
                device.subscribeWith()
                        .topicFilter("devices/d1/+")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send();
                backend.producer.send(backend.message("reset", "then"));
                Mqtt5Publish command =
                        arriving.receive(PATIENCE_S, TimeUnit.SECONDS).orElseThrow();
                assertTrue(command.getTopic().toString().startsWith("devices/d1/re"));
            }
            device.disconnect();
        }
    }
}
