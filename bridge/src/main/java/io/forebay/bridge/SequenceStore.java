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

    /**
     * Where a target stands.
     *
     * @param routes a fingerprint of the routes, by which it is known what was meant to go there
     * @param watermark everything before it that goes to the target is settled
     */
    record Mark(String target, String routes, long watermark) {}

    /** A store that keeps nothing: lanes are not counted. */
    SequenceStore NONE = new SequenceStore() {
        @Override
        public Kept find(String lane) {
            return Kept.NOTHING;
        }

        @Override
        public Future<Void> save(List<Settled> lanes, Mark mark) {
            return Future.succeededFuture();
        }
    };

    /** Reads from the disk what is not in the store's memory: microseconds, mostly. Any thread. */
    Kept find(String lane);

    /**
     * Keeps all of this, or nothing. One is saved after another.
     *
     * @return succeeds once it is durable: only then may the log forget what is before the watermark
     */
    Future<Void> save(List<Settled> lanes, Mark mark);

    /** The watermark of a target that was saved last with the same routes; {@code otherwise} if there is none. */
    default long resume(String target, String routes, long otherwise) {
        return otherwise;
    }

    /** Forgets lanes whose last message arrived before this, a few thousand at a time. Returns at once. */
    default void forgetIdle(long beforeMs) {}
}
