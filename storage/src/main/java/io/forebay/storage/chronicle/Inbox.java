package io.forebay.storage.chronicle;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * What waits for the writer: any thread puts in, the writer thread takes all at once. A linked list through the
 * submissions themselves, one compare-and-set for each: nothing is allocated and nothing locked.
 *
 * <p>What was taken counts as waiting until the writer says that it is done: a writer that finds no space on the disk
 * holds what it took, and the callers must see that.
 */
final class Inbox {
    /** Both counts in one word, to change them at once: submissions above, bytes below. */
    private static final int BYTES_BITS = 40;

    private static final long BYTES_MASK = (1L << BYTES_BITS) - 1;
    private static final int COUNT_LIMIT = 1 << 22;

    private final AtomicReference<Submission<?>> newest = new AtomicReference<>();
    private final AtomicLong waiting = new AtomicLong();
    private final int countMax;
    private final long bytesMax;
    private volatile Thread parked;
    private volatile boolean stopping;

    /** Stands for "nothing more is taken". */
    private final Submission<?> sealed = new Submissions.Room();

    Inbox(int countMax, long bytesMax) {
        this.countMax = Math.min(countMax, COUNT_LIMIT);
        this.bytesMax = Math.min(bytesMax, BYTES_MASK / 2);
    }

    /** Any thread. @return false if the inbox is sealed */
    boolean put(Submission<?> submission) {
        waiting.addAndGet(1L << BYTES_BITS | submission.bytes());
        Submission<?> before;
        do {
            before = newest.get();
            if (before == sealed) {
                return false;
            }
            submission.next = before;
        } while (!newest.compareAndSet(before, submission));
        if (before == null) {
            wake();
        }
        return true;
    }

    private void wake() {
        Thread writer = parked;
        if (writer != null) {
            LockSupport.unpark(writer);
        }
    }

    /** Any thread. Asks the writer to take what is there, seal the inbox and end. */
    void stop() {
        stopping = true;
        wake();
    }

    boolean stopping() {
        return stopping;
    }

    /** Writer thread. Waits a while for something. @return the oldest first, or null */
    Submission<?> take(long waitNanos) {
        if (newest.get() == null) {
            parked = Thread.currentThread();
            if (newest.get() == null && !stopping) {
                LockSupport.parkNanos(this, waitNanos);
            }
            parked = null;
        }
        return oldestFirst(newest.getAndSet(null));
    }

    /** Writer thread. Takes the last ones; from now on nothing can be put in. */
    Submission<?> seal() {
        Submission<?> last = newest.getAndSet(sealed);
        return last == sealed ? null : oldestFirst(last);
    }

    private static Submission<?> oldestFirst(Submission<?> newestFirst) {
        Submission<?> reversed = null;
        for (Submission<?> s = newestFirst; s != null; ) {
            Submission<?> next = s.next;
            s.next = reversed;
            reversed = s;
            s = next;
        }
        return reversed;
    }

    /** Writer thread. So much of what was taken is done. */
    void done(int count, long bytes) {
        waiting.addAndGet(-((long) count << BYTES_BITS) - bytes);
    }

    boolean hasRoom() {
        long now = waiting.get();
        return (now >>> BYTES_BITS) < countMax && (now & BYTES_MASK) < bytesMax;
    }

    boolean atMostHalfFull() {
        long now = waiting.get();
        return (now >>> BYTES_BITS) <= countMax / 2 && (now & BYTES_MASK) <= bytesMax / 2;
    }

    long waitingCount() {
        return waiting.get() >>> BYTES_BITS;
    }

    long waitingBytes() {
        return waiting.get() & BYTES_MASK;
    }
}
