package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.forebay.bridge.amqp.StubAmqpPeer;
import io.forebay.gateway.bench.OpsClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway with two brokers, one of which is away, and a log that is small. */
@Timeout(400)
class DeadRouteIT {
    private static final int PAYLOAD_BYTES = 60 << 10;
    /** Of these a segment of 8 MiB is full. */
    private static final int SEGMENT = (8 << 20) / PAYLOAD_BYTES;

    @TempDir
    Path directory;

    private final StubAmqpPeer here = new StubAmqpPeer();
    private final StubAmqpPeer cloud = new StubAmqpPeer();
    private final List<String> acknowledged = new ArrayList<>();

    @BeforeEach
    void listen() throws Exception {
        here.listen();
        cloud.listen();
        cloud.shutDown();
    }

    @AfterEach
    void close() throws Exception {
        here.close();
        cloud.close();
    }

    private RunningGateway start(String whenFull) throws Exception {
        Path config = Files.writeString(directory.resolve("forebay.yaml"), """
                amqp:
                  targets:
                    - name: cloud
                      hosts: localhost:%d
                routes:
                  - topic: dead/#
                    address: dead
                    target: cloud
                    share-max: 24 MiB
                    when-full: %s
                downlink:
                  addresses: []
                """.formatted(cloud.port(), whenFull));
        return RunningGateway.start(
                directory.resolve("data"),
                config,
                Map.of(
                        "FOREBAY_AMQP_HOST", "localhost",
                        "FOREBAY_AMQP_PORT", Integer.toString(here.port()),
                        "FOREBAY_AMQP_RECONNECT_MAX_MS", "1000",
                        "FOREBAY_MQTT_PACKET_BYTES_MAX", "64 KiB",
                        "FOREBAY_LOG_SEGMENT_SIZE", "8 MiB",
                        "FOREBAY_LOG_FREE_MIN", "0",
                        "FOREBAY_LOG_WARN_BELOW_S", "0",
                        "FOREBAY_LOG_SIZE_MAX", "56 MiB"));
    }

    private static Mqtt5BlockingClient device(RunningGateway gateway) {
        Mqtt5BlockingClient device = Mqtt5Client.builder()
                .identifier("new")
                .serverHost("127.0.0.1")
                .serverPort(gateway.mqttPort)
                .buildBlocking();
        var unused = device.connect();
        return device;
    }

