package io.forebay.gateway.session;

import io.forebay.bridge.UnusedLog;
import io.forebay.storage.LogCursor;
import io.forebay.storage.LogException;
import io.forebay.storage.Message;
import io.forebay.storage.Position;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/** A log in memory, for one thread; the test says when what was appended is durable. Positions have gaps. */
final class FakeLog extends UnusedLog {
    private static final int GAP = 2;
    static final long FIRST = Position.of(1, 5);

    private final List<Message> messages = new ArrayList<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private Runnable listener = () -> {};
    private int durable;
    private boolean holding;
    private boolean refusing;
    private long retained = -1;

    /** From now on nothing becomes durable before {@link #sync}. */
    void hold() {
        holding = true;
    }

    /** All that was appended is durable. */
    void sync() {
        holding = false;
        durable = messages.size();
        List<Runnable> now = List.copyOf(waiting);
        waiting.clear();
        now.forEach(Runnable::run);
        listener.run();
    }

    /** What was not durable is gone. @return how many messages are left */
    int crash() {
        holding = false;
        waiting.clear();
        messages.subList(durable, messages.size()).clear();
        listener = () -> {};
        return messages.size();
    }

    /** Whether appends fail. */
    void refuse(boolean now) {
        refusing = now;
    }

    List<Message> messages() {
        return messages;
    }

    /** Before this nothing is needed any more. */
    long retained() {
        return retained;
    }

    static long positionOf(int index) {
        return FIRST + (long) GAP * index;
    }

    private static int indexAtOrAfter(long position) {
        return position <= FIRST ? 0 : (int) ((position - FIRST + GAP - 1) / GAP);
    }

    @Override
    public Future<Appended> append(Message message) {
        if (refusing) {
            return Future.failedFuture(new LogException(LogException.Kind.FAILED, "The test refuses it"));
        }
        messages.add(message);
        Promise<Appended> promise = Promise.promise();
        long position = positionOf(messages.size() - 1);
        waiting.add(() -> promise.complete(new Appended(false, position)));
        if (!holding) {
            sync();
        }
        return promise.future();
    }

    @Override
    public long durableEnd() {
        return positionOf(durable);
    }

    @Override
    public Runnable onDurable(Runnable wake) {
        listener = wake;
        return () -> listener = () -> {};
    }

    @Override
    public LogCursor cursor(long from) {
        return new Cursor(from);
    }

    @Override
    public void retainFrom(long position) {
        if (position < retained) {
            throw new AssertionError("asks again for what it had done with");
        }
        retained = position;
    }

    @Override
    public long recordsBetween(long from, long to) {
        return Math.max(0, indexAtOrAfter(to) - indexAtOrAfter(from));
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
            if (index >= durable) {
                return false;
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
            return message().clientId() + '\0' + topic();
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
            return messages.get(current);
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
