package io.forebay.gateway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttConnAckMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The client of vertx-mqtt works unchanged: each QoS, will, retained, shared, resume. */
class VertxClientIT {
    private static final int PATIENCE_S = 60;

    @RegisterExtension
    static final Broker BROKER = new Broker();

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    /** A connected client, and what it is sent. */
    private record Device(MqttClient client, MqttConnAckMessage connack, BlockingQueue<String> inbox) {
        static Device connect(Vertx vertx, MqttClientOptions options) {
            MqttClient client = MqttClient.create(vertx, options);
            BlockingQueue<String> inbox = new LinkedBlockingQueue<>();
            client.publishHandler(message -> inbox.add(
                    message.payload() + " qos=" + message.qosLevel().value() + " retain=" + message.isRetain()));
            return new Device(client, await(client.connect(BROKER.port(), "127.0.0.1")), inbox);
        }

        Device subscribed(String filter, int qos) throws InterruptedException {
            BlockingQueue<List<Integer>> granted = new LinkedBlockingQueue<>();
            client.subscribeCompletionHandler(suback -> granted.add(suback.grantedQoSLevels()));
            await(client.subscribe(filter, qos));
            assertEquals(List.of(qos), granted.poll(PATIENCE_S, TimeUnit.SECONDS));
            return this;
        }

        /** Succeeds when the broker has acknowledged it. */
        void publish(String topic, String payload, int qos, boolean retain) throws InterruptedException {
            BlockingQueue<Integer> acknowledged = new LinkedBlockingQueue<>();
            client.publishCompletionHandler(acknowledged::add);
            await(client.publish(topic, Buffer.buffer(payload), MqttQoS.valueOf(qos), false, retain));
            if (qos > 0) {
                assertNotNull(acknowledged.poll(PATIENCE_S, TimeUnit.SECONDS), payload);
            }
        }

        String next() throws InterruptedException {
            return inbox.poll(PATIENCE_S, TimeUnit.SECONDS);
        }
    }

    private Device connect(String clientId) {
        return Device.connect(vertx, new MqttClientOptions().setClientId(clientId));
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE_S, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void eachQosIsDelivered() throws Exception {
        String topic = BROKER.name("t");
        Device device = connect(BROKER.name("c")).subscribed(topic, 2);
        for (int qos = 0; qos <= 2; qos++) {
            device.publish(topic, "m" + qos, qos, false);
            assertEquals("m" + qos + " qos=" + qos + " retain=false", device.next());
        }
        await(device.client.disconnect());
    }

    @Test
    void whoeverDiesLeavesItsWill() throws Exception {
        String topic = BROKER.name("will");
        Device heir = connect(BROKER.name("heir")).subscribed(topic, 1);
        Vertx power = Vertx.vertx();
        Device.connect(
                power,
                new MqttClientOptions()
                        .setClientId(BROKER.name("dying"))
                        .setWillFlag(true)
                        .setWillTopic(topic)
                        .setWillMessageBytes(Buffer.buffer("gone"))
                        .setWillQoS(1));
        await(power.close());

        assertEquals("gone qos=1 retain=false", heir.next());
    }

    @Test
    void aRetainedMessageComesWithTheSubscription() throws Exception {
        String topic = BROKER.name("t");
        Device device = connect(BROKER.name("c"));
        device.publish(topic, "kept", 1, true);
        assertEquals("kept qos=1 retain=true", device.subscribed(topic, 1).next());
    }

    @Test
    void aSharedSubscriptionDeliversEachMessageOnce() throws Exception {
        String topic = BROKER.name("t");
        Device one = connect(BROKER.name("one")).subscribed("$share/g/" + topic, 0);
        Device two = connect(BROKER.name("two")).subscribed("$share/g/" + topic, 0);
        Device publisher = connect(BROKER.name("p"));
        Set<String> sent = new TreeSet<>();
        for (int i = 0; i < 10; i++) {
            publisher.publish(topic, "s" + i, 0, false);
            sent.add("s" + i + " qos=0 retain=false");
        }

        List<String> got = new ArrayList<>();
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (got.size() < sent.size()) {
            assertTrue(System.nanoTime() < giveUpAt, got::toString);
            one.inbox.drainTo(got);
            two.inbox.drainTo(got);
        }
        assertEquals(sent, new TreeSet<>(got));
    }

    @Test
    void aSessionIsResumedWithWhatCameMeanwhile() throws Exception {
        String topic = BROKER.name("t");
        MqttClientOptions session =
                new MqttClientOptions().setClientId(BROKER.name("sleeper")).setCleanSession(false);
        Device first = Device.connect(vertx, session).subscribed(topic, 2);
        assertFalse(first.connack.isSessionPresent());
        await(first.client.disconnect());
        Device publisher = connect(BROKER.name("p"));
        publisher.publish(topic, "q1", 1, false);
        publisher.publish(topic, "q2", 2, false);

        Device again = Device.connect(vertx, session);
        assertTrue(again.connack.isSessionPresent());
        assertEquals("q1 qos=1 retain=false", again.next());
        assertEquals("q2 qos=2 retain=false", again.next());
    }
}
