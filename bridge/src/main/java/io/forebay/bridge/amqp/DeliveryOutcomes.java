package io.forebay.bridge.amqp;

import io.forebay.bridge.Outcome;
import java.util.Optional;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Modified;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.amqp.transaction.TransactionalState;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;

/** What a delivery state of the peer means for a lane. */
public final class DeliveryOutcomes {
    static final String NO_CONDITION = "no condition given";

    private static final Optional<Outcome> ACCEPTED = Optional.of(Outcome.ACCEPTED);
    private static final Outcome NONE_GIVEN = new Outcome.Returned("settled without outcome");
    private static final Outcome OUTSIDE = new Outcome.Returned("accepted outside of its transaction");
    private static final Outcome UNKNOWN = new Outcome.Returned("unknown outcome");

    private DeliveryOutcomes() {}

    /** @return empty if the peer has not decided yet */
    static Optional<Outcome> of(DeliveryState state, boolean settled) {
        if (state instanceof Accepted) {
            return ACCEPTED;
        }
        if (state instanceof Rejected rejected) {
            return Optional.of(rejected(rejected.getError()));
        }
        if (state instanceof Released) {
            return Optional.of(Outcome.RELEASED);
        }
        if (state instanceof Modified) {
            return Optional.of(Outcome.MODIFIED);
        }
        if (!settled) {
            return Optional.empty();
        }
        return Optional.of(state == null ? NONE_GIVEN : UNKNOWN);
    }

    /**
     * The provisional outcome of a transfer within a transaction. Accepted outside of it is a refusal: to commit would not
     * make it part of it.
     */
    static Optional<Outcome> ofTransactional(DeliveryState state, boolean settled) {
        if (state instanceof TransactionalState transactional) {
            return of((DeliveryState) transactional.getOutcome(), settled);
        }
        return state instanceof Accepted ? Optional.of(OUTSIDE) : of(state, settled);
    }

    private static Outcome rejected(ErrorCondition error) {
        if (error == null || error.getCondition() == null) {
            return new Outcome.Rejected(NO_CONDITION, "");
        }
        String description = error.getDescription() == null ? "" : error.getDescription();
        return new Outcome.Rejected(error.getCondition().toString(), description);
    }

    /** An error condition as words. */
    public static String words(ErrorCondition error) {
        if (error == null || error.getCondition() == null) {
            return "no reason given";
        }
        return error.getDescription() == null
                ? error.getCondition().toString()
                : error.getCondition() + ": " + error.getDescription();
    }
}
