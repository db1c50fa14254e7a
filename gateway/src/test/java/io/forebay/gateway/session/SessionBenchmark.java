package io.forebay.gateway.session;

import io.forebay.bridge.UnusedLog;
import io.forebay.gateway.session.Delivery.Publication;
import io.forebay.storage.LogCursor;
import io.forebay.storage.Message;
import io.forebay.storage.MessageLog;
import io.forebay.storage.Position;
import io.forebay.storage.state.RocksStateStore;
import io.forebay.storage.state.StateConfig;
import io.forebay.storage.state.StateStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * What the thread of the sessions can do, without a log on the disk and without sockets, but with the real store and real
 * event loops. For a person to run; prints a line for each case.
 */
final class SessionBenchmark {
    private static final int STEP = 500;
    private static final int IN_QUEUES_MAX = 5_000;
    private static final Message QOS_0 = message(0);
    private static final Message QOS_1 = message(1);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context context = vertx.getOrCreateContext();
    private final Path directory;

    private SessionBenchmark(Path directory) {
        this.directory = directory;
    }

    private static Message message(int qos) {
        return new Message(
                System.currentTimeMillis(),
                "p",
                "plant/7/press/temperature",
                qos,
                false,
                false,
                5,
                qos,
                new byte[0],
                new byte[100]);
    }

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("sessions-bench");
        SessionBenchmark benchmark = new SessionBenchmark(directory);
        benchmark.nobodySubscribed(2_000_000);
        benchmark.deliveries("QoS 0, 1 to 1", QOS_0, 1, 0, 1_000_000);
        benchmark.deliveries("QoS 0, 1 to 1, once more", QOS_0, 1, 0, 3_000_000);
        benchmark.deliveries("QoS 0, 1 to 100", QOS_0, 100, 0, 50_000);
        benchmark.deliveries("QoS 1, 1 to 1, session ends with its connection", QOS_1, 1, 0, 1_000_000);
        benchmark.deliveries("QoS 1, 1 to 1, persistent session", QOS_1, 1, 3_600, 200_000);
        benchmark.deliveries("QoS 1, 1 to 100, persistent sessions", QOS_1, 100, 3_600, 3_000);
        benchmark.catchUp(500_000);
        benchmark.restore(100_000, 10);
        benchmark.close();
    }

    private void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(SessionBenchmark::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }

    private static SessionLoop loop(MessageLog log, StateStore store) {
        SessionLoop loop = new SessionLoop(
                log,
                store,
                SessionConfig.DEFAULT,
                new SimpleMeterRegistry(),
                topic -> true,
                System::currentTimeMillis,
                cause -> {
                    throw new AssertionError(cause);
                });
        loop.start();
        return loop;
    }

    private RocksStateStore store(String name) {
        return RocksStateStore.open(directory.resolve(name), SessionLoop.TABLES, StateConfig.DEFAULT);
    }

    private static void print(String what, long count, long nanos) {
        System.out.printf("%-55s %,12.0f /s%n", what, count * 1e9 / nanos);
    }

    private void nobodySubscribed(int count) throws Exception {
        BenchLog log = new BenchLog(QOS_0);
        try (StateStore store = store("nobody");
                SessionLoop loop = loop(log, store)) {
            long began = System.nanoTime();
            log.grow(count);
            while (loop.status().lagRecords() > 0 || log.retained() < log.durableEnd()) {
                Thread.sleep(1);
            }
            print("records that nobody wants", count, System.nanoTime() - began - TimeUnit.SECONDS.toNanos(1));
        }
    }

    private void deliveries(String what, Message message, int devices, long expirySeconds, int messages)
            throws Exception {
        BenchLog log = new BenchLog(message);
        try (StateStore store = store(what.replace(' ', '-'));
                SessionLoop loop = loop(log, store)) {
            long expected = (long) devices * messages;
            Taker taker = new Taker(expected);
            List<Future<?>> subscribed = new ArrayList<>();
            for (int i = 0; i < devices; i++) {
                subscribed.add(connect(loop, "device-" + i, expirySeconds, taker));
            }
            var unused = await(Future.all(subscribed));
            long began = System.nanoTime();
            for (long grown = 0; taker.done.getCount() > 0; ) {
                // Less than a queue takes: here nothing is to be dropped.
                if (grown < messages && grown - taker.taken.get() / devices < IN_QUEUES_MAX) {
                    log.grow(STEP);
                    grown += STEP;
                } else {
                    Thread.onSpinWait();
                }
            }
            print(what, expected, System.nanoTime() - began);
        }
    }

    /** A backlog of many times a queue: whether a device that keeps up loses any. */
    private void catchUp(int messages) throws Exception {
        BenchLog log = new BenchLog(QOS_1);
        try (StateStore store = store("catch-up");
                SessionLoop loop = loop(log, store)) {
            Taker taker = new Taker(messages);
            var unused = await(connect(loop, "device", 3_600, taker));
            long began = System.nanoTime();
            log.grow(messages);
            while (log.retained() < log.durableEnd() || loop.status().queuedMessages() > 0) {
                Thread.sleep(10);
            }
            print("QoS 1, backlog, persistent session", messages, System.nanoTime() - began);
            System.out.printf("%-55s %,12d%n", "dropped of these", messages - taker.taken.get());
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private Future<?> connect(SessionLoop loop, String clientId, long expirySeconds, Taker taker) {
        Promise<Object> subscribed = Promise.promise();
        context.runOnContext(nothing -> {
            Taking subscriber = new Taking(taker);
            loop.open(new SessionRequest(clientId, true, expirySeconds, 1_000, null, 0), subscriber)
                    .compose(opened -> {
                        subscriber.hold = opened.hold();
                        return opened.hold().subscribe(List.of(new Subscription("plant/7/#", 1, false, false, 0, 0)));
                    })
                    .onSuccess(subscribed::complete)
                    .onFailure(subscribed::fail);
        });
        return subscribed.future();
    }

    private static final class Taker {
        final CountDownLatch done = new CountDownLatch(1);
        final AtomicLong taken = new AtomicLong();
        private final long expected;

        Taker(long expected) {
            this.expected = expected;
        }

        void took(int count) {
            if (taken.addAndGet(count) >= expected) {
                done.countDown();
            }
        }
    }

    /** Acknowledges at once. */
    private static final class Taking implements Subscriber {
        private final Taker taker;
        private SessionHold hold;

        Taking(Taker taker) {
            this.taker = taker;
        }

        @Override
        public void deliver(List<Delivery> deliveries) {
            for (Delivery delivery : deliveries) {
                if (delivery instanceof Publication publication && publication.qos() == 1) {
                    hold.acknowledged(publication.packetId());
                }
            }
            taker.took(deliveries.size());
        }

        @Override
        public void overrun(String sentence) {
            throw new AssertionError(sentence);
        }
    }

    private void restore(int sessions, int subscriptionsEach) throws Exception {
        BenchLog log = new BenchLog(QOS_0);
        try (StateStore store = store("restore");
                SessionLoop loop = loop(log, store)) {
            long began = System.nanoTime();
            for (int i = 0; i < sessions; i += 2_000) {
                List<Future<?>> opened = new ArrayList<>();
                for (int j = i; j < i + 2_000; j++) {
                    opened.add(fill(loop, "device-0000-0000-" + j, subscriptionsEach));
                }
                var unused = await(Future.all(opened));
            }
            print("CONNECT, SUBSCRIBE, DISCONNECT, persistent", sessions, System.nanoTime() - began);
        }
        for (String how : List.of("after a stop", "once more")) {
            try (StateStore store = store("restore")) {
                System.gc();
                long before = used();
                long began = System.nanoTime();
                SessionLoop loop = loop(log, store);
                long nanos = System.nanoTime() - began;
                System.gc();
                System.out.printf(
                        "%-55s %12.2f s, %,d MiB, %s%n",
                        "start with " + sessions + " sessions of " + subscriptionsEach + ", " + how,
                        nanos / 1e9,
                        (used() - before) >> 20,
                        loop.status());
                loop.close();
            }
        }
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static Future<?> fill(SessionLoop loop, String clientId, int subscriptions) {
        List<Subscription> filters = new ArrayList<>();
        for (int k = 0; k < subscriptions; k++) {
            filters.add(new Subscription("plant/" + clientId + "/" + k + "/+", 1, false, false, 0, 0));
        }
        return loop.open(new SessionRequest(clientId, true, 3_600, 10, null, 0), new Taking(new Taker(1)))
                .compose(opened -> opened.hold().subscribe(filters).compose(granted -> opened.hold()
                        .close(3_600, SessionHold.WillFate.DISCARD)));
    }

    /** A log that says the same all the time. */
    private static final class BenchLog extends UnusedLog {
        private final Message message;
        private volatile long end = Position.of(1, 0);
        private volatile long retained;
        private volatile Runnable listener = () -> {};

        BenchLog(Message message) {
            this.message = message;
        }

        void grow(int count) {
            long longer = end + count;
            end = longer;
            listener.run();
        }

        long retained() {
            return retained;
        }

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public Future<Void> room() {
            return Future.succeededFuture();
        }

        @Override
        public long durableEnd() {
            return end;
        }

        @Override
        public Runnable onDurable(Runnable wake) {
            listener = wake;
            return () -> listener = () -> {};
        }

        @Override
        public long resumePosition() {
            return 0;
        }

        @Override
        public LogCursor cursor(long from) {
            return new BenchCursor(from);
        }

        @Override
        public void forgetBefore(long position) {}

        @Override
        public void retainFrom(long position) {
            retained = position;
        }

        @Override
        public long recordsBetween(long from, long to) {
            return Math.max(0, to - from);
        }

        private final class BenchCursor implements LogCursor {
            private long next;

            BenchCursor(long from) {
                next = from;
            }

            @Override
            public boolean next() {
                if (next >= end) {
                    return false;
                }
                next++;
                return true;
            }

            @Override
            public long position() {
                return next - 1;
            }

            @Override
            public String lane() {
                return "p\0" + message.topic();
            }

            @Override
            public String topic() {
                return message.topic();
            }

            @Override
            public boolean retain() {
                return message.retain();
            }

            @Override
            public Message message() {
                return message;
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
}
