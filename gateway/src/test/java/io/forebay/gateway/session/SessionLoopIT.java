package io.forebay.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.gateway.session.Delivery.Publication;
import io.forebay.storage.LogConfig;
import io.forebay.storage.Message;
import io.forebay.storage.chronicle.ChronicleMessageLog;
import io.forebay.storage.state.RocksStateStore;
import io.forebay.storage.state.StateConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The thread of the sessions on the real log and the real store, with real event loops. */
class SessionLoopIT {
    private static final int MESSAGES = 5_000;

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final Context publishing = vertx.getOrCreateContext();
    private final Context subscribing = vertx.getOrCreateContext();
    private final ConcurrentLinkedQueue<Throwable> fatal = new ConcurrentLinkedQueue<>();
    private ChronicleMessageLog log;
    private RocksStateStore store;
    private SessionLoop loop;

    private void open() {
        log = ChronicleMessageLog.open(
                new LogConfig(directory.resolve("log"), 8L << 20, 1L << 30, 0, 1 << 20, 65_536, 64L << 20, 1_000),
                new SimpleMeterRegistry(),
                fatal::add);
        store = RocksStateStore.open(directory.resolve("state"), SessionLoop.TABLES, StateConfig.DEFAULT);
        loop = new SessionLoop(
                log,
                store,
                SessionConfig.DEFAULT,
                new SimpleMeterRegistry(),
                topic -> true,
                System::currentTimeMillis,
                fatal::add);
        loop.start();
    }

    private void close() {
        loop.close();
        store.close();
        log.close();
    }

    @AfterEach
    void stop() throws Exception {
        close();
        await(vertx.close());
        assertEquals(List.of(), List.copyOf(fatal));
    }

    @CanIgnoreReturnValue
    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static <T> Future<T> on(Context context, Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(nothing -> work.get().onComplete(promise));
        return promise.future();
    }

    private Future<?> publish(int from, int to) {
        return on(publishing, () -> {
            List<Future<?>> appended = new ArrayList<>();
            for (int i = from; i < to; i++) {
                appended.add(log.append(new Message(
                        System.currentTimeMillis(),
                        "p",
                        "a/b",
                        1,
                        false,
                        false,
                        4,
                        1,
                        new byte[0],
                        Integer.toString(i).getBytes(StandardCharsets.UTF_8))));
            }
            return Future.all(appended).mapEmpty();
        });
    }

    /** Takes so many and acknowledges each. */
    private final class Taking implements Subscriber {
        private final List<Integer> got = new ArrayList<>();
        private final CountDownLatch all;
        private SessionHold hold;

        Taking(int expected) {
            all = new CountDownLatch(expected);
        }

        Future<?> connect() {
            return on(subscribing, () -> loop.open(new SessionRequest("d", false, 3_600, 100, null, 0), this)
                    .compose(opened -> {
                        hold = opened.hold();
                        return hold.subscribe(List.of(new Subscription("a/+", 1, false, false, 2, 0)));
                    }));
        }

        @Override
        public void deliver(List<Delivery> deliveries) {
            assertTrue(Vertx.currentContext() == subscribing || subscribing.isEventLoopContext());
            for (Delivery delivery : deliveries) {
                Publication publication = (Publication) delivery;
                got.add(Integer.parseInt(new String(publication.payload(), StandardCharsets.UTF_8)));
                hold.acknowledged(publication.packetId());
                all.countDown();
            }
        }

        @Override
        public void overrun(String sentence) {
            fatal.add(new AssertionError(sentence));
        }

        List<Integer> all() throws Exception {
            assertTrue(all.await(60, TimeUnit.SECONDS), "only " + got.size());
            return got;
        }
    }

    @Test
    void messagesArriveInOrderAcrossARestart() throws Exception {
        open();
        Taking device = new Taking(MESSAGES);
        await(device.connect());
        await(publish(0, MESSAGES));
        assertEquals(IntStream.range(0, MESSAGES).boxed().toList(), device.all());

        await(on(subscribing, () -> device.hold.close(3_600, SessionHold.WillFate.DISCARD)));
        await(publish(MESSAGES, 2 * MESSAGES));
        close();
        open();
        Taking again = new Taking(MESSAGES);
        await(again.connect());

        assertEquals(IntStream.range(MESSAGES, 2 * MESSAGES).boxed().toList(), again.all());
    }
}
