package io.forebay.gateway.session;

/** Gives sessions, groups and wills their numbers, each once. Owned by the thread forebay-sessions. */
final class Numbers {
    private long next;
    private long stored;

    Numbers(long next) {
        this.next = next;
        this.stored = next;
    }

    long take() {
        return next++;
    }

    /** With the batch of every turn: what a number names is stored no sooner than that the number is taken. */
    void store(Turn turn) {
        if (next != stored && turn.hasChanges()) {
            turn.put(Tables.DELIVERY, Tables.NUMBER, Tables.number(next));
            stored = next;
        }
    }
}
