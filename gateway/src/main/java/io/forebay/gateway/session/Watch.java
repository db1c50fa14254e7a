package io.forebay.gateway.session;

import io.forebay.gateway.session.FateListener.Fate;

/**
 * One message of which somebody wants to know what became of it, over all queues that have a copy. Owned by the thread
 * forebay-sessions.
 */
final class Watch {
    private final Watches watches;
    private final long arrivedAtMs;
    private final int number;
    private int copies;
    private boolean isTold;

    /** There are copies that are not watched, so nobody can say that all are gone. */
    private boolean isUnsure;

    Watch(Watches watches, long arrivedAtMs, int number) {
        this.watches = watches;
        this.arrivedAtMs = arrivedAtMs;
        this.number = number;
    }

    long arrivedAtMs() {
        return arrivedAtMs;
    }

    int number() {
        return number;
    }

    /** One more queue has it. @return whether {@link #leaves} is to be called for it */
    boolean enters() {
        boolean taken = !isTold && watches.take();
        isUnsure |= !taken;
        copies += taken ? 1 : 0;
        return taken;
    }

    /** A queue has done with it, or hands it to another one in this turn. */
    void leaves() {
        watches.giveBack();
        copies--;
        if (copies == 0 && !isTold) {
            watches.doubt(this);
        }
    }

    void acknowledged() {
        tell(Fate.ACKNOWLEDGED);
    }

    /** At the end of a turn, when what has left one queue for another has entered that. */
    void tellIfGone() {
        if (copies == 0 && !isUnsure) {
            tell(Fate.GONE);
        }
    }

    private void tell(Fate fate) {
        if (!isTold) {
            isTold = true;
            watches.tell(this, fate);
        }
    }
}
