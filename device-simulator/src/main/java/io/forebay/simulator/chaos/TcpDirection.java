package io.forebay.simulator.chaos;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One way through a proxy: what comes from one socket goes to the other, late, slowly or not at all. Holds back at most so
 * much; the rest waits in the socket. Owned by the event loop of the proxy.
 */
final class TcpDirection {
    private static final int HELD_BYTES_MAX = 1 << 20;
    private static final int PIECE_BYTES_MAX = 16 << 10;
    private static final long TICK_MS = 5;

    /**
     * @param swallowed nothing gets through
     * @param delayMs how much later everything arrives
     * @param bytesPerSecond how much gets through
     */
    record Condition(boolean swallowed, long delayMs, long bytesPerSecond) {
        static final Condition GOOD = new Condition(false, 0, Long.MAX_VALUE);
    }

    private record Piece(Buffer bytes, long dueNanos) {}

    private final Vertx vertx;
    private final NetSocket from;
    private final NetSocket to;
    private final Deque<Piece> held = new ArrayDeque<>();
    private Condition condition = Condition.GOOD;
    private long heldBytes;
    private double allowance;
    private long filledNanos = System.nanoTime();
    private boolean ended;
    private boolean ticking;
    private Runnable onEnd = () -> {};

    TcpDirection(Vertx vertx, NetSocket from, NetSocket to) {
        this.vertx = vertx;
        this.from = from;
        this.to = to;
    }

    void start(Runnable whenOver) {
        onEnd = whenOver;
        from.handler(this::onBytes);
        from.endHandler(end -> {
            ended = true;
            pass();
        });
        to.drainHandler(drained -> pass());
    }

    void condition(Condition next) {
        condition = next;
        filledNanos = System.nanoTime();
        allowance = 0;
        pass();
    }

    private void onBytes(Buffer bytes) {
        if (condition.equals(Condition.GOOD) && held.isEmpty() && !to.writeQueueFull()) {
            write(bytes);
            return;
        }
        long dueNanos = System.nanoTime() + condition.delayMs() * 1_000_000;
        for (int at = 0; at < bytes.length(); at += PIECE_BYTES_MAX) {
            held.add(new Piece(bytes.slice(at, Math.min(bytes.length(), at + PIECE_BYTES_MAX)), dueNanos));
        }
        heldBytes += bytes.length();
        if (heldBytes > HELD_BYTES_MAX) {
            from.pause();
        }
        pass();
    }

    private void pass() {
        long nowNanos = System.nanoTime();
        refill(nowNanos);
        while (!held.isEmpty() && mayPass(held.peek(), nowNanos)) {
            Piece piece = held.poll();
            heldBytes -= piece.bytes().length();
            allowance -= piece.bytes().length();
            write(piece.bytes());
        }
        if (heldBytes <= HELD_BYTES_MAX / 2) {
            from.resume();
        }
        if (ended && held.isEmpty() && !condition.swallowed()) {
            onEnd.run();
            to.close().onFailure(closedAlready -> {});
        } else if (!held.isEmpty() && !condition.swallowed()) {
            tickLater();
        }
    }

    private boolean mayPass(Piece piece, long nowNanos) {
        boolean limited = condition.bytesPerSecond() != Long.MAX_VALUE;
        return !condition.swallowed()
                && piece.dueNanos() <= nowNanos
                && (!limited || allowance > 0)
                && !to.writeQueueFull();
    }

    private void refill(long nowNanos) {
        double perSecond = (double) condition.bytesPerSecond();
        allowance = Math.min(perSecond, allowance + perSecond * (nowNanos - filledNanos) / 1e9);
        filledNanos = nowNanos;
    }

    private void tickLater() {
        if (!ticking) {
            ticking = true;
            vertx.setTimer(TICK_MS, id -> {
                ticking = false;
                pass();
            });
        }
    }

    private void write(Buffer bytes) {
        // A write that fails closes the socket, and its other half is told by that.
        to.write(bytes).onFailure(failure -> from.close().onFailure(closedAlready -> {}));
    }
}
