package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import io.forebay.bridge.interop.ActiveMqClassic;
import io.forebay.bridge.interop.BrokerJ;
import io.forebay.bridge.interop.JmsBackend;
import io.forebay.bridge.interop.RabbitMq;
import io.forebay.bridge.interop.TestBroker;
import io.forebay.gateway.bench.OpsClient;
import io.vertx.core.json.JsonObject;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is there, told by a whole gateway to brokers that are no Artemis. */
@Timeout(240)
class PresenceAtBrokersIT {
    private static final int TIMES = 10;
    private static final int PATIENCE_MS = 60_000;

    @TempDir
    Path directory;

    private TestBroker broker;
    private RunningGateway gateway;

    private interface Maker {
        TestBroker make() throws IOException;
    }

    static Stream<Named<Maker>> brokers() {
        return Stream.of(
                Named.of("RabbitMQ", RabbitMq::new),
                Named.of("Qpid Broker-J", BrokerJ::new),
                Named.of("ActiveMQ Classic", ActiveMqClassic::new));
    }

    @AfterEach
    void stop() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        broker.close();
    }

    private void start(Maker maker) throws Exception {
        broker = maker.make();
        broker.start();
        gateway = RunningGateway.start(
                directory,
                Map.of(
                        "FOREBAY_PRESENCE_ADDRESS",
                        "presence",
                        "FOREBAY_AMQP_HOST",
                        "127.0.0.1",
                        "FOREBAY_AMQP_PORT",
                        Integer.toString(broker.port()),
                        "FOREBAY_AMQP_USERNAME",
                        TestBroker.USER,
                        "FOREBAY_AMQP_PASSWORD",
                        TestBroker.USER));
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void backendLearnsWhoIsThereInOrder(Maker maker) throws Exception {
        start(maker);
        Mqtt3BlockingClient device = Mqtt3Client.builder()
                .identifier("d3")
                .serverHost("127.0.0.1")
                .serverPort(gateway.mqttPort)
                .buildBlocking();
        for (int i = 0; i < TIMES; i++) {
            device.connect();
            device.disconnect();
        }
        awaitAccepted();
        try (JmsBackend backend = new JmsBackend(broker)) {
            Session session = backend.session();
            MessageConsumer events = session.createConsumer(session.createQueue(broker.address("presence")));
            long epoch = 0;
            for (int i = 0; i < TIMES; i++) {
                JsonObject connected = next(events);
                assertEquals("connected", connected.getString("event"));
                assertEquals("d3", connected.getString("clientId"));
                assertTrue(connected.getLong("epoch") > epoch, connected::encode);
                epoch = connected.getLong("epoch");
                JsonObject gone = next(events);
                assertEquals("disconnected", gone.getString("event"));
                assertEquals("the device disconnected", gone.getString("reason"));
                assertEquals(epoch, gone.getLong("epoch"));
            }
        }
    }

    /** The queues of some are there when the gateway has sent to them. */
    private void awaitAccepted() throws Exception {
        OpsClient ops = new OpsClient(gateway.opsPort);
        while (ops.meter("forebay_bridge_outcomes_total") < 2 * TIMES) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static JsonObject next(MessageConsumer events) throws Exception {
        return new JsonObject(JmsBackend.text(events.receive(PATIENCE_MS)));
    }
}
