package io.forebay.bridge;

import io.forebay.storage.state.StateStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The quarantine in the state store. A thread of its own, {@code forebay-quarantine}, owns what it writes and counts; one
 * sync covers all that waits for it. What waits is bounded by the messages that the bridge has unsettled.
 */
public final class StateQuarantine implements Quarantine, AutoCloseable {
    /** The table that it needs in the store. */
    public static final String TABLE = "quarantine";

    private record Request(QuarantinedMessage message, Promise<Void> kept) {}

    private static final Logger LOG = LoggerFactory.getLogger(StateQuarantine.class);

    private final StateStore store;
    private final QuarantineLimits limits;
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final StoreThread writer = new StoreThread("forebay-quarantine", "the quarantine is closed");
    /** Written by the writer alone. */
    private final AtomicLong messages = new AtomicLong();

    private final AtomicLong bytes = new AtomicLong();

    /** Reads what is there; blocks for the disk. */
    public StateQuarantine(StateStore store, QuarantineLimits limits) {
        this.store = store;
        this.limits = limits;
        store.scan(TABLE, new byte[0], null, (key, value) -> {
            add(1, value.length);
            return true;
        });
    }

    @Override
    public Future<Void> put(QuarantinedMessage message) {
        Promise<Void> kept = Promise.promise();
        requests.add(new Request(message, kept));
        if (scheduled.compareAndSet(false, true)) {
            writer.run(this::writeAll).onFailure(kept::tryFail);
        }
        return kept.future();
    }

    private void writeAll() {
        scheduled.set(false);
        List<Request> taken = new ArrayList<>();
        for (Request next = requests.poll(); next != null; next = requests.poll()) {
            taken.add(next);
        }
        try {
            write(taken);
        } catch (RuntimeException fault) {
            // Of the disk, mostly; every one of them is answered, so that its lane tries again.
            taken.forEach(request -> request.kept().tryFail(fault.getMessage()));
        }
    }

    private void write(List<Request> taken) {
        StateStore.Batch batch = store.batch();
        List<Request> written = new ArrayList<>();
        long moreMessages = 0;
        long moreBytes = 0;
        for (Request request : taken) {
            byte[] key = key(request.message().position());
            byte[] value = QuarantineCodec.encode(request.message());
            byte[] there = store.get(TABLE, key);
            long nextMessages = moreMessages + (there == null ? 1 : 0);
            long nextBytes = moreBytes + value.length - (there == null ? 0 : there.length);
            if (messages() + nextMessages > limits.messagesMax() || bytes() + nextBytes > limits.bytesMax()) {
                request.kept().fail("the quarantine is full: " + messages() + " messages, " + bytes() + " bytes");
            } else {
                batch.put(TABLE, key, value);
                written.add(request);
                moreMessages = nextMessages;
                moreBytes = nextBytes;
            }
        }
        if (!batch.isEmpty()) {
            store.commit(batch, true);
        }
        add(moreMessages, moreBytes);
        written.forEach(request -> request.kept().complete());
    }

    private void add(long moreMessages, long moreBytes) {
        messages.addAndGet(moreMessages);
        bytes.addAndGet(moreBytes);
    }

    /** On the thread that writes: behind what was put before. Bounded by the messages that are kept, 16 bytes for each. */
    @Override
    public Future<QuarantinedEarlier> heldFrom(long position) {
        return writer.run(() -> {
            QuarantinedEarlier held = new QuarantinedEarlier();
            store.scan(TABLE, key(position), null, (key, value) -> {
                addReadable(held, ByteBuffer.wrap(key).getLong(), value);
                return true;
            });
            return held;
        });
    }

    /** One that cannot be read must not keep the bridge from starting; what it was is in the log, and is offered again. */
    private static void addReadable(QuarantinedEarlier held, long position, byte[] value) {
        try {
            held.add(QuarantineCodec.decode(position, value));
        } catch (IllegalStateException unreadable) {
            LOG.warn(
                    "There is {} in the quarantine: if the log still has it, it is sent once more [position={}]",
                    unreadable.getMessage(),
                    position);
        }
    }

    /** Those at and after a position, at most {@code max}; blocks for the disk. Any thread. */
    public List<QuarantinedMessage> list(long from, int max) {
        List<QuarantinedMessage> found = new ArrayList<>();
        if (max > 0) {
            store.scan(TABLE, key(from), null, (key, value) -> {
                found.add(QuarantineCodec.decode(ByteBuffer.wrap(key).getLong(), value));
                return found.size() < max;
            });
        }
        return found;
    }

    /** The one of a position; blocks for the disk. Any thread. */
    public Optional<QuarantinedMessage> find(long position) {
        byte[] there = store.get(TABLE, key(position));
        return there == null ? Optional.empty() : Optional.of(QuarantineCodec.decode(position, there));
    }

    /** @return succeeds, once durable, with whether it was there; on the quarantine's thread */
    public Future<Boolean> remove(long position) {
        return writer.run(() -> removeNow(position));
    }

    private boolean removeNow(long position) {
        byte[] there = store.get(TABLE, key(position));
        if (there == null) {
            return false;
        }
        StateStore.Batch batch = store.batch();
        batch.delete(TABLE, key(position));
        store.commit(batch, true);
        add(-1, -there.length);
        return true;
    }

    /** Positions are not negative: unsigned order is theirs. */
    private static byte[] key(long position) {
        return ByteBuffer.allocate(Long.BYTES).putLong(position).array();
    }

    @Override
    public long messages() {
        return messages.get();
    }

    @Override
    public long bytes() {
        return bytes.get();
    }

    /** Writes what waits; to be called after the bridge has stopped and before the store is closed. */
    @Override
    public void close() {
        writer.close();
    }
}
