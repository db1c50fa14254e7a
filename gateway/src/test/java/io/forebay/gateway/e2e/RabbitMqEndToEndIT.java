package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.forebay.bridge.interop.JmsBackend;
import io.forebay.bridge.interop.RabbitMq;
import io.forebay.bridge.interop.TestBroker;
import io.forebay.gateway.bench.OpsClient;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway at RabbitMQ, with a device that knows no MQTT 5. */
@Timeout(240)
class RabbitMqEndToEndIT {
    @TempDir
    Path directory;

    private RabbitMq rabbit;
    private RunningGateway gateway;
    private Mqtt3BlockingClient device;

    @BeforeEach
    void start() throws Exception {
        rabbit = new RabbitMq();
        rabbit.start();
        Path config = Files.writeString(directory.resolve("f.yaml"), """
                presence: {address: presence}
                downlink:
                  addresses:
                    - {address: downlink, reply-in-topic: true}
                """);
        gateway = RunningGateway.start(
                directory.resolve("data"),
                config,
                Map.of(
                        "FOREBAY_AMQP_HOST",
                        "127.0.0.1",
                        "FOREBAY_AMQP_PORT",
                        Integer.toString(rabbit.port()),
                        "FOREBAY_AMQP_USERNAME",
                        TestBroker.USER,
                        "FOREBAY_AMQP_PASSWORD",
                        TestBroker.USER));
        device = Mqtt3Client.builder()
                .identifier("d3")
                .serverHost("127.0.0.1")
                .serverPort(gateway.mqttPort)
                .buildBlocking();
    }

    @AfterEach
    void stop() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        rabbit.close();
    }

    /** The queues of RabbitMQ are there when the gateway has sent to them. */
    private void awaitAccepted(int count) throws Exception {
        OpsClient ops = new OpsClient(gateway.opsPort);
        while (ops.meter("forebay_bridge_outcomes_total") < count) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private void awaitListening() throws Exception {
        OpsClient ops = new OpsClient(gateway.opsPort);
        while (ops.meter("forebay_downlink_links") < 1) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static String text(Mqtt3Publish publish) {
        return new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void backendAsksADeviceAndTheDeviceAsksTheBackend() throws Exception {
        device.connect();
        for (String filter : List.of("d3/+/req/+", "d3/answer/+")) {
            device.subscribeWith()
                    .topicFilter(filter)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
        }
        awaitListening();
        try (Mqtt3BlockingClient.Mqtt3Publishes arriving = device.publishes(MqttGlobalPublishFilter.ALL);
                JmsBackend backend = new JmsBackend(rabbit)) {
            Session session = backend.session();
            TextMessage request = session.createTextMessage("now");
            request.setJMSType("d3/reboot");
            request.setJMSReplyTo(session.createQueue("answers"));
            request.setJMSCorrelationID("c-1");
            backend.send(rabbit.address("downlink"), request);
            Mqtt3Publish command = arriving.receive(60, TimeUnit.SECONDS).orElseThrow();
            assertEquals("now", text(command));
            publish(command.getTopic().toString().replace("/req/", "/res/"), "done");
            publish("ask/d3/17", "when?");
            awaitAccepted(3); // With who is there.

            Message answer = backend.receive(session.createQueue(rabbit.address("answers")));
            assertEquals("c-1", answer.getJMSCorrelationID());
            assertEquals("done", JmsBackend.text(answer));
            Message question = backend.receive(session.createQueue(rabbit.address("uplink")));
            assertEquals("ask/d3/17", question.getJMSType());
            backend.send(rabbit.address("downlink"), "d3/answer/17", "at noon");
            assertEquals("at noon", text(arriving.receive(60, TimeUnit.SECONDS).orElseThrow()));
        }
        device.disconnect();
    }

    private void publish(String topic, String text) {
        device.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(text.getBytes(StandardCharsets.UTF_8))
                .send();
    }
}
