package io.forebay.gateway.session;

import io.forebay.storage.state.StateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when a turn is committed, and does it: the batch with the position in the log, then what leaves. Owned by the thread
 * forebay-sessions.
 *
 * <p>Without space on the disk the batch stays as it is until there is some: memory and store do not come apart.
 */
final class Commits {
    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

    /** The log's segments are needed until what was made of them is durable. */
    private static final long DURABLE_EVERY_MS = 1_000;

    private final Turn turn;
    private final LogReader reader;
    private final Retained retained;
    private final Numbers numbers;
    private boolean stuck;
    private String lastFault = "";
    private long durableAtMs;

    Commits(Turn turn, LogReader reader, Retained retained, Numbers numbers) {
        this.turn = turn;
        this.reader = reader;
        this.retained = retained;
        this.numbers = numbers;
    }

    /** Commits this turn if it has to be, and lets go what leaves with it. */
    void endTurn() {
        if (turn.isBehindDisk() && turn.nowMs() - durableAtMs >= DURABLE_EVERY_MS) {
            turn.mustBeDurable();
        }
        if (turn.hasChanges() || turn.isDurable() || reader.isCommitDue(turn.nowMs())) {
            commit();
        } else {
            turn.dispatch();
        }
    }

    /** Commits and tells; or, without space, leaves everything as it is for the next attempt. */
    void commit() {
        if (!stuck) {
            reader.store(turn);
            numbers.store(turn);
        }
        boolean durable = turn.isDurable();
        long began = System.nanoTime();
        try {
            turn.commit();
        } catch (StateException cause) {
            if (!cause.isNoSpace()) {
                throw cause;
            }
            becomeStuck(cause);
            return;
        }
        turn.meters().committed(System.nanoTime() - began);
        if (stuck) {
            stuck = false;
            LOG.info("The state of sessions can be written again");
        }
        if (durable) {
            durableAtMs = turn.nowMs();
        }
        reader.committed(durable, turn.nowMs());
        retained.committed();
        turn.dispatch();
    }

    private void becomeStuck(StateException cause) {
        if (!stuck) {
            LOG.warn(
                    "There is no space for the state of sessions, delivery to subscribers waits [cause={}]",
                    cause.getMessage());
        }
        stuck = true;
        lastFault = cause.getMessage();
    }

    /** Whether the last commit failed for want of space, and is to be tried again before anything else. */
    boolean isStuck() {
        return stuck;
    }

    /** Empty if there was none. */
    String lastFault() {
        return lastFault;
    }
}
