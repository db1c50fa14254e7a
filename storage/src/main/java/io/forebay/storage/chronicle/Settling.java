package io.forebay.storage.chronicle;

import io.forebay.storage.LogException;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what a commit settles, and settles it with one task for each event loop, in the order of the calls. Owned by
 * the log's writer thread.
 */
final class Settling {
    private static final Logger LOG = LoggerFactory.getLogger(Settling.class);

    private final IdentityHashMap<ContextInternal, Group> groups = new IdentityHashMap<>();
    private Group last;
    private int count;
    private long bytes;

    /** Those of one context, linked through the submissions. */
    private static final class Group {
        final ContextInternal context;
        /** What is to be told before the sync; a list of its own, since the links change hands with the sync. */
        final List<Submission<?>> onWritten = new ArrayList<>();

        Submission<?> first;
        Submission<?> newest;

        Group(ContextInternal context, Submission<?> first) {
            this.context = context;
            this.first = first;
            this.newest = first;
        }

        /** Runs on the context, or on the writer thread if there is none. */
        void settle() {
            for (Submission<?> s = first; s != null; ) {
                Submission<?> next = s.next;
                s.next = null;
                settle(s);
                s = next;
            }
        }

        private static void settle(Submission<?> submission) {
            guarded(submission::settle);
        }

        private static void guarded(Runnable handler) {
            try {
                handler.run();
            } catch (Throwable bug) {
                // A handler that throws must not keep the others from their outcome.
                LOG.error("A handler of the log's outcome failed", bug);
            }
        }

        void tellWritten() {
            if (onWritten.isEmpty()) {
                return;
            }
            List<Runnable> told =
                    onWritten.stream().map(Submission::takeOnWritten).toList();
            onWritten.clear();
            run(() -> told.forEach(Group::guarded));
        }

        private void run(Runnable work) {
            if (context == null) {
                work.run();
                return;
            }
            try {
                context.runOnContext(nothing -> work.run());
            } catch (RuntimeException loopIsGone) {
                // Vert.x is closed: nobody waits on that loop any more.
                LOG.warn("The outcome of appends cannot be told, their event loop has ended", loopIsGone);
            }
        }
    }

    void add(Submission<?> submission) {
        submission.next = null;
        count++;
        bytes += submission.bytes();
        if (last == null || last.context != submission.context) {
            last = groups.get(submission.context);
        }
        if (last == null) {
            last = new Group(submission.context, submission);
            groups.put(submission.context, last);
        } else {
            last.newest.next = submission;
            last.newest = submission;
        }
        if (submission.wantsWritten()) {
            last.onWritten.add(submission);
        }
    }

    int count() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    /** Everything collected is written, and about to be synced. */
    void tellWritten() {
        groups.values().forEach(Group::tellWritten);
    }

    /** Lets the callers know. */
    void settle() {
        for (Group group : groups.values()) {
            group.run(group::settle);
        }
        takeBack();
    }

    /** What was collected is not durable and is collected again. */
    void takeBack() {
        groups.clear();
        last = null;
        count = 0;
        bytes = 0;
    }

    /** Everything collected fails. */
    void failAll(LogException cause) {
        for (Group group : groups.values()) {
            for (Submission<?> s = group.first; s != null; s = s.next) {
                s.failsWith(cause);
            }
        }
        settle();
    }
}
