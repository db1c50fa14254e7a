package io.forebay.gateway.mqtt;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.net.NetSocket;
import java.util.EnumSet;

/**
 * TCP back-pressure for one socket: it is read only while no reason to pause stands. Owned by the connection's event
 * loop.
 */
final class SocketPause {
    enum Reason {
        /** Who the device is has to be asked elsewhere; what the client sent behind CONNECT waits. */
        AUTHENTICATING,
        /** It is being found out whether the certificate of the device is revoked; CONNECT waits. */
        CERTIFICATE,
        /** What the device may do has to be asked elsewhere; what it sent behind that waits. */
        RIGHTS,
        /** CONNECT is being answered; what the client sent behind it waits. */
        OPENING,
        /** The log's queue is full. */
        LOG,
        /** This connection has as many bytes in the log's queue as it may have. */
        LOG_BYTES,
        /** The route of what the device has published has its share of the log. */
        ROUTE,
        /** Too many messages of this connection wait for the log. */
        IN_FLIGHT,
        /** A SUBSCRIBE or UNSUBSCRIBE waits for what was published before it; what the client sent behind it waits, too. */
        ORDER,
        /** Too many SUBSCRIBEs and UNSUBSCRIBEs of this connection wait for the disk. */
        SUBSCRIBING,
        /** The device does not read its acknowledgements. */
        SLOW_READER,
        /** It publishes faster than it may. */
        RATE,
        DRAINING
    }

    private final NetSocket socket;
    private final EnumSet<Reason> reasons = EnumSet.noneOf(Reason.class);

    SocketPause(NetSocket socket) {
        this.socket = socket;
    }

    /** @return whether this reason is new */
    @CanIgnoreReturnValue
    boolean pause(Reason reason) {
        if (reasons.isEmpty()) {
            socket.pause();
        }
        return reasons.add(reason);
    }

    void resume(Reason reason) {
        if (reasons.remove(reason) && reasons.isEmpty()) {
            socket.resume();
        }
    }

    /** The connection has ended: what was decoded and waits is handed over once more, so that its buffers are released. */
    void end() {
        if (!reasons.isEmpty()) {
            reasons.clear();
            socket.resume();
        }
    }

    boolean isPaused() {
        return !reasons.isEmpty();
    }
}
