package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.vertx.amqp.AmqpClient;
import io.vertx.amqp.AmqpClientOptions;
import io.vertx.amqp.AmqpMessage;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices and consumers that we did not write, over real sockets, through a real broker. */
class EndToEndIT {
    @TempDir
    static Path dataDir;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(dataDir);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static List<byte[]> payloads() {
        byte[] everyByte = new byte[256];
        IntStream.range(0, 256).forEach(value -> everyByte[value] = (byte) value);
        byte[] megabyte = new byte[1 << 20];
        new Random(1).nextBytes(megabyte);
        return List.of(new byte[0], new byte[] {42}, everyByte, megabyte);
    }

    @Test
    void hiveMqClientOf5ReachesAJmsConsumerAtEveryQos() throws Exception {
        Mqtt5BlockingClient device = Mqtt5Client.builder()
                .identifier("hive5")
                .serverHost("127.0.0.1")
                .serverPort(gateway.mqttPort)
                .buildBlocking();
        device.connect();
        try (JmsConsumer consumer = new JmsConsumer(gateway.amqpPort, "uplink")) {
            for (MqttQos qos : MqttQos.values()) {
                for (byte[] payload : payloads()) {
                    device.publishWith()
                            .topic("hive5/" + qos.getCode())
                            .qos(qos)
                            .payload(payload)
                            .send();

                    JmsConsumer.Received received = consumer.receive();
                    assertEquals("hive5/" + qos.getCode(), received.topic());
                    assertArrayEquals(payload, received.payload());
                }
            }
            assertTrue(consumer.isEmptyFor(200), "something came twice");
        }
        device.disconnect();
    }

    @Test
    void hiveMqClientOf311ReachesAVertxConsumerAtEveryQos() throws Exception {
        Mqtt3BlockingClient device = Mqtt3Client.builder()
                .identifier("hive3")
                .serverHost("127.0.0.1")
                .serverPort(gateway.mqttPort)
                .buildBlocking();
        device.connect();
        Vertx vertx = Vertx.vertx();
        BlockingQueue<AmqpMessage> arrivals = new LinkedBlockingQueue<>();
        try {
            AmqpClient.create(
                            vertx, new AmqpClientOptions().setHost("127.0.0.1").setPort(gateway.amqpPort))
                    .createReceiver("uplink")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS)
                    .handler(arrivals::add);
            for (MqttQos qos : MqttQos.values()) {
                for (byte[] payload : payloads()) {
                    device.publishWith()
                            .topic("hive3/" + qos.getCode())
                            .qos(qos)
                            .payload(payload)
                            .send();

                    AmqpMessage received = arrivals.poll(60, TimeUnit.SECONDS);
                    assertEquals("hive3/" + qos.getCode(), received.subject());
                    assertTrue(received.isDurable());
                    assertArrayEquals(payload, received.bodyAsBinary().getBytes());
                }
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
            device.disconnect();
        }
    }

