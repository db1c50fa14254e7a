package io.forebay.bridge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Lets messages of the quarantine go again, one after the other, over connections of its own: what is wrong with one of
 * them is felt by nobody else. Owned by the bridge's thread; {@link #send} and {@link #close} may be called from any.
 *
 * <p>A message goes where the routes of now send it, with the message-id and number that it had, and a mark. It knows nothing
 * of the live messages of its lane, which have gone past it long ago.
 */
public final class Redrive implements AutoCloseable {
    /** What became of it. */
    public enum Ending {
        ACCEPTED,
        /** It is at fault still. */
        REJECTED,
        /** It cannot be taken now, as when an address is full. */
        RETURNED,
        EXPIRED,
        /** No route takes it. */
        UNROUTED
    }

    /**
     * How it went.
     *
     * @param condition AMQP error condition or a word of our own; empty if it was accepted
     */
    public record Result(Ending ending, String address, String condition, String description) {}

    private final Uplink.Loop loop;
    private final Routes routing;
    private final long patienceMs;
    private final Function<String, Peer> peers;
    private final Map<String, RedriveLine> lines = new HashMap<>();
    private boolean closed;

    /**
     * @param patienceMs how long one message may take
     * @param peers makes a connection to a target; called on the bridge's thread
     */
    Redrive(Uplink.Loop loop, Routes routing, long patienceMs, Function<String, Peer> peers) {
        this.loop = loop;
        this.routing = routing;
        this.patienceMs = patienceMs;
        this.peers = peers;
    }

    /**
     * Sends one; not before the last one has ended.
     *
     * @return fails with a sentence if the broker cannot be asked
     */
    public Future<Result> send(QuarantinedMessage kept) {
        Promise<Result> ended = Promise.promise();
        loop.run(() -> Future.<Future<Result>>future(begun -> begun.complete(begin(kept)))
                .compose(result -> result)
                .onComplete(ended));
        return ended.future();
    }

    private Future<Result> begin(QuarantinedMessage kept) {
        if (closed) {
            return Future.failedFuture("it is over");
        }
        Routes.Place place = routing.place(routing.key(
                kept.message().clientId(),
                kept.message().username(),
                kept.message().topic()));
        if (place == null) {
            return Future.succeededFuture(new Result(Ending.UNROUTED, "", "unrouted", "no route takes it now"));
        }
        RedriveLine line =
                lines.computeIfAbsent(place.target(), target -> new RedriveLine(peers.apply(target), loop, patienceMs));
        return line.send(Entry.redriven(kept, System.currentTimeMillis()), place.address(), place.options())
                .map(outcome -> result(outcome, place.address()));
    }

    private static Result result(Outcome outcome, String address) {
        if (outcome == Outcome.ACCEPTED) {
            return new Result(Ending.ACCEPTED, address, "", "");
        }
        Ending ending =
                switch (outcome.next()) {
                    case ADVANCE -> Ending.EXPIRED;
                    case RETRY -> Ending.RETURNED;
                    case JUDGE -> Ending.REJECTED;
                };
        return new Result(ending, address, Refusals.condition(outcome), Refusals.description(outcome));
    }

    /** What is on its way fails. */
    @Override
    public void close() {
        loop.run(() -> {
            closed = true;
            lines.values().forEach(RedriveLine::close);
            lines.clear();
        });
    }
}
