package io.forebay.bridge.downlink;

import static io.forebay.bridge.Awaits.eventually;
import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.amqp.EmbeddedArtemis;
import io.forebay.bridge.reply.CorrelationId;
import io.forebay.bridge.reply.Reply;
import io.forebay.bridge.reply.ReplyTopics;
import io.forebay.storage.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way from a real broker into the log, with a sender that is not ours. */
class DownlinkArtemisIT {
    private final HeldLog log = new HeldLog();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ReplyTopics replies = new ReplyTopics(new byte[32]);
    private EmbeddedArtemis broker;
    private Downlink downlink;

    @BeforeEach
    void startBroker() throws Exception {
        broker = EmbeddedArtemis.start("uplink");
    }

    @AfterEach
    void stopAll() throws Exception {
        get(downlink.stop());
        broker.close();
    }

    private void start(DownlinkAddress... addresses) throws Exception {
        downlink = new Downlink(
                log,
                DownlinkConfig.usual().withAddresses(addresses),
                AmqpConfig.of("localhost", broker.port()),
                replies,
                topic -> false,
                meters);
        get(downlink.start());
    }

    /** Something to do with JMS. */
    private interface Sending {
        void send(Session session, MessageProducer producer) throws JMSException;
    }

    private void send(String queue, Sending sending) throws JMSException {
        JmsConnectionFactory factory = new JmsConnectionFactory("amqp://localhost:" + broker.port());
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            sending.send(session, producer);
        }
    }

    private void sendNumbers(String queue, int from, int to) throws JMSException {
        send(queue, (session, producer) -> {
            for (int i = from; i < to; i++) {
                TextMessage message = session.createTextMessage(Integer.toString(i));
                message.setJMSType("t");
                producer.send(message);
            }
        });
    }

    private static String text(Message message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    private Set<String> firstArrivals() {
        Set<String> texts = new LinkedHashSet<>();
        log.durable().forEach(message -> texts.add(text(message)));
        return texts;
    }

    private long waitingAt(String queue) {
        try {
            return broker.messages(queue);
        } catch (Exception gone) {
            throw new AssertionError(gone);
        }
    }

    @Test
    void addressThatIsMissingIsMadeAndWhatIsSentArrives() throws Exception {
        start(DownlinkAddress.of("downlink"));
        sendNumbers("downlink", 0, 500);
        eventually("all are there", () -> log.durable().size() == 500);

        assertEquals(IntStream.range(0, 500).mapToObj(Integer::toString).toList(), List.copyOf(firstArrivals()));
        eventually("all are settled", () -> waitingAt("downlink") == 0);
    }

    @Test
    void brokerThatStopsAndComesBackLosesNothing() throws Exception {
        start(DownlinkAddress.of("downlink").withCredit(50));
        sendNumbers("downlink", 0, 300);
        eventually("some are there", () -> log.durable().size() > 100);
        broker.stop();
        broker.start();
        sendNumbers("downlink", 300, 600);
        eventually("all are there", () -> firstArrivals().size() == 600);

        assertEquals(IntStream.range(0, 600).mapToObj(Integer::toString).toList(), List.copyOf(firstArrivals()));
        eventually("all are settled", () -> waitingAt("downlink") == 0);
    }

    @Test
    void whatIsNotDurableStaysWithTheBroker() throws Exception {
        log.syncs(false);
        start(DownlinkAddress.of("downlink").withCredit(10));
        sendNumbers("downlink", 0, 30);
        eventually("the window is out", () -> log.pending() == 10);
        assertEquals(30, waitingAt("downlink"));

        get(downlink.stop());
        assertEquals(30, waitingAt("downlink"));
    }

    @Test
    void jmsRequestIsMappedInFull() throws Exception {
        start(DownlinkAddress.of("downlink"));
        send("downlink", (session, producer) -> {
            producer.setTimeToLive(60_000);
            TextMessage message = session.createTextMessage("reboot, ö");
            message.setJMSType("devices/d1/commands");
            message.setJMSReplyTo(session.createQueue("answers"));
            message.setJMSCorrelationID("c-17");
            message.setIntProperty("retries", 3);
            message.setBooleanProperty("force", true);
            producer.send(message);
        });
        eventually("it is there", () -> log.durable().size() == 1);

        Message message = log.durable().get(0);
        assertEquals("devices/d1/commands", message.topic());
        assertEquals("reboot, ö", text(message));
        assertEquals(1, message.qos());
        String wire = new String(message.properties(), StandardCharsets.ISO_8859_1);
        assertTrue(wire.contains("c-17") && wire.contains("retries") && wire.contains("force"), wire);
        String topic = wire.substring(wire.indexOf("$forebay/reply/"), wire.indexOf("\t", wire.indexOf("$forebay")));
        Reply reply = replies.find(topic).orElseThrow();
        assertEquals("answers", reply.address());
        assertEquals(CorrelationId.Kind.STRING, reply.correlationKind());
    }

    @Test
    void jmsBytesAndMapsAreMapped() throws Exception {
        start(DownlinkAddress.of("downlink"));
        send("downlink", (session, producer) -> {
            BytesMessage bytes = session.createBytesMessage();
            bytes.setJMSType("t");
            bytes.writeBytes(new byte[] {0, -1, 7});
            producer.send(bytes);
            MapMessage map = session.createMapMessage();
            map.setJMSType("t");
            map.setInt("a", 1);
            producer.send(map);
        });
        eventually("they are there", () -> log.durable().size() == 2);

        assertArrayEquals(new byte[] {0, -1, 7}, log.durable().get(0).payload());
        assertEquals("{\"a\":1}", text(log.durable().get(1)));
    }

    @Test
    void rejectedMessageIsNotOfferedAgain() throws Exception {
        start(DownlinkAddress.of("downlink"));
        send("downlink", (session, producer) -> producer.send(session.createTextMessage("without a topic")));
        sendNumbers("downlink", 0, 1);
        eventually("the good one is there", () -> log.durable().size() == 1);
        eventually("none is left", () -> waitingAt("downlink") == 0);

        assertEquals(
                1,
                meters.get("forebay.downlink.messages")
                        .tag("outcome", "rejected")
                        .counter()
                        .count());
    }

    @Test
    void releasedMessageWaitsAtTheBrokerForASubscriber() throws Exception {
        start(DownlinkAddress.of("downlink").withHold(false));
        sendNumbers("downlink", 0, 3);
        eventually(
                "they were offered",
                () -> meters.get("forebay.downlink.messages")
                                .tag("outcome", "released")
                                .counter()
                                .count()
                        >= 6);
        get(downlink.stop());
        assertEquals(3, waitingAt("downlink"));
    }
}
