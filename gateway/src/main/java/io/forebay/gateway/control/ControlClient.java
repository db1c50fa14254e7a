package io.forebay.gateway.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.parsetools.RecordParser;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Asks the gateway that runs on a data directory. Its methods block their caller, which is a command's main thread, and throw
 * {@link ControlException} with a sentence for whoever typed the command.
 */
public final class ControlClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int LINE_BYTES_MAX = 256 << 20;
    /** How many lines may have been read and not yet been taken. */
    private static final int LINES_AHEAD = 64;

    private final Path socket;
    private final Vertx vertx;
    private final HttpClientAgent http;

    /** @param socket of the gateway */
    public ControlClient(Path socket) {
        this.socket = socket;
        if (!Files.exists(socket)) {
            throw nobody("there is no " + socket, null);
        }
        vertx = Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
        http = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(5_000));
    }

    public JsonObject get(String path, Map<String, String> query) {
        return ask(HttpMethod.GET, path, query, new JsonObject());
    }

    public JsonObject post(String path, JsonObject body) {
        return ask(HttpMethod.POST, path, Map.of(), body);
    }

    public JsonObject delete(String path, Map<String, String> query) {
        return ask(HttpMethod.DELETE, path, query, new JsonObject());
    }

    private JsonObject ask(HttpMethod method, String path, Map<String, String> query, JsonObject body) {
        return await(
                send(method, path, query, body, response -> response.body().map(answer -> checked(response, answer))));
    }

    private static JsonObject checked(HttpClientResponse response, Buffer answer) {
        JsonObject object = answer.toJsonObject();
        if (response.statusCode() != 200) {
            throw new ControlException(response.statusCode(), object.getString(ControlExchange.ERROR));
        }
        return object;
    }

    /** Gives each line of a list to {@code each} as it comes; what is not taken yet waits in the gateway. */
    public void lines(String path, Map<String, String> query, Consumer<JsonObject> each) {
        lines(HttpMethod.GET, path, query, new JsonObject(), each);
    }

    /** The same, of what is done meanwhile. */
    public void postLines(String path, JsonObject body, Consumer<JsonObject> each) {
        lines(HttpMethod.POST, path, Map.of(), body, each);
    }

    private void lines(
            HttpMethod method, String path, Map<String, String> query, JsonObject body, Consumer<JsonObject> each) {
        BlockingQueue<Optional<JsonObject>> read = new LinkedBlockingQueue<>();
        RecordParser parser = await(send(
                method,
                path,
                query,
                body,
                response -> response.statusCode() == 200
                        ? Future.succeededFuture(parser(response, read))
                        : response.body().map(answer -> {
                            checked(response, answer);
                            return null;
                        })));
        try {
            for (Optional<JsonObject> line = read.take(); line.isPresent(); line = read.take()) {
                if (line.get().containsKey(ControlExchange.ERROR) && line.get().size() == 1) {
                    throw new ControlException(
                            ControlException.CONFLICT, line.get().getString(ControlExchange.ERROR));
                }
                each.accept(line.get());
                vertx.runOnContext(taken -> parser.fetch(1)); // There is one event loop: it is the parser's.
            }
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private static RecordParser parser(HttpClientResponse response, BlockingQueue<Optional<JsonObject>> read) {
        RecordParser parser = RecordParser.newDelimited("\n", response).maxRecordSize(LINE_BYTES_MAX);
        parser.pause();
        parser.exceptionHandler(fault -> {
            read.add(Optional.of(new JsonObject()
                    .put(ControlExchange.ERROR, "The gateway broke off in the middle of its answer: " + fault)));
        });
        parser.handler(line -> read.add(Optional.of(line.toJsonObject())));
        parser.endHandler(end -> read.add(Optional.empty()));
        parser.fetch(LINES_AHEAD);
        return parser;
    }

    /** @param read called on the event loop as soon as there is a response: what nobody listens to then is gone */
    private <T> Future<T> send(
            HttpMethod method,
            String path,
            Map<String, String> query,
            JsonObject body,
            Function<HttpClientResponse, Future<T>> read) {
        RequestOptions options = new RequestOptions()
                .setServer(SocketAddress.domainSocketAddress(socket.toString()))
                .setHost("localhost")
                .setMethod(method)
                .setURI(path + encoded(query));
        return http.request(options)
                .recover(fault -> Future.failedFuture(nobody("nobody listens on " + socket, fault)))
                .compose(request -> (body.isEmpty() ? request.send() : request.send(body.toBuffer())).compose(read));
    }

    private static String encoded(Map<String, String> query) {
        return query.isEmpty()
                ? ""
                : query.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + part(entry.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    /** A text as a part of a path or a query. */
    public static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static ControlException nobody(String why, Throwable cause) {
        return new ControlException(
                ControlException.NOBODY,
                "No gateway runs on this data directory, " + why
                        + " (--data-dir, --socket, and control.socket of the gateway say where).",
                cause);
    }

    private <T> T await(Future<T> answer) {
        try {
            return answer.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException fault) {
            if (fault.getCause() instanceof ControlException refusal) {
                throw refusal;
            }
            throw new ControlException(
                    ControlException.NOBODY, "The gateway broke off its answer: " + fault.getCause(), fault.getCause());
        } catch (TimeoutException silent) {
            throw new ControlException(
                    ControlException.NOBODY,
                    "The gateway has not answered for " + PATIENCE.toMinutes() + " minutes.",
                    silent);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private static ControlException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new ControlException(ControlException.NOBODY, "It was interrupted.", cause);
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
