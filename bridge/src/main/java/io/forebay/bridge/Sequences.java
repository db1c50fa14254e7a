package io.forebay.bridge;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Owned by the bridge's thread: counts the messages of each lane, so that a message has the same number whenever it is sent.
 *
 * <p>A lane's messages are taken into memory in the order of the log and without a gap, so counting there is enough. What
 * is saved is how far a lane is <i>settled</i>: a restart goes on from there, passes over what was settled, and counts what
 * was not as before. It is durable before the log hears of the watermark, so that no message is forgotten uncounted.
 */
final class Sequences {
    private final SequenceStore store;
    private final SequenceConfig config;
    private final long startedAt;
    private final String target;
    private final String routes;
    /** Of lanes without unsettled messages, the one used least recently first. */
    private final LinkedHashMap<String, LaneSequence> idle = new LinkedHashMap<>();

    private List<LaneSequence> dirty = new ArrayList<>();

    /**
     * @param startedAt the end of the log: what comes later cannot have been settled before
     * @param routes their fingerprint
     */
    Sequences(SequenceStore store, SequenceConfig config, long startedAt, String target, String routes) {
        this.target = target;
        this.routes = routes;
        this.store = store;
        this.config = config;
        this.startedAt = startedAt;
    }

    boolean isOn() {
        return store != SequenceStore.NONE;
    }

    /** Whether a message may have been settled before the last start. */
    boolean startedAfter(long position) {
        return isOn() && position < startedAt;
    }

    /** Whether a message of a lane that is idle was settled before the last start. */
    boolean wasSettled(String key, long position) {
        LaneSequence sequence = open(key);
        keep(sequence);
        return sequence.covers(position);
    }

    /** Of a lane that is not idle any more. */
    LaneSequence open(String key) {
        LaneSequence kept = idle.remove(key);
        return kept != null ? kept : new LaneSequence(key, store.find(key));
    }

    void count(LaneSequence sequence, Entry entry) {
        sequence.count(entry, config.idleMs());
    }

    /** A message of the lane was settled. */
    void touch(LaneSequence sequence) {
        if (!sequence.dirty) {
            sequence.dirty = true;
            dirty.add(sequence);
        }
    }

    /** The lane is idle. */
    void left(LaneSequence sequence) {
        sequence.lane = null;
        keep(sequence);
    }

    private void keep(LaneSequence sequence) {
        idle.put(sequence.key, sequence);
        trim();
    }

    private void trim() {
        Iterator<LaneSequence> eldest = idle.values().iterator();
        while (idle.size() > config.idleMax() && eldest.hasNext()) {
            if (eldest.next().isPending()) {
                return; // The store does not know it yet.
            }
            eldest.remove();
        }
    }

    /** Whether no further lane may become idle before something is saved. */
    boolean isFull() {
        return idle.size() > config.idleMax();
    }

    boolean hasNews() {
        return !dirty.isEmpty();
    }

    /** Not before the last one has completed. */
    Future<Void> save(long watermark) {
        List<LaneSequence> saving = dirty;
        dirty = new ArrayList<>();
        List<SequenceStore.Settled> lanes = new ArrayList<>(saving.size());
        for (LaneSequence each : saving) {
            each.dirty = false;
            each.saving = true;
            lanes.add(each.settled());
        }
        return store.save(lanes, new SequenceStore.Mark(target, routes, watermark))
                .onComplete(result -> {
                    saving.forEach(each -> each.saving = false);
                    if (result.failed()) {
                        saving.forEach(this::touch);
                    }
                    trim();
                });
    }
}
