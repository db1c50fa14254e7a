package io.forebay.gateway.e2e;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.qpid.jms.JmsConnectionFactory;

/**
 * A process that loads a broker and has nothing to do with us: durable messages at a steady rate for as long as it is let, a
 * bounded number of them unsettled. Arguments: port, address, messages in a second.
 */
final class AmqpProducer implements CompletionListener {
    private static final int UNSETTLED_MAX = 256;
    private static final int PAYLOAD_BYTES = 200;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Semaphore room = new Semaphore(UNSETTLED_MAX);

    public static void main(String[] args) throws Exception {
        String uri = "amqp://127.0.0.1:" + args[0] + "?jms.forceAsyncSend=true";
        Connection connection = new JmsConnectionFactory(uri).createConnection();
        connection.start();
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        MessageProducer producer = session.createProducer(session.createQueue(args[1]));
        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
        new AmqpProducer().send(session, producer, Integer.parseInt(args[2]));
    }

    private void send(Session session, MessageProducer producer, int rate) throws Exception {
        long began = System.nanoTime();
        for (long sent = 0; ; sent++) {
            while (sent > (System.nanoTime() - began) / 1e9 * rate) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            room.acquire();
            producer.send(message(session, sent), this);
        }
    }

    /** As large as what a replay sends. */
    private static Message message(Session session, long number) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(new byte[PAYLOAD_BYTES]);
        message.setStringProperty("client", "old-" + number % 1_000);
        message.setStringProperty("topic", "old/old-" + number % 1_000);
        message.setStringProperty("gateway", "12345678");
        message.setLongProperty("position", number);
        message.setLongProperty("at", System.currentTimeMillis());
        message.setIntProperty("qos", 1);
        return message;
    }

    @Override
    public void onCompletion(Message message) {
        room.release();
    }

    @Override
    public void onException(Message message, Exception cause) {
        throw new IllegalStateException("the broker did not take a message", cause);
    }
}
