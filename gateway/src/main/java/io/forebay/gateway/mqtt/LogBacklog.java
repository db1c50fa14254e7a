package io.forebay.gateway.mqtt;

import io.forebay.storage.MessageLog;

/**
 * What one connection has waiting for the log, and when its socket is not read because of that. Owned by the connection's event
 * loop.
 */
final class LogBacklog {
    private final MessageLog log;
    private final SocketPause socketPause;
    private final MqttMeters meters;
    private final int unboundedMax;
    private final long bytesMax;

    private int calls;
    /** What is not yet acknowledged, or not yet durable, and nothing in the protocol bounds. */
    private int unbounded;

    private long bytes;

    LogBacklog(MqttSetup setup, SocketPause socketPause) {
        this.log = setup.log();
        this.socketPause = socketPause;
        this.meters = setup.meters();
        this.unboundedMax = setup.config().receiveMaximum();
        this.bytesMax = setup.config().quotas().logBytesMax();
    }

    /** Handed to the log; {@link #pauseIfFull} follows. */
    void begun(boolean isUnbounded, int bytesMore) {
        calls++;
        unbounded += isUnbounded ? 1 : 0;
        bytes += bytesMore;
    }

    /** Durable, or failed; {@link #goOn} follows when that has been answered. */
    void ended(int bytesLess) {
        calls--;
        bytes -= bytesLess;
    }

    /** What became durable makes room for more. */
    void goOn() {
        if (bytes <= bytesMax / 2) {
            socketPause.resume(SocketPause.Reason.LOG_BYTES);
        }
    }

    /** Acknowledged as well. */
    void freed(boolean isUnbounded) {
        unbounded -= isUnbounded ? 1 : 0;
        if (unbounded <= unboundedMax / 2) {
            socketPause.resume(SocketPause.Reason.IN_FLIGHT);
        }
    }

    /**
     * The writer takes what waits in the order of coming: the bytes of one connection stand before the next message of
     * everybody else, so there must not be more of them than it takes to keep the disk busy.
     */
    void pauseIfFull() {
        if (unbounded >= unboundedMax && socketPause.pause(SocketPause.Reason.IN_FLIGHT)) {
            meters.paused();
        }
        if (bytes >= bytesMax && socketPause.pause(SocketPause.Reason.LOG_BYTES)) {
            meters.waitsInLogQueue();
        }
        if (!log.hasRoom() && socketPause.pause(SocketPause.Reason.LOG)) {
            meters.paused();
            log.room().onComplete(room -> socketPause.resume(SocketPause.Reason.LOG));
        }
    }

    /** Whether the log has all that was handed to it. */
    boolean isEmpty() {
        return calls == 0;
    }
}
