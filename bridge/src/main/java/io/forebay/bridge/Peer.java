package io.forebay.bridge;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The AMQP broker as the bridge sees it: a connection that comes and goes, and a link for each address. Everything here is
 * called, and calls back, on the bridge's thread.
 *
 * <p>Public only for {@link io.forebay.bridge.amqp}; the tests have one without sockets.
 */
public interface Peer {
    /** Hears of the connection. */
    interface Listener {
        void onConnected();

        /** Links and unsettled transfers are gone with it; nothing more is heard of them. */
        void onDisconnected(String why);

        /** An attempt to connect failed; the next one follows by itself. */
        void onConnectFailed(String why);

        /** One of these methods, or of a link's, or a receipt, threw. */
        void onBug(Throwable bug);
    }

    /** Connects, and again whenever the connection is lost, until {@link #close}. */
    void connect(Listener listener);

    /** Begins to open a link; only while connected. */
    PeerLink attach(String address, RouteOptions options, PeerLink.Listener listener);

    /** Whether a transaction can be begun now. */
    boolean offersTransactions();

    /**
     * Begins a transaction, with the next {@link #flush}; only while they are offered.
     *
     * @param begun hears of it, or that there is none; nothing if the connection is lost first
     */
    void begin(Consumer<Optional<PeerTransaction>> begun);

    /** Writes what was sent and attached since the last time. */
    void flush();

    /** Whether the last connection ended as this broker, too, ends it when a queue is full: nothing is wrong with a message. */
    default boolean endedPerhapsOverAFullQueue() {
        return false;
    }

    /** Drops the connection; the listener hears of it before this returns. */
    void reset(String why);

    /** @return succeeds when the connection is closed, or given up after a moment */
    Future<Void> close();
}
