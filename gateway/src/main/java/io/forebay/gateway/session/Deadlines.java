package io.forebay.gateway.session;

import java.util.TreeSet;

/**
 * What happens at a time: sessions that expire, wills that become due. Only what is due is looked at. Owned by the thread
 * forebay-sessions.
 */
final class Deadlines {
    private final TreeSet<Deadline> waiting = new TreeSet<>();
    private long made;

    /** One thing that happens at most once at a time; it may be set again. */
    static final class Deadline implements Comparable<Deadline> {
        private final long id;
        private final Runnable action;
        private long dueMs;
        private boolean set;

        private Deadline(long id, Runnable action) {
            this.id = id;
            this.action = action;
        }

        @Override
        public int compareTo(Deadline other) {
            int byTime = Long.compare(dueMs, other.dueMs);
            return byTime != 0 ? byTime : Long.compare(id, other.id);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(id);
        }
    }

    Deadline make(Runnable action) {
        return new Deadline(made++, action);
    }

    /** Sets it, or moves it. */
    void set(Deadline deadline, long dueMs) {
        clear(deadline);
        deadline.dueMs = dueMs;
        deadline.set = waiting.add(deadline);
    }

    /** Nothing happens, if it is set. */
    void clear(Deadline deadline) {
        if (deadline.set) {
            waiting.remove(deadline);
            deadline.set = false;
        }
    }

    /** Does what is due. @return how many */
    int run(long nowMs, int max) {
        int done = 0;
        while (done < max && nextMs() <= nowMs) {
            Deadline due = waiting.pollFirst();
            due.set = false;
            due.action.run();
            done++;
        }
        return done;
    }

    /** When the next one is due. */
    long nextMs() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.first().dueMs;
    }
}