    @Test
    void pahoOf311AndOf5ReachAJmsConsumerAtEveryQos() throws Exception {
        String uri = "tcp://127.0.0.1:" + gateway.mqttPort;
        org.eclipse.paho.client.mqttv3.MqttClient device3 =
                new org.eclipse.paho.client.mqttv3.MqttClient(uri, "paho3", new MemoryPersistence());
        org.eclipse.paho.mqttv5.client.MqttClient device5 = new org.eclipse.paho.mqttv5.client.MqttClient(
                uri, "paho5", new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
        device3.connect();
        device5.connect();
        try (JmsConsumer consumer = new JmsConsumer(gateway.amqpPort, "uplink")) {
            for (int qos = 0; qos <= 2; qos++) {
                for (byte[] payload : payloads()) {
                    device3.publish("paho/3", payload, qos, false);
                    JmsConsumer.Received first = consumer.receive();
                    device5.publish("paho/5", payload, qos, false);
                    JmsConsumer.Received second = consumer.receive();

                    assertEquals(List.of("paho/3", "paho/5"), List.of(first.topic(), second.topic()));
                    assertArrayEquals(payload, first.payload());
                    assertArrayEquals(payload, second.payload());
                }
            }
        }
        device3.disconnect();
        device3.close();
        device5.disconnect();
        device5.close();
    }

    @Test
    void fiftyDevicesWithTwoHundredMessagesEachArriveInOrder() throws Exception {
        int devices = 50;
        int messages = 200;
        List<CompletableFuture<?>> published = new ArrayList<>();
        List<Mqtt5AsyncClient> clients = new ArrayList<>();
        for (int d = 0; d < devices; d++) {
            Mqtt5AsyncClient client = Mqtt5Client.builder()
                    .identifier("order-" + d)
                    .serverHost("127.0.0.1")
                    .serverPort(gateway.mqttPort)
                    .buildAsync();
            client.connect().get(60, TimeUnit.SECONDS);
            clients.add(client);
        }
        try (JmsConsumer consumer = new JmsConsumer(gateway.amqpPort, "uplink")) {
            for (int m = 0; m < messages; m++) {
                for (int d = 0; d < devices; d++) {
                    published.add(clients.get(d)
                            .publishWith()
                            .topic("order/" + d)
                            .qos(MqttQos.AT_LEAST_ONCE)
                            .payload(Integer.toString(m).getBytes(StandardCharsets.UTF_8))
                            .send());
                }
            }
            Map<String, List<String>> arrived = new HashMap<>();
            Set<String> messageIds = new HashSet<>();
            for (JmsConsumer.Received received : consumer.receive(devices * messages)) {
                arrived.computeIfAbsent(received.topic(), topic -> new ArrayList<>())
                        .add(new String(received.payload(), StandardCharsets.UTF_8));
                messageIds.add(received.messageId());
            }

            List<String> inOrder =
                    IntStream.range(0, messages).mapToObj(Integer::toString).toList();
            assertEquals(devices, arrived.size());
            arrived.forEach((topic, sequence) -> assertEquals(inOrder, sequence, topic));
            assertEquals(devices * messages, messageIds.size(), "a message-id was used twice");
        }
        CompletableFuture.allOf(published.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        for (Mqtt5AsyncClient client : clients) {
            client.disconnect().get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void routesDecideTheAddressAndTheRestGoesToUplink(@TempDir Path otherDir) throws Exception {
        Path config = Files.writeString(otherDir.resolve("forebay.yaml"), """
                routes:
                  - topic: sensors/+/alarm
                    address: alarms
                  - topic: sensors/#
                    address: 't.{topic:2}'
                  - topic: users/#
                    address: 'u.{username}'
                """);
        try (RunningGateway routed = RunningGateway.start(otherDir.resolve("data"), config, Map.of());
                JmsConsumer alarms = new JmsConsumer(routed.amqpPort, "alarms");
                JmsConsumer telemetry = new JmsConsumer(routed.amqpPort, "t.s1");
                JmsConsumer meters = new JmsConsumer(routed.amqpPort, "u.meter");
                JmsConsumer uplink = new JmsConsumer(routed.amqpPort, "uplink")) {
            Mqtt3BlockingClient device = Mqtt3Client.builder()
                    .serverHost("127.0.0.1")
                    .serverPort(routed.mqttPort)
                    .buildBlocking();
            device.connectWith()
                    .simpleAuth()
                    .username("meter")
                    .applySimpleAuth()
                    .send();
            for (String topic : Arrays.asList("sensors/s1/alarm", "sensors/s1/heat", "users/x", "other")) {
                device.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).send();
            }

            assertEquals("sensors/s1/alarm", alarms.receive().topic());
            assertEquals("sensors/s1/heat", telemetry.receive().topic());
            assertEquals("users/x", meters.receive().topic());
            assertEquals("other", uplink.receive().topic());
            device.disconnect();
        }
    }
}
