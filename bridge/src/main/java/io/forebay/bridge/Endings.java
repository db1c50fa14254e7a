package io.forebay.bridge;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Owned by the bridge's thread: how messages were settled that were not just accepted at the first attempt. All others that
 * were settled meanwhile were: so the usual message costs nothing, and can all the same be told about.
 */
final class Endings {
    /** Drops of a share, and what was done by hand, are told by words of their own. */
    static final String GIVEN_UP = "given-up";

    static final String QUARANTINED = "quarantined";
    static final String REDRIVEN = "redriven";
    static final String DISCARDED = "discarded";

    private final int max;
    private final Map<Long, Ending> unusual = new LinkedHashMap<>();
    /** Of what stands before this and is not among the unusual it is not known how it was settled. */
    private long knownFrom;

    /**
     * @param attempts how often it was sent, in this life of the bridge; {@link MessageFate#NOT_KNOWN} if before that
     * @param firstAttemptAtMs milliseconds since 1970, 0 if it was not sent
     * @param lastAttemptAtMs the same
     * @param settledAtMs the same, 0 if it is not known
     */
    record Ending(String outcome, int attempts, long firstAttemptAtMs, long lastAttemptAtMs, long settledAtMs) {}

    /**
     * @param max how many unusual ones are kept in mind
     * @param knownFrom what stands before this may have been settled by an earlier process
     */
    Endings(int max, long knownFrom) {
        this.max = max;
        this.knownFrom = knownFrom;
    }

    /** The last time counts: after a refusal in the middle of a window a message may be settled twice. */
    void add(long position, Ending ending) {
        unusual.put(position, ending);
        if (unusual.size() > max) {
            Iterator<Long> oldest = unusual.keySet().iterator();
            knownFrom = Math.max(knownFrom, oldest.next() + 1);
            oldest.remove();
        }
    }

    /** It went into the quarantine before this start; how it has left that since, if it has, is known already. */
    void addQuarantinedEarlier(long position) {
        if (!unusual.containsKey(position)) {
            add(position, new Ending(QUARANTINED, MessageFate.NOT_KNOWN, 0, 0, 0));
        }
    }

    /** @param settled what is known else of a message that is settled */
    MessageFate tell(MessageFate settled, long position) {
        Ending ending = unusual.get(position);
        if (ending != null) {
            return settled.ended(ending);
        }
        return position >= knownFrom ? settled.ended(new Ending(Outcome.ACCEPTED.name(), 1, 0, 0, 0)) : settled;
    }
}
