package io.forebay.gateway.e2e;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import org.apache.qpid.jms.JmsConnectionFactory;

/** An AMQP 1.0 consumer that we did not write: Qpid JMS. Used by one thread. */
final class JmsConsumer implements AutoCloseable {
    private static final int PATIENCE_MS = 60_000;

    /** @param topic the AMQP subject, which JMS calls type */
    record Received(String messageId, String topic, byte[] payload) {}

    private final Connection connection;
    private final MessageConsumer consumer;

    JmsConsumer(int port, String address) throws JMSException {
        connection = new JmsConnectionFactory("amqp://127.0.0.1:" + port).createConnection();
        connection.start();
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        consumer = session.createConsumer(session.createQueue(address));
    }

    Received receive() throws JMSException {
        BytesMessage message = (BytesMessage) consumer.receive(PATIENCE_MS);
        if (message == null) {
            throw new AssertionError("no message came within " + PATIENCE_MS + " ms");
        }
        byte[] payload = new byte[(int) message.getBodyLength()];
        message.readBytes(payload);
        return new Received(message.getJMSMessageID(), message.getJMSType(), payload);
    }

    List<Received> receive(int count) throws JMSException {
        List<Received> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(receive());
        }
        return all;
    }

    /** Whether nothing more comes for this time. */
    boolean isEmptyFor(int ms) throws JMSException {
        return consumer.receive(ms) == null;
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
