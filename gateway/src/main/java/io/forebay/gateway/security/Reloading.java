package io.forebay.gateway.security;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after files now and then, by a thread of its own, forebay-reload. Any thread adds to them. */
public final class Reloading implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reloading.class);

    private static final class Entry {
        private final WatchedFile<?> file;
        private final Runnable changed;
        private final Runnable settled;
        /** Of the thread forebay-reload. */
        private boolean isFresh;

        Entry(WatchedFile<?> file, Runnable changed, Runnable settled) {
            this.file = file;
            this.changed = changed;
            this.settled = settled;
        }

        void look() {
            if (file.look()) {
                isFresh = true;
                changed.run();
            } else if (isFresh && file.fault().isEmpty()) {
                isFresh = false;
                settled.run();
            }
        }
    }

    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "forebay-reload");
        thread.setDaemon(true);
        return thread;
    });

    /** @param everyMs how long a change may go unnoticed */
    public Reloading(long everyMs) {
        var unused = thread.scheduleWithFixedDelay(this::look, everyMs, everyMs, TimeUnit.MILLISECONDS);
    }

    /** @param changed called by the thread forebay-reload when something else is in force */
    public void add(WatchedFile<?> file, Runnable changed) {
        add(file, changed, () -> {});
    }

    /**
     * @param settled called by that thread when it still is at the next look: what cannot be taken back must not follow from a
     *     file that somebody is writing
     */
    public void add(WatchedFile<?> file, Runnable changed, Runnable settled) {
        entries.add(new Entry(file, changed, settled));
    }

    /** What is wrong with the files as they are. */
    public List<String> faults() {
        return entries.stream()
                .map(entry -> entry.file.fault())
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    void look() {
        for (Entry entry : entries) {
            try {
                entry.look();
            } catch (RuntimeException bug) {
                LOG.error("A change of a file could not be taken over", bug); // The next look must come all the same.
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
