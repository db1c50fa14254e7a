package io.forebay.bridge.downlink;

import io.vertx.proton.ProtonQoS;
import io.vertx.proton.ProtonSession;
import io.vertx.proton.impl.ProtonReceiverImpl;
import io.vertx.proton.impl.ProtonSenderImpl;
import java.nio.ByteBuffer;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Modified;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.messaging.TerminusDurability;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Session;

/**
 * Owned by the downlink's thread: a receiver link whose transfers are read when there is room for them, and as bytes.
 * Vert.x's own receiver decodes each one at once with proton's decoder, which does not bound what a sender may claim, and
 * decides about those that it cannot decode.
 */
final class InletLink extends ProtonReceiverImpl {
    /**
     * A message that has arrived.
     *
     * @param bytes null if it is larger than what is taken
     */
    record Arrival(Delivery delivery, ByteBuffer bytes) {}

    private static final String ENGINE = "forebay-engine";

    private final Receiver engine;
    private final int messageBytesMax;
    private final Runnable onArrival;
    /** Of the message that is arriving, what was too much and thrown away. */
    private boolean oversized;

    private InletLink(Receiver engine, int messageBytesMax, Runnable onArrival) {
        super(engine);
        this.engine = engine;
        this.messageBytesMax = messageBytesMax;
        this.onArrival = onArrival;
    }

    /** @param onArrival told whenever there may be something for {@link #next} */
    static InletLink of(
            ProtonSession session,
            String name,
            String address,
            Symbol[] capabilities,
            int messageBytesMax,
            Runnable onArrival) {
        Receiver engine = engineOf(session).receiver(name);
        Source source = new Source();
        source.setAddress(address);
        // RabbitMQ makes a missing queue as durable as the source says, and forgets it in a restart otherwise.
        source.setDurable(TerminusDurability.CONFIGURATION);
        source.setOutcomes(
                Accepted.DESCRIPTOR_SYMBOL,
                Rejected.DESCRIPTOR_SYMBOL,
                Released.DESCRIPTOR_SYMBOL,
                Modified.DESCRIPTOR_SYMBOL);
        // What a lost link leaves unsettled is to come again.
        source.setDefaultOutcome(Released.getInstance());
        if (capabilities.length > 0) {
            source.setCapabilities(capabilities);
        }
        engine.setSource(source);
        engine.setTarget(new Target());
        InletLink link = new InletLink(engine, messageBytesMax, onArrival);
        link.setPrefetch(0).setAutoAccept(false).setQoS(ProtonQoS.AT_LEAST_ONCE);
        return link;
    }

    /**
     * Vert.x keeps proton's session to itself, but hands out the links of deliveries: here one that is never opened. It is
     * not freed either, but kept with the session: that would settle its delivery, which proton would then want to send.
     */
    private static Session engineOf(ProtonSession session) {
        Session known = session.attachments().get(ENGINE, Session.class);
        if (known != null) {
            return known;
        }
        ProtonSenderImpl never = (ProtonSenderImpl) session.createSender(null);
        Session engine = never.delivery(new byte[1]).getLink().getSession();
        session.attachments().set(ENGINE, Session.class, engine);
        return engine;
    }

    @Override
    public void onDelivery() {
        onArrival.run();
    }

    /** Takes the next message that is here in whole; null if there is none. */
    Arrival next() {
        for (Delivery delivery = engine.current(); delivery != null; delivery = engine.current()) {
            if (delivery.isAborted()) {
                oversized = false;
                engine.advance();
                delivery.settle();
                flow(1);
            } else if (delivery.isPartial()) {
                dropIfOversized(delivery);
                return null;
            } else {
                return whole(delivery);
            }
        }
        return null;
    }

    private void dropIfOversized(Delivery delivery) {
        if (oversized || delivery.available() > messageBytesMax) {
            oversized = true;
            engine.recv(); // What is read makes room in the session's window; what it holds is not wanted.
        }
    }

    private Arrival whole(Delivery delivery) {
        dropIfOversized(delivery);
        ByteBuffer bytes = oversized ? null : engine.recv().byteBuffer();
        oversized = false;
        engine.advance();
        return new Arrival(delivery, bytes);
    }
}
