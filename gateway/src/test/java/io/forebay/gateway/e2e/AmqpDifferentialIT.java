package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.forebay.bridge.interop.RabbitMq;
import io.forebay.bridge.interop.TestBroker;
import io.forebay.gateway.bench.OpsClient;
import io.vertx.amqp.AmqpClient;
import io.vertx.amqp.AmqpClientOptions;
import io.vertx.amqp.AmqpMessage;
import io.vertx.amqp.AmqpReceiver;
import io.vertx.amqp.AmqpReceiverOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same MQTT messages to a broker's own MQTT port and through the gateway with the profile of that broker: a consumer gets
 * the same AMQP messages, but for the differences that are listed, each with the reason.
 */
@Timeout(300)
class AmqpDifferentialIT {
    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stopConsumers() throws Exception {
        get(vertx.close());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    /** Attaches first; what arrives is kept. */
    private BlockingQueue<AmqpMessage> receive(int port, String address, String capability) throws Exception {
        AmqpClient client = AmqpClient.create(
                vertx,
                new AmqpClientOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setUsername(TestBroker.USER)
                        .setPassword(TestBroker.USER));
        BlockingQueue<AmqpMessage> arrived = new LinkedBlockingQueue<>();
        AmqpReceiverOptions options = new AmqpReceiverOptions();
        if (!capability.isEmpty()) {
            options.setCapabilities(List.of(capability));
        }
        AmqpReceiver receiver =
                get(client.connect().compose(connection -> connection.createReceiver(address, options)));
        receiver.handler(arrived::add);
        return arrived;
    }

    private static Map<String, Map<String, String>> take(BlockingQueue<AmqpMessage> arrived, List<String> names)
            throws InterruptedException {
        Map<String, Map<String, String>> deliveries = new TreeMap<>();
        for (int i = 0; i < names.size(); i++) {
            AmqpMessage message = arrived.poll(60, TimeUnit.SECONDS);
            assertNotNull(message, () -> "arrived: " + deliveries.keySet());
            Map<String, String> fields = AmqpFields.of(message.unwrap());
            String body = fields.get("body");
            deliveries.put(body.substring(body.indexOf('\'') + 1, body.length() - 1), fields);
        }
        assertEquals(new HashSet<>(names), deliveries.keySet());
        return deliveries;
    }

    private static void compare(
            String table, Map<String, Map<String, String>> theirs, Map<String, Map<String, String>> ours)
            throws Exception {
        DifferenceTable known = new DifferenceTable(table);
        theirs.forEach((name, fields) -> known.compare(name, fields, ours.get(name)));
        known.check();
    }

    private RunningGateway gateway(int amqpPort, String profile) throws Exception {
        return RunningGateway.start(
                directory.resolve("data"),
                Map.of(
                        "FOREBAY_AMQP_HOST",
                        "127.0.0.1",
                        "FOREBAY_AMQP_PORT",
                        Integer.toString(amqpPort),
                        "FOREBAY_AMQP_USERNAME",
                        TestBroker.USER,
                        "FOREBAY_AMQP_PASSWORD",
                        TestBroker.USER,
                        "FOREBAY_AMQP_PROFILE",
                        profile));
    }

    private static void awaitAccepted(RunningGateway gateway, int count) throws Exception {
        OpsClient ops = new OpsClient(gateway.opsPort);
        while (ops.meter("forebay_bridge_outcomes_total") < count) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static Map<String, Map<String, String>> publish(
            int port, List<String> names, IntConsumer publisher, BlockingQueue<AmqpMessage> arrived)
            throws InterruptedException {
        publisher.accept(port);
        return take(arrived, names);
    }

    @Test
    void artemisProfileIsWhatArtemisMakesOfMqtt() throws Exception {
        try (ArtemisWithMqtt artemis = ArtemisWithMqtt.start(directory.resolve("artemis"));
                RunningGateway gateway = gateway(artemis.amqpPort, "artemis")) {
            BlockingQueue<AmqpMessage> theirs = receive(artemis.amqpPort, "d.#", "topic");
            BlockingQueue<AmqpMessage> ours = receive(artemis.amqpPort, "uplink", "queue");
            List<String> before5 = MqttSamples.namesBefore5(2);
            List<String> of5 = MqttSamples.namesOf5();
            Map<String, Map<String, String>> their =
                    publish(artemis.mqttPort, before5, port -> MqttSamples.publishBefore5(port, 2), theirs);
            their.putAll(publish(artemis.mqttPort, of5, MqttSamples::publishOf5, theirs));
            Map<String, Map<String, String>> our =
                    publish(gateway.mqttPort, before5, port -> MqttSamples.publishBefore5(port, 2), ours);
            our.putAll(publish(gateway.mqttPort, of5, MqttSamples::publishOf5, ours));

            compare("/interop/differences-artemis.tsv", their, our);
        }
    }

    @Test
    void rabbitMqProfileIsWhatRabbitMqMakesOfMqtt() throws Exception {
        RabbitMq rabbit = new RabbitMq();
        try {
            rabbit.start();
            try (RunningGateway gateway = gateway(rabbit.port(), "rabbitmq")) {
                BlockingQueue<AmqpMessage> theirs = receive(rabbit.port(), "/topic/d.#", "");
                List<String> names = MqttSamples.namesBefore5(1); // RabbitMQ 3.10 answers QoS 2 like QoS 1.
                Map<String, Map<String, String>> their =
                        publish(rabbit.mqttPort(), names, port -> MqttSamples.publishBefore5(port, 1), theirs);
                MqttSamples.publishBefore5(gateway.mqttPort, 1); // Makes the queue.
                awaitAccepted(gateway, names.size());
                BlockingQueue<AmqpMessage> ours = receive(rabbit.port(), rabbit.address("uplink"), "");

                compare("/interop/differences-rabbitmq.tsv", their, take(ours, names));
            }
        } finally {
            rabbit.close();
        }
    }
}
