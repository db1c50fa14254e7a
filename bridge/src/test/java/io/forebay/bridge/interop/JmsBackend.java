package io.forebay.bridge.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.fail;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.jms.JmsConnectionFactory;

/** Owned by the test's thread: a backend with a client that is not ours, Qpid JMS. */
public final class JmsBackend implements AutoCloseable {
    private static final int PATIENCE_MS = 60_000;
    private static final int REST_MS = 2_000;

    private final Connection connection;
    private final Session session;

    public JmsBackend(TestBroker broker) throws JMSException {
        connection = new JmsConnectionFactory(
                        TestBroker.USER,
                        TestBroker.USER,
                        "amqp://localhost:" + broker.port()
                                + "?jms.prefetchPolicy.all=100&jms.connectTimeout=60000&jms.requestTimeout=60000")
                .createConnection();
        connection.start();
        session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
    }

    public Session session() {
        return session;
    }

    public void send(String address, Message message) throws JMSException {
        try (MessageProducer producer = session.createProducer(session.createQueue(address))) {
            producer.send(message);
        }
    }

    /** What a device has said as Response Topic. */
    static String responseTopic(Message message) throws JMSException {
        return ((Queue) message.getJMSReplyTo()).getQueueName();
    }

    public void send(String address, String topic, String... texts) throws JMSException {
        try (MessageProducer producer = session.createProducer(session.createQueue(address))) {
            for (String text : texts) {
                TextMessage message = session.createTextMessage(text);
                message.setJMSType(topic);
                producer.send(message);
            }
        }
    }

    public Message receive(Queue queue) throws JMSException {
        try (MessageConsumer consumer = session.createConsumer(queue)) {
            Message message = consumer.receive(PATIENCE_MS);
            assertNotNull(message, "nothing came within " + PATIENCE_MS + " ms");
            return message;
        }
    }

    public static String text(Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            return text.getText();
        }
        BytesMessage bytes = (BytesMessage) message;
        byte[] payload = new byte[(int) bytes.getBodyLength()];
        assertEquals(payload.length, Math.max(0, bytes.readBytes(payload)));
        return new String(payload, StandardCharsets.UTF_8);
    }

    /**
     * Receives numbered messages until all are there, and checks that those of each topic come in order and that one which
     * comes again has the id of the first time.
     *
     * @param counts how many there are of each topic, numbered from 0
     * @return how many came, repeats included
     */
    int receiveInOrder(String address, Map<String, Integer> counts) throws JMSException {
        Map<String, Integer> next = new HashMap<>();
        Map<String, String> ids = new HashMap<>();
        int received = 0;
        try (MessageConsumer consumer = session.createConsumer(session.createQueue(address))) {
            while (!next.equals(counts)) {
                Message message = consumer.receive(PATIENCE_MS);
                assertNotNull(message, () -> "not all came to " + address + ": " + next + " of " + counts);
                received++;
                String topic = message.getJMSType();
                int number = Integer.parseInt(text(message));
                String known = ids.putIfAbsent(topic + " " + number, message.getJMSMessageID());
                if (known == null) {
                    int expected = next.merge(topic, 1, Integer::sum) - 1;
                    if (expected != number) {
                        fail("order of " + topic + ": expected " + expected + " but was " + number + ", then came "
                                + rest(consumer));
                    }
                } else {
                    assertEquals(known, message.getJMSMessageID());
                }
            }
        }
        return received;
    }

    /** Whether the broker lost what is missing or has it behind what came first. */
    private static String rest(MessageConsumer consumer) throws JMSException {
        StringBuilder rest = new StringBuilder();
        for (Message message = consumer.receive(REST_MS); message != null; message = consumer.receive(REST_MS)) {
            rest.append(message.getJMSType()).append(' ').append(text(message));
            rest.append(message.getJMSRedelivered() ? " again, " : ", ");
        }
        return rest.toString();
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
