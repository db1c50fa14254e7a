package io.forebay.gateway.session;

import io.forebay.gateway.session.FateListener.Fate;
import io.forebay.storage.Message;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of which somebody wants to know what became of them, and what is to be told after the next commit. In memory
 * only. Owned by the thread forebay-sessions.
 */
final class Watches {
    private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

    private record Told(long arrivedAtMs, int number, Fate fate) {}

    private final SessionMeters meters;
    private FateListener listener;
    private int copiesMax;
    private int copies;

    /** Of which the last copy may have gone in this turn. */
    private final List<Watch> doubtful = new ArrayList<>();

    private final List<Told> leaving = new ArrayList<>();

    Watches(SessionMeters meters) {
        this.meters = meters;
    }

    /** @param max how many copies in queues are watched */
    void start(FateListener whom, int max) {
        listener = whom;
        copiesMax = max;
    }

    /** Whether anybody wants to know anything. */
    boolean isAsked() {
        return listener != null;
    }

    /** Null if nobody wants to know of this one. */
    Watch of(Message message) {
        if (!isWatched(message)) {
            return null;
        }
        Watch watch = new Watch(this, message.arrivedAtMs(), message.packetId());
        doubtful.add(watch); // It may find no queue at all.
        return watch;
    }

    private boolean isWatched(Message message) {
        return isAsked() && message.fromAmqp() && message.packetId() != 0;
    }

    /** Nobody has subscribed to it. */
    void unwanted(Message message) {
        if (isWatched(message)) {
            leaving.add(new Told(message.arrivedAtMs(), message.packetId(), Fate.UNWANTED));
        }
    }

    /** @return whether this copy can be watched */
    boolean take() {
        if (copies == copiesMax) {
            meters.unwatched();
            return false;
        }
        copies++;
        return true;
    }

    void giveBack() {
        copies--;
    }

    void doubt(Watch watch) {
        doubtful.add(watch);
    }

    void tell(Watch watch, Fate fate) {
        leaving.add(new Told(watch.arrivedAtMs(), watch.number(), fate));
    }

    /** The turn is over, and what it has changed is in the store. */
    void dispatch() {
        doubtful.forEach(Watch::tellIfGone);
        doubtful.clear();
        for (Told told : leaving) {
            try {
                listener.onFate(told.arrivedAtMs(), told.number(), told.fate());
            } catch (RuntimeException bug) {
                LOG.error("Whoever wants to know what became of a message failed over it", bug);
            }
        }
        leaving.clear();
    }
}
