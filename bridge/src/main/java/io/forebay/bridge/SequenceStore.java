package io.forebay.bridge;

import io.vertx.core.Future;
import java.util.List;

/**
 * Where the numbers of lanes outlive a restart: how many messages of each lane are settled, and up to where. So a message
 * that is sent again has the number that it had, and one that was settled is not sent again.
 *
 * <p>Counting begins anew at 1 for a lane that was idle for longer than is configured; if the store is gone, is older than
 * the log's position, or belongs to another log; and, where all topics of a client are one lane, if the routes change.
 */
public interface SequenceStore {
    /**
     * What is kept of a lane.
     *
     * @param number of its last message that is settled, all before it being so too; 0 if there is none
     * @param before the lane has nothing unsettled before this position
     * @param atMs when that message arrived
     */
    record Kept(long number, long before, long atMs) {
        static final Kept NOTHING = new Kept(0, 0, 0);
    }

    /** A lane of which something was settled. */
    record Settled(String lane, Kept kept) {}

    /** A store that keeps nothing: lanes are not counted. */
    SequenceStore NONE = new SequenceStore() {
        @Override
        public Kept find(String lane) {
            return Kept.NOTHING;
        }

        @Override
        public Future<Void> save(List<Settled> lanes, long watermark) {
            return Future.succeededFuture();
        }

        @Override
        public void forgetIdle(long beforeMs) {}
    };

    /** Reads from the disk what is not in the store's memory: microseconds, mostly. Any thread. */
    Kept find(String lane);

    /**
     * Keeps all of this, or nothing. One is saved after another.
     *
     * @param watermark everything before it is settled
     * @return succeeds once it is durable: only then may the log forget what is before the watermark
     */
    Future<Void> save(List<Settled> lanes, long watermark);

    /** Forgets lanes whose last message arrived before this, a few thousand at a time. Returns at once. */
    void forgetIdle(long beforeMs);
}
