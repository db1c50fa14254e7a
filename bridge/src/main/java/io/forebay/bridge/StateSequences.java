package io.forebay.bridge;

import io.forebay.storage.MessageLog;
import io.forebay.storage.state.StateStore;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The numbers of lanes in the state store. A thread of its own, {@code forebay-sequences}, owns what is written; any thread
 * reads. What waits is bounded: the bridge saves once at a time.
 *
 * <pre>
 * key: lane in UTF-8                  value: u8 version 1, i64 number, i64 before, i64 arrived at, ms since 1970
 * key: NUL, target; no lane begins     value: u8 version 1, i64 watermark, u8 length and id of the log's gateway,
 *      with NUL                        fingerprint of the routes
 * </pre>
 */
public final class StateSequences implements SequenceStore, AutoCloseable {
    /** The table that it needs in the store. */
    public static final String TABLE = "sequences";

    private static final Logger LOG = LoggerFactory.getLogger(StateSequences.class);
    private static final byte VERSION = 1;
    private static final int KEPT_BYTES = 1 + 3 * Long.BYTES;
    private static final byte[] FIRST_MARK = {0};
    private static final int GATEWAY = 1 + Long.BYTES;
    private static final byte[] FIRST_LANE = {1};
    private static final byte[] END = {(byte) 0xff};
    private static final int SWEEP_LANES = 2_000;

    private final StateStore store;
    private final byte[] gatewayId;
    private final StoreThread writer = new StoreThread("forebay-sequences", "the numbers of lanes are closed");
    /** Of the writer: where it looks for idle lanes next. */
    private byte[] sweepFrom = FIRST_LANE;

    /** Forgets what is there if it does not fit the log; blocks for the disk. */
    public StateSequences(StateStore store, MessageLog log) {
        this.store = store;
        gatewayId = log.gatewayId().getBytes(StandardCharsets.UTF_8);
        if (!fits(log)) {
            LOG.warn("The numbers of lanes do not belong to this log or are older than it: counting begins anew");
            StateStore.Batch all = store.batch();
            all.deleteRange(TABLE, FIRST_MARK, END);
            store.commit(all, true);
        }
    }

    /** Watermarks are saved here first: if all are behind the log's, these are of old, or nobody counted meanwhile. */
    private boolean fits(MessageLog log) {
        long[] greatest = {-1};
        boolean[] ours = {true};
        store.scan(TABLE, FIRST_MARK, FIRST_LANE, (key, value) -> {
            long watermark = ByteBuffer.wrap(value).getLong(1);
            greatest[0] = Math.max(greatest[0], watermark);
            ours[0] &= watermark <= log.durableEnd() && isOurs(value);
            return true;
        });
        return greatest[0] < 0 || (ours[0] && greatest[0] >= log.resumePosition());
    }

    private boolean isOurs(byte[] mark) {
        int end = GATEWAY + 1 + mark[GATEWAY];
        return Arrays.equals(mark, GATEWAY + 1, end, gatewayId, 0, gatewayId.length);
    }

    @Override
    public long resume(String target, String routes, long otherwise) {
        byte[] mark = store.get(TABLE, markKey(target));
        if (mark == null) {
            return otherwise;
        }
        int from = GATEWAY + 1 + mark[GATEWAY];
        boolean same = new String(mark, from, mark.length - from, StandardCharsets.UTF_8).equals(routes);
        return same ? ByteBuffer.wrap(mark).getLong(1) : otherwise;
    }

    private static byte[] markKey(String target) {
        return ('\0' + target).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Kept find(String lane) {
        byte[] found = store.get(TABLE, lane.getBytes(StandardCharsets.UTF_8));
        if (found == null) {
            return Kept.NOTHING;
        }
        ByteBuffer value = ByteBuffer.wrap(found, 1, KEPT_BYTES - 1);
        return new Kept(value.getLong(), value.getLong(), value.getLong());
    }

    @Override
    public Future<Void> save(List<Settled> lanes, Mark mark) {
        return writer.run(() -> write(lanes, mark));
    }

    private void write(List<Settled> lanes, Mark mark) {
        StateStore.Batch batch = store.batch();
        for (Settled each : lanes) {
            Kept kept = each.kept();
            ByteBuffer value = ByteBuffer.allocate(KEPT_BYTES)
                    .put(VERSION)
                    .putLong(kept.number())
                    .putLong(kept.before())
                    .putLong(kept.atMs());
            batch.put(TABLE, each.lane().getBytes(StandardCharsets.UTF_8), value.array());
        }
        byte[] routes = mark.routes().getBytes(StandardCharsets.UTF_8);
        ByteBuffer value = ByteBuffer.allocate(GATEWAY + 1 + gatewayId.length + routes.length)
                .put(VERSION)
                .putLong(mark.watermark())
                .put((byte) gatewayId.length)
                .put(gatewayId)
                .put(routes);
        batch.put(TABLE, markKey(mark.target()), value.array());
        store.commit(batch, true);
    }

    @Override
    public void forgetIdle(long beforeMs) {
        if (writer.isIdle()) { // Else there is a next time.
            writer.run(() -> sweep(beforeMs))
                    .onFailure(fault -> LOG.debug("Idle lanes are not forgotten yet [cause={}]", fault.toString()));
        }
    }

    private void sweep(long beforeMs) {
        StateStore.Batch idle = store.batch();
        int[] seen = new int[1];
        byte[][] next = {FIRST_LANE};
        store.scan(TABLE, sweepFrom, END, (key, value) -> {
            if (seen[0] == SWEEP_LANES) {
                next[0] = key;
                return false;
            }
            seen[0]++;
            if (ByteBuffer.wrap(value).getLong(1 + 2 * Long.BYTES) < beforeMs) {
                idle.delete(TABLE, key);
            }
            return true;
        });
        if (!idle.isEmpty()) {
            store.commit(idle, false);
        }
        sweepFrom = next[0];
    }

    /** To be called after the bridge has stopped and before the store is closed. */
    @Override
    public void close() {
        writer.close();
    }
}
