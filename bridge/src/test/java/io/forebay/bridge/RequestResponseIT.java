package io.forebay.bridge;

import static io.forebay.bridge.Awaits.eventually;
import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.amqp.EmbeddedArtemis;
import io.forebay.bridge.downlink.Downlink;
import io.forebay.bridge.downlink.DownlinkAddress;
import io.forebay.bridge.downlink.DownlinkConfig;
import io.forebay.bridge.downlink.HeldLog;
import io.forebay.bridge.reply.ReplyTopics;
import io.forebay.storage.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A backend asks a device through a real broker with JMS, and has its answer in a queue that is there for it only. */
class RequestResponseIT {
    private static final byte[] NOTHING = {};

    private final FakeLog up = new FakeLog();
    private final HeldLog down = new HeldLog();
    private final ReplyTopics replies = new ReplyTopics(new byte[] {1});
    private EmbeddedArtemis broker;
    private Bridge bridge;
    private Downlink downlink;

    @BeforeEach
    void startBroker() throws Exception {
        broker = EmbeddedArtemis.start("uplink");
    }

    @AfterEach
    void stopAll() throws Exception {
        get(downlink.stop());
        get(bridge.stop());
        broker.close();
    }

    private void start(DownlinkAddress address) throws Exception {
        AmqpConfig amqp = AmqpConfig.of("localhost", broker.port());
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        bridge = new Bridge(up, BridgeConfig.builder(amqp).replies(replies).build(), meters);
        get(bridge.start());
        downlink =
                new Downlink(down, DownlinkConfig.usual().withAddresses(address), amqp, replies, topic -> true, meters);
        get(downlink.start());
    }

    private Message request() {
        eventually("the request is there", () -> !down.durable().isEmpty());
        return down.durable().get(0);
    }

    private static byte[] correlationData(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream wire = new DataOutputStream(bytes);
        wire.writeByte(0x09);
        wire.writeUTF(text);
        return bytes.toByteArray();
    }

    private void answer(String topic, int level, byte[] properties) {
        byte[] payload = "done".getBytes(StandardCharsets.UTF_8);
        up.add(new Message(System.currentTimeMillis(), "d1", topic, 1, false, false, level, 1, properties, payload));
    }

    /** Sends a request and, when {@code device} has answered it, checks the answer. */
    private void ask(Device device) throws Exception {
        JmsConnectionFactory factory = new JmsConnectionFactory("amqp://localhost:" + broker.port());
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(session.createQueue("downlink"))) {
            connection.start();
            TemporaryQueue mine = session.createTemporaryQueue();
            MessageConsumer answers = session.createConsumer(mine);
            TextMessage request = session.createTextMessage("reboot");
            request.setJMSType("devices/d1/commands");
            request.setJMSReplyTo(mine);
            request.setJMSCorrelationID("c-17");
            producer.send(request);
            device.answer(request());

            jakarta.jms.Message answer = answers.receive(60_000);
            assertEquals("c-17", answer.getJMSCorrelationID());
            assertEquals(4, ((BytesMessage) answer).getBodyLength());
        }
    }

    private interface Device {
        void answer(Message request) throws IOException;
    }

    @Test
    void deviceWithMqtt5AnswersOnTheResponseTopic() throws Exception {
        start(DownlinkAddress.of("downlink"));
        ask(request -> {
            String properties = new String(request.properties(), StandardCharsets.ISO_8859_1);
            Matcher topic = Pattern.compile("\\$forebay/reply/[\\w-]+").matcher(properties);
            assertTrue(topic.find(), properties);
            answer(topic.group(), 5, correlationData("c-17"));
        });
    }

    @Test
    void deviceWithMqtt311AnswersOnTheTopicOfTheRequest() throws Exception {
        start(DownlinkAddress.of("downlink").withReplyInTopic(true));
        ask(request -> {
            assertTrue(request.topic().startsWith("devices/d1/commands/req/"), request.topic());
            answer(request.topic().replace("/req/", "/res/"), 4, NOTHING);
        });
    }
}
