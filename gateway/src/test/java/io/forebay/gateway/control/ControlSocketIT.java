package io.forebay.gateway.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketIT {
    private static final int CONNECTIONS_MAX = 3;

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final ControlRoutes routes = new ControlRoutes();

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private Path socket() {
        return directory.resolve("control.sock");
    }

    private String listen(Path socket) throws Exception {
        return await(vertx.deployVerticle(
                new ControlServer(new ControlConfig(Optional.of(socket), CONNECTIONS_MAX, 1), routes)));
    }

    private String refusal(Path socket) {
        ExecutionException refused = assertThrows(ExecutionException.class, () -> listen(socket));
        return assertThrows(ControlException.class, () -> {
                    throw refused.getCause();
                })
                .getMessage();
    }

    /** With busy processors the answer is often there before the thread that asked goes on. */
    @Test
    void everyAnswerIsWholeHoweverQuickItIs() throws Exception {
        JsonObject answer = new JsonObject().put("is", 1);
        routes.on("GET", "/quick", request -> Future.succeededFuture(ControlAnswer.of(answer)));
        listen(socket());
        AtomicBoolean done = new AtomicBoolean();
        for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
            Thread busy = new Thread(() -> {
                while (!done.get()) {
                    Thread.onSpinWait();
                }
            });
            busy.setDaemon(true);
            busy.start();
        }

        try (ControlClient client = new ControlClient(socket())) {
            for (int i = 0; i < 2_000; i++) {
                assertEquals(answer, client.get("/quick", Map.of()));
            }
        } finally {
            done.set(true);
        }
    }

    @Test
    void aRequestIsAnsweredWithWhatItNamed() throws Exception {
        routes.on(
                "POST",
                "/things/{name}/turn",
                request -> Future.succeededFuture(ControlAnswer.of(new JsonObject()
                        .put("turned", request.text("name").orElseThrow())
                        .put("how", request.body().getString("how")))));
        routes.on(
                "GET",
                "/things",
                request -> Future.succeededFuture(
                        ControlAnswer.of(new JsonObject().put("limit", request.number("limit", 7, 1, 10)))));
        listen(socket());

        try (ControlClient client = new ControlClient(socket())) {
            assertEquals(
                    new JsonObject().put("turned", "a/b c").put("how", "over"),
                    client.post(
                            "/things/" + ControlClient.part("a/b c") + "/turn", new JsonObject().put("how", "over")));
            assertEquals(7, client.get("/things", Map.of()).getInteger("limit"));
            assertEquals(3, client.get("/things", Map.of("limit", "3")).getInteger("limit"));
            assertEquals(
                    "limit must be a number from 1 to 10, not '11'.",
                    assertThrows(ControlException.class, () -> client.get("/things", Map.of("limit", "11")))
                            .getMessage());
            assertTrue(assertThrows(ControlException.class, () -> client.get("/nothing", Map.of()))
                    .getMessage()
                    .contains("GET /things"));
        }
    }

    @Test
    void whatFailsInTheGatewayIsToldAndTheNextIsAnswered() throws Exception {
        routes.on("GET", "/bug", request -> {
            throw new IllegalStateException("of ours");
        });
        routes.on("GET", "/torn", request -> {
            AtomicInteger calls = new AtomicInteger();
            return Future.succeededFuture(ControlAnswer.lines(() -> {
                if (calls.getAndIncrement() == 0) {
                    return List.of(new JsonObject().put("n", 1));
                }
                throw new ControlException(ControlException.CONFLICT, "It is gone.");
            }));
        });
        listen(socket());

        try (ControlClient client = new ControlClient(socket())) {
            assertTrue(assertThrows(ControlException.class, () -> client.get("/bug", Map.of()))
                    .getMessage()
                    .contains("of ours"));
            List<JsonObject> lines = new ArrayList<>();
            assertEquals(
                    "It is gone.",
                    assertThrows(ControlException.class, () -> client.lines("/torn", Map.of(), lines::add))
                            .getMessage());
            assertEquals(1, lines.size());
        }
    }

    @Test
    void aListOfAnyLengthIsReadNoFasterThanItIsTaken() throws Exception {
        int pieces = 2_000;
        AtomicInteger given = new AtomicInteger();
        CountDownLatch closed = new CountDownLatch(1);
        String filling = "x".repeat(1_000);
        routes.on(
                "GET",
                "/list",
                request -> Future.succeededFuture(ControlAnswer.lines(new ControlLines() {
                    @Override
                    public List<JsonObject> next() {
                        int piece = given.getAndIncrement();
                        return IntStream.range(0, piece < pieces ? 10 : 0)
                                .mapToObj(n -> new JsonObject()
                                        .put("n", 10 * piece + n)
                                        .put("filling", filling))
                                .toList();
                    }

                    @Override
                    public void close() {
                        closed.countDown();
                    }
                })));
        listen(socket());

        List<Integer> taken = new ArrayList<>();
        AtomicInteger givenAtTheFirst = new AtomicInteger();
        try (ControlClient client = new ControlClient(socket())) {
            client.lines("/list", Map.of(), line -> {
                if (taken.isEmpty()) {
                    // Whatever the buffers of the sockets take, it is far from all: 20 MB.
                    assertThrows(AssertionError.class, () -> awaitCount(given, pieces, 300));
                    givenAtTheFirst.set(given.get());
                }
                taken.add(line.getInteger("n"));
            });
        }

        assertEquals(IntStream.range(0, 10 * pieces).boxed().toList(), taken);
        assertTrue(givenAtTheFirst.get() < pieces / 2, "read ahead: " + givenAtTheFirst);
        assertTrue(closed.await(60, TimeUnit.SECONDS));
    }

    private static void awaitCount(AtomicInteger count, int wanted, long patienceMs) {
        long giveUpAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMs);
        while (count.get() < wanted) {
            if (System.nanoTime() > giveUpAt) {
                throw new AssertionError(count + " of " + wanted);
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void nobodyButTheOwnerMayConnect() throws Exception {
        listen(socket());

        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())));
        try (var files = Files.list(directory)) {
            assertEquals(List.of(socket()), files.toList(), "what it was made in is gone");
        }
    }

    @Test
    void theFileGoesWithTheServerAndAStaleOneIsReplaced() throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket()));
        }
        assertTrue(Files.exists(socket()), "left behind");
        assertTrue(assertThrows(ControlException.class, () -> ask(socket())).isNobodyThere());

        String id = listen(socket());
        assertThrows(ControlException.class, () -> ask(socket())); // Answered: it knows nothing.
        await(vertx.undeploy(id));

        assertFalse(Files.exists(socket()));
    }

    private static void ask(Path socket) {
        try (ControlClient client = new ControlClient(socket)) {
            client.get("/", Map.of());
        }
    }

    @Test
    void whatIsNotAStaleSocketIsNotReplaced() throws Exception {
        Path file = Files.writeString(directory.resolve("notes"), "dear to somebody");
        assertTrue(refusal(file).contains("a file that is none"));
        assertEquals("dear to somebody", Files.readString(file));

        listen(socket());
        assertTrue(refusal(socket()).contains("Another process"));
    }

    @Test
    void aPathThatIsTooLongIsOneSentence() {
        Path socket = directory.resolve("d".repeat(100)).resolve("control.sock");

        String sentence = refusal(socket);

        assertTrue(sentence.contains("100 bytes") && sentence.contains("control.socket"), sentence);
        assertFalse(Files.exists(socket.getParent()));
    }

    @Test
    void withoutAGatewayTheCommandSaysSo() {
        ControlException nobody = assertThrows(ControlException.class, () -> ask(socket()));

        assertTrue(nobody.isNobodyThere());
        assertTrue(nobody.getMessage().startsWith("No gateway runs on this data directory"), nobody.getMessage());
    }

    @Test
    void connectionsBeyondTheLimitAreTurnedAwayAndTheOthersGoOn() throws Exception {
        routes.on("GET", "/", request -> Future.succeededFuture(ControlAnswer.of(new JsonObject().put("here", true))));
        listen(socket());
        List<SocketChannel> channels = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS_MAX; i++) {
                channels.add(SocketChannel.open(UnixDomainSocketAddress.of(socket())));
                assertTrue(answers(channels.get(i)));
            }
            channels.add(SocketChannel.open(UnixDomainSocketAddress.of(socket())));
            assertFalse(answers(channels.get(CONNECTIONS_MAX)));
            assertTrue(answers(channels.get(0)));
        } finally {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }

    private static boolean answers(SocketChannel channel) {
        try {
            channel.write(
                    ByteBuffer.wrap("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer bytes = ByteBuffer.allocate(1_000);
            String answer = "";
            while (!answer.endsWith("}\n")) { // All of it, or the next answer would begin with the rest.
                if (channel.read(bytes) < 0) {
                    return false;
                }
                answer = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
            }
            return answer.startsWith("HTTP/1.1 200");
        } catch (IOException turnedAway) {
            return false;
        }
    }
}
