package io.forebay.gateway.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The retained messages: one for each topic at most (MQTT-3.3.1-5). They stand in the store; in memory are their topics.
 * Owned by the thread forebay-sessions.
 */
final class Retained {
    private static final long SWEEP_EVERY_MS = 60_000;
    private static final long SWEEP_STEP_MS = 200;
    private static final int SWEEP_STEP = 1_000;

    private final Turn turn;
    private final RetainedTopics topics = new RetainedTopics();

    /** What this turn has changed and the store does not show yet; an empty array: none any more. */
    private final Map<String, byte[]> changed = new HashMap<>();

    private static final byte[] NONE = {};

    private long bytes;
    private byte[] sweepFrom = Tables.START;

    Retained(Turn turn) {
        this.turn = turn;
    }

    int count() {
        return topics.size();
    }

    long bytes() {
        return bytes;
    }

    void restore(Deadlines deadlines) {
        turn.scan(Tables.RETAINED, Tables.START, null, (key, value) -> {
            topics.add(Tables.text(key));
            bytes += value.length;
            return true;
        });
        sweepLater(deadlines, SWEEP_EVERY_MS);
    }

    /** A message with the RETAIN flag: it takes the place of the one before, or if it is empty only removes that one. */
    void update(RetainedMessage message) {
        Content content = message.content();
        byte[] before = stored(content.topic());
        long freed = before == null ? 0 : before.length;
        if (content.payload().length == 0) {
            remove(content.topic(), before);
            return;
        }
        byte[] entry = RetainedCodec.write(message);
        boolean fits = bytes - freed + entry.length <= turn.config().retainedBytesMax()
                && (before != null || topics.size() < turn.config().retainedMax());
        if (!fits) {
            turn.drop(Drop.RETAINED_FULL, 1);
            remove(content.topic(), before); // It would be older than what was published last.
            return;
        }
        bytes += entry.length - freed;
        topics.add(content.topic());
        changed.put(content.topic(), entry);
        turn.put(Tables.RETAINED, Tables.text(content.topic()), entry);
    }

    private void remove(String topic, byte[] before) {
        if (before != null) {
            bytes -= before.length;
            topics.remove(topic);
            changed.put(topic, NONE);
            turn.delete(Tables.RETAINED, Tables.text(topic));
        }
    }

    private byte[] stored(String topic) {
        byte[] entry = changed.get(topic);
        if (entry == null) {
            return topics.size() == 0 ? null : turn.get(Tables.RETAINED, Tables.text(topic));
        }
        return entry.length == 0 ? null : entry;
    }

    /** @return null if there is none, or it has expired (MQTT-3.3.2-5) */
    RetainedMessage get(String topic) {
        byte[] entry = stored(topic);
        if (entry == null) {
            return null;
        }
        RetainedMessage message = RetainedCodec.read(entry);
        if (message.content().isExpired(turn.nowMs())) {
            remove(topic, entry);
            return null;
        }
        return message;
    }

    /** Finds the topics that match. */
    RetainedTopics.Search search(String filter) {
        return topics.search(filter);
    }

    /** The turn's changes are in the store. */
    void committed() {
        changed.clear();
    }

    // ---- what has expired does not take space for ever ----

    private void sweepLater(Deadlines deadlines, long inMs) {
        deadlines.set(deadlines.make(() -> sweepLater(deadlines, sweep())), turn.nowMs() + inMs);
    }

    /** Looks through some of them. @return when to go on */
    private long sweep() {
        List<String> expired = new ArrayList<>();
        int[] seen = {0};
        byte[][] last = {null};
        turn.scan(Tables.RETAINED, sweepFrom, null, (key, value) -> {
            last[0] = key;
            if (RetainedCodec.read(value).content().isExpired(turn.nowMs())) {
                expired.add(Tables.text(key));
            }
            return ++seen[0] < SWEEP_STEP;
        });
        for (String topic : expired) {
            RetainedMessage unused = get(topic);
        }
        boolean more = seen[0] == SWEEP_STEP;
        sweepFrom = more ? last[0] : Tables.START;
        return more ? SWEEP_STEP_MS : SWEEP_EVERY_MS;
    }
}
