package io.forebay.bridge;

import io.forebay.storage.LogCursor;
import io.forebay.storage.Message;
import io.forebay.storage.Position;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;

/** A log in memory, for any thread; positions have gaps, as control records make them. */
public final class FakeLog extends UnusedLog {
    private static final int GAP = 3;
    private static final int FIRST_INDEX = 7;
    private static final int SEGMENT_MESSAGES = 500;
    /** What each message says to take: to make one costs more than to carry it. */
    static final int BYTES = 100;

    private final List<Message> messages = new ArrayList<>();
    private final IntFunction<Message> generator;
    private int size;
    private long forgotten = Position.START;
    private long forgottenBefore = Position.START;
    private Runnable listener = () -> {};
    private boolean failsOnce;
    private final BitSet forgottenSegments = new BitSet();
    private volatile boolean anyForgotten;
    private volatile boolean retains;
    private int heldFrom = Integer.MAX_VALUE;

    public FakeLog() {
        generator = messages::get;
    }

    /** A log of {@code size} messages that are made when they are read and so cost no memory. */
    FakeLog(int size, IntFunction<Message> generator) {
        this.size = size;
        this.generator = generator;
    }

    static long positionOf(int index) {
        return Position.of(segmentOf(index), FIRST_INDEX + (long) GAP * (index % SEGMENT_MESSAGES));
    }

    static int segmentOf(int index) {
        return 1 + index / SEGMENT_MESSAGES;
    }

    static int indexOf(long position) {
        return indexAtOrAfter(position);
    }

    /** The index of the first message at or after a position. */
    public static int indexAtOrAfter(long position) {
        if (Position.segment(position) == 0) {
            return 0;
        }
        long inSegment = Math.max(0, Position.index(position) - FIRST_INDEX + GAP - 1) / GAP;
        return (Position.segment(position) - 1) * SEGMENT_MESSAGES + (int) Math.min(SEGMENT_MESSAGES, inSegment);
    }

    public void add(Message message) {
        Runnable wake;
        synchronized (this) {
            messages.add(message);
            size++;
            wake = listener;
        }
        wake.run();
    }

    /** What is forgotten may be read all the same. */
    void retain() {
        retains = true;
    }

    /** Whoever comes to this message stands still until {@link #letGo}. */
    synchronized void holdAt(int index) {
        heldFrom = index;
    }

    synchronized void letGo() {
        heldFrom = Integer.MAX_VALUE;
        notifyAll();
    }

    private synchronized void standAt(int index) {
        boolean isInterrupted = false;
        while (index >= heldFrom) {
            try {
                wait();
            } catch (InterruptedException later) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next message that is read is unreadable, once. */
    synchronized void failOnce() {
        failsOnce = true;
    }

    private synchronized boolean takeFailure() {
        boolean fails = failsOnce;
        failsOnce = false;
        return fails;
    }

    public synchronized int size() {
        return size;
    }

    synchronized Message at(int index) {
        return generator.apply(index);
    }

    public synchronized long forgotten() {
        return forgotten;
    }

    @Override
    public synchronized long durableEnd() {
        return positionOf(size);
    }

    @Override
    public synchronized Runnable onDurable(Runnable wake) {
        listener = wake;
        return () -> listener = () -> {};
    }

    @Override
    public synchronized long resumePosition() {
        return forgotten;
    }

    @Override
    public LogCursor cursor(long from) {
        return new Cursor(from);
    }

    @Override
    public synchronized void forgetBefore(long position) {
        if (position < forgotten) {
            throw new AssertionError("the watermark went back");
        }
        forgottenBefore = forgotten;
        forgotten = position;
    }

    @Override
    public synchronized void forget(int segment) {
        if (segment >= segmentOf(size)) {
            throw new AssertionError("the segment is not finished: " + segment);
        }
        forgottenSegments.set(segment);
        anyForgotten = true;
    }

    /** Whether a message is not there any more. */
    synchronized boolean isForgotten(int index) {
        return positionOf(index) < forgotten || forgottenSegments.get(segmentOf(index));
    }

    /** The position that was told last is not saved yet. */
    synchronized void crash() {
        forgotten = forgottenBefore;
    }

    @Override
    public long recordsBetween(long from, long to) {
        return Math.max(0, indexAtOrAfter(to) - indexAtOrAfter(from));
    }

    @Override
    public String gatewayId() {
        return "gw1";
    }

    private final class Cursor implements LogCursor {
        private long next;
        private int current = -1;

        Cursor(long from) {
            next = from;
        }

        @Override
        public boolean next() {
            int index = indexAtOrAfter(next);
            while (anyForgotten && index < size() && positionOf(index) >= forgotten() && isForgotten(index)) {
                index++;
            }
            if (index >= size()) {
                return false;
            }
            standAt(index);
            if (positionOf(index) < forgotten() && !retains) {
                throw new AssertionError("reads what was forgotten: " + index);
            }
            current = index;
            next = positionOf(index) + 1;
            return true;
        }

        @Override
        public long position() {
            return positionOf(current);
        }

        @Override
        public String lane() {
            Message message = at(current);
            return message.clientId() + '\0' + message.topic();
        }

        @Override
        public String topic() {
            return at(current).topic();
        }

        @Override
        public boolean retain() {
            return at(current).retain();
        }

        @Override
        public boolean fromAmqp() {
            return at(current).fromAmqp();
        }

        @Override
        public int bytes() {
            return BYTES;
        }

        @Override
        public Message message() {
            if (takeFailure()) {
                throw new IllegalStateException("unreadable");
            }
            return at(current);
        }

        @Override
        public long nextPosition() {
            return next;
        }

        @Override
        public LogCursor moveTo(long position) {
            next = position;
            return this;
        }

        @Override
        public void close() {}
    }
}
