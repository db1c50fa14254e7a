package io.forebay.gateway.security;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;

/**
 * Asks one authenticator after the other until one of them accepts or refuses; whom none takes for its own is refused.
 * Immutable.
 */
public final class AuthenticationChain {
    private static final Verdict NOTHING_SHOWN =
            new Verdict.Refused(Verdict.Why.NOT_AUTHORIZED, "the device has not shown who it is");

    private final List<Authenticator> authenticators;
    private final AuthenticationMeters meters;

    public AuthenticationChain(List<Authenticator> authenticators, AuthenticationMeters meters) {
        this.authenticators = List.copyOf(authenticators);
        this.meters = meters;
    }

    /**
     * Called on the event loop of this context.
     *
     * @return succeeds there, with what is not {@link Verdict.NotMine}; at once if nothing had to be waited for
     */
    public Future<Verdict> authenticate(Proof proof, Context context) {
        return ask(0, proof, context);
    }

    private Future<Verdict> ask(int index, Proof proof, Context context) {
        if (index == authenticators.size()) {
            return Future.succeededFuture(
                    meters.counted("nobody", proof.hasPassword() ? Verdict.WRONG : NOTHING_SHOWN));
        }
        Authenticator authenticator = authenticators.get(index);
        return on(context, authenticator.authenticate(proof))
                .otherwise(fault -> Verdict.unavailable(authenticator.name() + " cannot be asked"))
                .compose(verdict -> verdict instanceof Verdict.NotMine
                        ? ask(index + 1, proof, context)
                        : Future.succeededFuture(meters.counted(authenticator.name(), verdict)));
    }

    /** What others complete on threads of their own goes on where the connection is. */
    private static Future<Verdict> on(Context context, Future<Verdict> answer) {
        if (answer.isComplete()) {
            return answer;
        }
        Promise<Verdict> here = Promise.promise();
        answer.onComplete(done -> context.runOnContext(turn -> here.handle(done)));
        return here.future();
    }
}