    private static byte[] payload(String text) {
        byte[] payload = new byte[PAYLOAD_BYTES];
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, payload, 0, bytes.length);
        return payload;
    }

    private static List<String> texts(StubAmqpPeer peer) {
        return peer.accepted().stream()
                .map(each -> each.text().trim().replace("\0", ""))
                .toList();
    }

    private void publish(Mqtt5BlockingClient device, String topic, int number) {
        String text = topic + " " + number;
        var unused = device.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload(text))
                .send();
        acknowledged.add(text);
    }

    private List<String> acknowledged(String topic) {
        return acknowledged.stream().filter(text -> text.startsWith(topic)).toList();
    }

    /** @return the first that was refused */
    private int publishUntilRefused(Mqtt5BlockingClient device) {
        for (int i = 0; i < 10 * SEGMENT; i++) {
            try {
                publish(device, "dead/x", i);
            } catch (Mqtt5PubAckException refused) {
                assertEquals(
                        Mqtt5PubAckReasonCode.QUOTA_EXCEEDED,
                        refused.getMqttMessage().getReasonCode());
                return i;
            }
        }
        throw new AssertionError("nothing was refused");
    }

    @Test
    void aRouteWhoseBrokerIsAwayTakesItsShareAndTheOthersHaveFullService() throws Exception {
        int refusedFrom;
        try (RunningGateway gateway = start("refuse")) {
            Mqtt5BlockingClient device = device(gateway);
            refusedFrom = publishUntilRefused(device);
            assertTrue(refusedFrom > SEGMENT && refusedFrom < 4 * SEGMENT, "refused from " + refusedFrom);
            // More than the log could hold, if what is settled stayed in it.
            for (int i = 0; i < 10 * SEGMENT; i++) {
                publish(device, "live", i);
            }
            here.await("the live route has all", () -> here.acceptedCount() == 10 * SEGMENT);
            awaitRemarks(
                    gateway,
                    List.of("The AMQP broker cloud is not connected", "The route dead/# has its share of the log."));
            assertTrue(gateway.gateway().health().ready());
            device.disconnect();
        }
        try (RunningGateway gateway = start("refuse")) {
            OpsClient ops = new OpsClient(gateway.opsPort);
            Mqtt5BlockingClient device = device(gateway);
            awaitAtLeast(ops, "forebay_bridge_share_segments", 3); // One more, if what was refused was refused late.
            assertThrows(Mqtt5PubAckException.class, () -> publish(device, "dead/x", refusedFrom));

            CompletableFuture<?> waits = old(gateway)
                    .publishWith()
                    .topic("dead/old")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(payload("dead/old 0"))
                    .send();
            publish(device, "live", 10 * SEGMENT);
            assertFalse(waits.isDone(), "who cannot be told waits");

            cloud.listen();
            waits.get(60, TimeUnit.SECONDS);
            cloud.await("all has arrived", () -> cloud.acceptedCount() == refusedFrom + 1);
            awaitMeter(ops, "forebay_bridge_share_bytes", 0);
            publish(device, "dead/x", refusedFrom);
            cloud.await("it takes messages again", () -> cloud.acceptedCount() == refusedFrom + 2);
            device.disconnect();
        }
        assertEquals(
                acknowledged("dead/x"),
                texts(cloud).stream().filter(text -> text.startsWith("dead/x")).toList());
        assertEquals(acknowledged("live"), texts(here));
    }

    private static Mqtt3AsyncClient old(RunningGateway gateway) {
        Mqtt3Client client = Mqtt3Client.builder()
                .identifier("old")
                .serverHost("127.0.0.1")
                .serverPort(gateway.mqttPort)
                .build();
        var unused = client.toBlocking().connect();
        return client.toAsync();
    }

    /** What is settled is told a moment after the broker has it, and so is what there is room for. */
    private static void awaitRemarks(RunningGateway gateway, List<String> remarks) throws Exception {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!remarks.equals(remarks(gateway)) && System.nanoTime() < giveUpAt) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertEquals(remarks, remarks(gateway));
    }

    private static List<String> remarks(RunningGateway gateway) {
        return gateway.gateway().health().remarks().stream()
                // A log of a few segments is full in no time, and empty again.
                .filter(each -> !each.startsWith("At the present rate the buffer lasts"))
                .map(each -> each.replaceAll(":.*", ""))
                .toList();
    }

    private static void awaitAtLeast(OpsClient ops, String name, double value) throws Exception {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (ops.meter(name) < value) {
            assertTrue(System.nanoTime() < giveUpAt, name + " is " + ops.meter(name));
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static void awaitMeter(OpsClient ops, String name, double value) throws Exception {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (ops.meter(name) != value) {
            assertTrue(System.nanoTime() < giveUpAt, name + " is " + ops.meter(name));
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void theOldestOfARouteAreGivenUpAndCountedWhereSoConfigured() throws Exception {
        try (RunningGateway gateway = start("drop-oldest")) {
            OpsClient ops = new OpsClient(gateway.opsPort);
            Mqtt5BlockingClient device = device(gateway);
            for (int i = 0; i < 10 * SEGMENT; i++) {
                publish(device, "dead/x", i);
            }
            publish(device, "live", 0);
            // They are given up by another thread than the one that takes them.
            awaitAtLeast(ops, "forebay_bridge_dropped_total", 6 * SEGMENT + 1);
            cloud.listen();
            awaitMeter(ops, "forebay_bridge_share_bytes", 0);

            int dropped = (int) ops.meter("forebay_bridge_dropped_total");
            assertTrue(dropped > 6 * SEGMENT, "dropped " + dropped);
            assertEquals(
                    acknowledged("dead").subList(dropped, acknowledged("dead").size()), texts(cloud));
            device.disconnect();
        }
    }
}
