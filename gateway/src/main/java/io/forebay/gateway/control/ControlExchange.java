package io.forebay.gateway.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer. Owned by the event loop of the control server. */
final class ControlExchange {
    private static final Logger LOG = LoggerFactory.getLogger(ControlExchange.class);

    static final String JSON = "application/json";
    static final String NDJSON = "application/x-ndjson";
    /** The one field of an object that says why something was not done. */
    static final String ERROR = "error";

    private static final int BODY_BYTES_MAX = 64 << 10;
    private static final int TOO_LARGE = 413;
    private static final int BUG = 500;

    private final Vertx vertx;
    private final ControlRoutes routes;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Buffer body = Buffer.buffer();
    private boolean tooLarge;

    ControlExchange(Vertx vertx, ControlRoutes routes, HttpServerRequest request) {
        this.vertx = vertx;
        this.routes = routes;
        this.request = request;
        this.response = request.response();
    }

    void begin() {
        response.exceptionHandler(gone -> {});
        request.exceptionHandler(gone -> {});
        request.handler(this::onBytes);
        request.endHandler(end -> perform().onComplete(this::answer, this::refuse));
    }

    private void onBytes(Buffer more) {
        tooLarge |= body.length() + more.length() > BODY_BYTES_MAX;
        if (!tooLarge) {
            body.appendBuffer(more);
        }
    }

    private Future<ControlAnswer> perform() {
        try {
            if (tooLarge) {
                throw new ControlException(TOO_LARGE, "What was sent is larger than " + BODY_BYTES_MAX + " bytes.");
            }
            ControlRoutes.Match match = routes.find(request.method().name(), request.path());
            Map<String, String> names = new HashMap<>();
            request.params().forEach(param -> names.put(param.getKey(), param.getValue()));
            names.putAll(match.names());
            return match.route().on(new ControlRequest(Map.copyOf(names), object()));
        } catch (RuntimeException refusal) {
            return Future.failedFuture(refusal);
        }
    }

    private JsonObject object() {
        try {
            return body.length() == 0 ? new JsonObject() : body.toJsonObject();
        } catch (DecodeException | ClassCastException other) {
            throw new ControlException(ControlException.BAD_REQUEST, "What was sent is no JSON object.", other);
        }
    }

    private void answer(ControlAnswer answer) {
        if (answer instanceof ControlAnswer.One one) {
            end(200, one.object());
        } else if (answer instanceof ControlAnswer.Lines lines) {
            response.putHeader("content-type", NDJSON).setChunked(true);
            sendMore(lines.source());
        }
    }

    private void sendMore(ControlLines lines) {
        vertx.executeBlocking(() -> encoded(lines), false)
                .compose(piece -> piece.length() == 0
                        ? finish(lines, response.end())
                        : response.write(piece).onSuccess(taken -> sendMore(lines)))
                .onFailure(fault -> {
                    finish(lines, Future.succeededFuture());
                    if (!response.closed()) {
                        response.end(line(new JsonObject().put(ERROR, sentence(fault))))
                                .onFailure(gone -> {});
                    }
                });
    }

    private static Buffer encoded(ControlLines lines) {
        Buffer piece = Buffer.buffer();
        lines.next().forEach(object -> piece.appendBuffer(line(object)));
        return piece;
    }

    private Future<Void> finish(ControlLines lines, Future<Void> end) {
        vertx.executeBlocking(
                        () -> {
                            lines.close();
                            return null;
                        },
                        false)
                .onFailure(bug -> LOG.warn("What gave the lines of an answer does not close", bug));
        return end;
    }

    private static Buffer line(JsonObject object) {
        return object.toBuffer().appendByte((byte) '\n');
    }

    private void refuse(Throwable fault) {
        int status = fault instanceof ControlException refusal ? refusal.status() : BUG;
        end(status, new JsonObject().put(ERROR, sentence(fault)));
    }

    private String sentence(Throwable fault) {
        if (fault instanceof ControlException refusal) {
            return refusal.getMessage();
        }
        LOG.error("A request on the control socket failed [path={}]", request.path(), fault);
        return "Something went wrong in the gateway that should not, its log says more: " + fault;
    }

    private void end(int status, JsonObject object) {
        response.setStatusCode(status)
                .putHeader("content-type", JSON)
                .end(line(object))
                .onFailure(gone -> {}); // The asker has left.
    }
}
