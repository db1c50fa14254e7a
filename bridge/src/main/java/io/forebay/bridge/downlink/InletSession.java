package io.forebay.bridge.downlink;

import io.forebay.bridge.amqp.DeliveryOutcomes;
import io.vertx.proton.ProtonSession;
import io.vertx.proton.impl.ProtonConnectionImpl;
import java.util.ArrayList;
import java.util.List;
import org.apache.qpid.proton.amqp.Symbol;

/**
 * Owned by the downlink's thread: a session and the inlets in it. Brokers of one kind (RabbitMQ) end the session of a link
 * that they refuse. So an address of the configuration has a session of its own; the addresses of devices, which may be
 * too many for that, share some and are attached one at a time, so that it is known which one the broker did not like.
 */
final class InletSession {
    private final List<Inlet> inlets = new ArrayList<>();
    private final int incomingBytesMax;
    private ProtonSession session;
    private Inlet attaching;
    private int links;

    /** @param incomingBytesMax what may have been received in it and not yet read */
    InletSession(int incomingBytesMax) {
        this.incomingBytesMax = incomingBytesMax;
    }

    void add(Inlet inlet) {
        inlets.add(inlet);
    }

    void remove(Inlet inlet) {
        inlets.remove(inlet);
    }

    int size() {
        return inlets.size();
    }

    List<Inlet> inlets() {
        return inlets;
    }

    /** Lets time pass for all, and attaches the next one that is to be. */
    void tick(ProtonConnectionImpl connection, Symbol[] capabilities, Inlet.Surroundings around) {
        Inlet due = null;
        for (Inlet inlet : inlets) {
            boolean isDue = inlet.tick();
            due = isDue && due == null ? inlet : due;
        }
        boolean busy = attaching != null && attaching.state() == Inlet.State.ATTACHING;
        if (due == null || busy || connection == null) {
            return;
        }
        if (session == null) {
            open(connection, around);
        }
        attaching = due;
        links++;
        due.attach(session, capabilities, "forebay-downlink-" + System.identityHashCode(this) + "-" + links);
    }

    private void open(ProtonConnectionImpl connection, Inlet.Surroundings around) {
        ProtonSession made = connection.createSession();
        session = made;
        made.setIncomingCapacity(incomingBytesMax);
        made.closeHandler(ended -> around.guarded(() -> onEnded(made)));
        made.open();
    }

    private void onEnded(ProtonSession ended) {
        if (session != ended) {
            return;
        }
        String why = "the session was ended: " + DeliveryOutcomes.words(ended.getRemoteCondition());
        session = null;
        ended.close();
        for (Inlet inlet : inlets) {
            boolean isGuilty = inlet == attaching && inlet.state() == Inlet.State.ATTACHING;
            if (isGuilty || (inlets.size() == 1 && inlet.state() == Inlet.State.OPEN)) {
                inlet.end(why);
            } else if (inlet.state() == Inlet.State.OPEN) {
                inlet.forget();
            }
        }
        attaching = null;
    }

    /** The connection is gone. */
    void forget() {
        session = null;
        attaching = null;
        inlets.forEach(Inlet::forget);
    }

    void close() {
        inlets.forEach(Inlet::close);
        if (session != null) {
            ProtonSession old = session;
            session = null;
            old.close();
        }
    }
}
