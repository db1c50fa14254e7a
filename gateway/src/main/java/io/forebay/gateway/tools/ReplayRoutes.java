package io.forebay.gateway.tools;

import io.forebay.bridge.BridgeConfig;
import io.forebay.bridge.ReplayRequest;
import io.forebay.bridge.ReplaySelection;
import io.forebay.bridge.ReplayStatus;
import io.forebay.bridge.Replays;
import io.forebay.gateway.control.ControlAnswer;
import io.forebay.gateway.control.ControlException;
import io.forebay.gateway.control.ControlRequest;
import io.forebay.gateway.control.ControlRoutes;
import io.forebay.storage.Position;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What {@code forebay replay} asks the gateway. Any thread. */
public final class ReplayRoutes {
    private final Replays replays;
    private final Vertx vertx;

    /** @param vertx whose workers begin a replay, which takes a moment */
    public ReplayRoutes(Replays replays, Vertx vertx) {
        this.replays = replays;
        this.vertx = vertx;
    }

    public void register(ControlRoutes routes) {
        routes.on("POST", "/replays", this::start)
                .on("GET", "/replays", request -> Future.succeededFuture(list()))
                .on(
                        "GET",
                        "/replays/{id}",
                        request -> Future.succeededFuture(
                                ControlAnswer.of(json(known(replays.find(id(request)), id(request))))))
                .on("DELETE", "/replays/{id}", request -> replays.cancel(id(request))
                        .map(status -> ControlAnswer.of(json(known(status, id(request))))));
    }

    private static String id(ControlRequest request) {
        return request.text("id").orElse("");
    }

    private static ReplayStatus known(Optional<ReplayStatus> status, String id) {
        return status.orElseThrow(() -> new ControlException(
                ControlException.NOT_FOUND,
                "There is no replay " + id + ", or it was forgotten: a gateway remembers a hundred, and none of before"
                        + " its start."));
    }

    private Future<ControlAnswer> start(ControlRequest request) {
        return vertx.executeBlocking(
                () -> {
                    try {
                        return ControlAnswer.of(json(replays.start(request(request.body()))));
                    } catch (IllegalArgumentException | ClassCastException wrong) {
                        throw refusal(ControlException.BAD_REQUEST, wrong);
                    } catch (IllegalStateException notNow) {
                        throw refusal(ControlException.CONFLICT, notNow);
                    }
                },
                false);
    }

    private static ControlException refusal(int status, RuntimeException why) {
        return new ControlException(status, "The replay is not begun: " + why.getMessage() + ".");
    }

    private static ReplayRequest request(JsonObject asked) {
        ReplaySelection selection = new ReplaySelection(
                Optional.ofNullable(asked.getString("clientId")),
                Optional.ofNullable(asked.getString("topic")),
                Optional.ofNullable(asked.getString("route")),
                asked.getLong("fromMs", Long.MIN_VALUE),
                asked.getLong("toMs", Long.MAX_VALUE),
                position(asked.getString("fromPosition"), Position.START),
                position(asked.getString("toPosition"), Long.MAX_VALUE));
        return new ReplayRequest(
                selection,
                asked.getString("into", ""),
                asked.getString("target", BridgeConfig.DEFAULT_TARGET),
                asked.getInteger("rate", 0),
                asked.getBoolean("dryRun", false));
    }

    private static long position(String text, long otherwise) {
        return text == null ? otherwise : Position.parse(text);
    }

    private ControlAnswer list() {
        Iterator<ReplayStatus> all = replays.list().iterator();
        return ControlAnswer.lines(() -> all.hasNext() ? List.of(json(all.next())) : List.of());
    }

    private static JsonObject json(ReplayStatus status) {
        ReplayRequest what = status.what();
        JsonObject json = new JsonObject()
                .put("id", status.id())
                .put("state", status.state().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("dryRun", what.dryRun())
                .put("into", what.address())
                .put("target", what.target())
                .put("messages", status.selected())
                .put("bytes", status.bytes())
                .put("oldestMs", status.oldestMs())
                .put("newestMs", status.newestMs())
                .put("settled", status.settled())
                .put("rejected", status.rejected())
                .put("position", Position.text(status.position()))
                .put("end", Position.text(status.end()))
                .put("logBeginsAt", Position.text(status.logBeginsAt()))
                .put("gaps", status.gaps())
                .put("startedAtMs", status.startedAtMs())
                .put("endedAtMs", status.endedAtMs())
                .put("trouble", status.trouble());
        what.selection().clientId().ifPresent(id -> json.put("clientId", id));
        what.selection().topicFilter().ifPresent(filter -> json.put("topic", filter));
        what.selection().route().ifPresent(route -> json.put("route", route));
        return json;
    }
}
