package io.forebay.bridge;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.storage.LogCursor;
import io.forebay.storage.Message;
import io.forebay.storage.ReadableLog;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Owned by the thread of its replay, but for its figures: the log as a replay sees it. It holds the messages that are meant and nothing else, and
 * no more of them at a time than may be in memory; they come as fast as the rate allows. What a {@link Bridge} makes of a
 * log it makes of this: lanes in order, refusals, a broker that goes away.
 *
 * <p>Messages are read from the disk once, whichever of the bridge's cursors comes first, and stay until they are settled.
 */
final class ReplayView implements ReadableLog {
    /** For what is not meant, the bridge's thread reads no longer than this in one go. */
    private static final long SCAN_NANOS = 1_000_000;
    /** So much of the rate goes at once. */
    private static final int BATCH_MS = 50;

    private static final int BATCH_MAX = 64;

    private final ReadableLog log;
    private final ReplayScan scan;
    private final RateLimit rate;
    private final int batch;
    private int leftOfBatch;
    private final ReplayConfig limits;
    private final LongSupplier nanos;
    private final Runnable onForgotten;
    private final TreeMap<Long, Message> held = new TreeMap<>();
    private final long from;
    private long heldBytes;
    private final AtomicLong settled = new AtomicLong();
    private volatile long forgotten;

    /** @param onForgotten told when something more is settled, on this thread */
    ReplayView(
            ReadableLog log,
            ReplayScan scan,
            int ratePerSecond,
            ReplayConfig limits,
            LongSupplier nanos,
            Runnable onForgotten) {
        this.log = log;
        this.scan = scan;
        this.rate = new RateLimit(ratePerSecond);
        long usual = Math.min(BATCH_MAX, (long) ratePerSecond * BATCH_MS / 1_000);
        this.batch = (int) Math.max(1, Math.min(usual, limits.unsettledMax()));
        this.limits = limits;
        this.nanos = nanos;
        this.onForgotten = onForgotten;
        this.from = scan.position();
        this.forgotten = from;
    }

    /** Reads on, if more may be in memory and the rate allows it. */
    private boolean readOne() {
        if (held.size() >= limits.heldMessages() || heldBytes >= limits.heldBytes()) {
            return false;
        }
        if (!mayGo() || !scan.next(SCAN_NANOS)) {
            return false;
        }
        leftOfBatch--;
        rate.take();
        Message message = scan.cursor().message();
        held.put(scan.cursor().position(), message);
        heldBytes += message.payload().length;
        return true;
    }

    /**
     * One by one, each message costs the broker a read, a sync and an answer of its own, and live messages the time of it:
     * several times what it costs in company. So none goes before the rate allows a batch of them.
     */
    private boolean mayGo() {
        if (leftOfBatch == 0) {
            rate.refill(nanos.getAsLong() / 1_000_000);
            leftOfBatch = rate.left() < batch ? 0 : batch;
        }
        return leftOfBatch > 0;
    }

    @Override
    public void forgetBefore(long position) {
        Map<Long, Message> done = held.headMap(position);
        settled.addAndGet(done.size());
        done.values().forEach(message -> heldBytes -= message.payload().length);
        done.clear();
        forgotten = position;
        onForgotten.run();
    }

    /** Everything that was meant is settled. */
    boolean isDone() {
        return scan.isAtEnd() && held.isEmpty();
    }

    /** Any thread: messages that are done. */
    long settled() {
        return settled.get();
    }

    /** Any thread: everything before it that was meant is settled. */
    long forgotten() {
        return forgotten;
    }

    @Override
    public long durableEnd() {
        return scan.position();
    }

    @Override
    public Runnable onDurable(Runnable listener) {
        return () -> {}; // The bridge looks every few milliseconds anyway, and the rate decides what it finds.
    }

    @Override
    public long resumePosition() {
        return from;
    }

    @Override
    public long recordsBetween(long first, long last) {
        return held.size();
    }

    @Override
    public String gatewayId() {
        return log.gatewayId();
    }

    @Override
    public LogCursor cursor(long first) {
        return new Cursor(first);
    }

    /** Steps through what is held, and lets more be read at its end. */
    private final class Cursor implements LogCursor {
        private long nextPosition;
        private Map.Entry<Long, Message> current;

        Cursor(long first) {
            nextPosition = first;
        }

        @Override
        public boolean next() {
            Map.Entry<Long, Message> found = held.ceilingEntry(nextPosition);
            if (found == null && readOne()) {
                found = held.ceilingEntry(nextPosition);
            }
            if (found == null) {
                // All before the scan is settled or in memory, so that the watermark goes on where nothing is meant.
                nextPosition = Math.max(nextPosition, scan.position());
                return false;
            }
            current = found;
            nextPosition = found.getKey() + 1;
            return true;
        }

        @Override
        public long position() {
            return current.getKey();
        }

        @Override
        public String lane() {
            return message().clientId() + '\0' + message().topic();
        }

        @Override
        public String topic() {
            return message().topic();
        }

        @Override
        public boolean retain() {
            return message().retain();
        }

        @Override
        public Message message() {
            return current.getValue();
        }

        @Override
        public long nextPosition() {
            return nextPosition;
        }

        @Override
        @CanIgnoreReturnValue
        public LogCursor moveTo(long position) {
            nextPosition = position;
            return this;
        }

        @Override
        public void close() {
            // Nothing of its own: the scan is the replay's.
        }
    }
}
