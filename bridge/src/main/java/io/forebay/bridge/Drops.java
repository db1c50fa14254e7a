package io.forebay.bridge;

import io.forebay.storage.LogCursor;
import io.forebay.storage.Position;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owned by the bridge's thread: gives up the oldest messages of a route that has its share of the log, where the
 * configuration asks for that by name: those in the oldest segment that is kept because of it. They are settled without being
 * sent, and counted in their lanes, so that a consumer sees a true gap in the numbers.
 *
 * <p>What waits in memory goes first. What is on disk only is then met by a cursor of its own, in a pass over that segment: it
 * may give up a message of a spilled lane only if it has seen all of the lane from {@code resumeAt} on, as in {@link
 * CatchUp}, whose {@link Pass} it uses for the proof. A lane with something at the peer waits for the outcome first, and
 * meets its fate when it wants to send again ({@link #mustNotSend}).
 */
final class Drops implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Drops.class);
    private static final int STEP = 64;
    private static final long NANOS_MAX = 2_000_000;
    /** What was with the peer is answered by then, perhaps. */
    private static final long AGAIN_MS = 100;
    /** Who waits for a message must be told before more are given up than {@link Settlements} remembers. */
    private static final int TELL_EVERY = 1_000;

    private final Conveyor.Setup setup;
    private final LogCursor cursor;
    private final HeadReader head;
    private final Lanes lanes;
    private final Pass pass;
    private final Endings endings;
    private final Runnable tellWaiting;
    private final LongSupplier forgotten;
    /** Of each share: what stands before this is given up. */
    private final long[] givenUpBefore;

    private int share = -1;
    private long before;
    private boolean swept;
    private long notBeforeMs;
    private int dropped;
    private int untold;

    /**
     * @param pass that {@link Lanes} knows of
     * @param forgotten everything before is settled
     */
    Drops(
            Conveyor.Setup setup,
            LogCursor cursor,
            HeadReader head,
            Lanes lanes,
            Pass pass,
            Endings endings,
            Runnable tellWaiting,
            LongSupplier forgotten) {
        this.endings = endings;
        this.forgotten = forgotten;
        this.setup = setup;
        this.cursor = cursor;
        this.head = head;
        this.lanes = lanes;
        this.pass = pass;
        this.tellWaiting = tellWaiting;
        givenUpBefore = new long[setup.shares().all().size()];
    }

    /** To be called every few milliseconds. */
    void tick(long nowMs) {
        if (share < 0 && (nowMs < notBeforeMs || !begin())) {
            return;
        }
        long until = setup.clock().nanos().getAsLong() + NANOS_MAX;
        while (share >= 0 && setup.clock().nanos().getAsLong() - until < 0) {
            if (head.position() < before) {
                // The lanes must be known. With the broker away nobody else reads.
                if (head.read(STEP, nowMs) == 0) {
                    setup.faults().warn(LOG, "The oldest messages of a route cannot be given up now", keys());
                    end(nowMs);
                }
            } else if (!swept) {
                sweep();
            } else if (!goOn()) {
                end(nowMs);
            }
        }
        tellWaiting.run();
        untold = 0;
    }

    private boolean begin() {
        Shares shares = setup.shares();
        for (int i = 0; i < shares.all().size(); i++) {
            ShareConfig config = shares.get(i).config;
            boolean ours = shares.get(i).target.equals(setup.target());
            if (ours
                    && config.whenFull() == ShareConfig.WhenFull.DROP_OLDEST
                    && lanes.tally().segments(i) >= config.segmentsMax()) {
                share = i;
                before = Position.of(lanes.tally().oldestSegment(i) + 1, 0);
                givenUpBefore[i] = before;
                swept = false;
                return true;
            }
        }
        return false;
    }

    /** Gives up what waits in memory, and begins with what is on disk. */
    private void sweep() {
        swept = true;
        long from = Position.of(Position.segment(before) - 1, 0);
        for (Lane lane : lanes.of(share)) {
            dropWaiting(lane);
            if (lane.isSpilled() && lane.resumeAt < from) {
                lanes.spill(lane, from); // There is nothing of it before.
            }
        }
        pass.begin(from);
        cursor.moveTo(from);
    }

    /** @return whether there is more to look at */
    private boolean goOn() {
        if (cursor.nextPosition() < forgotten.getAsLong()) {
            cursor.moveTo(forgotten.getAsLong());
        }
        for (int i = 0; i < STEP; i++) {
            if (!cursor.next() || cursor.position() >= before) {
                return false;
            }
            pass.reach(cursor.nextPosition());
            look();
        }
        return true;
    }

    private void look() {
        if (cursor.fromAmqp()) {
            return;
        }
        String key = lanes.keyOf(cursor);
        Lane lane = lanes.of(key);
        if (lane == null || lane.share != share) {
            return;
        }
        dropWaiting(lane); // It may have been read meanwhile.
        if (!lane.isSpilled() || !pass.followsForDrops(lane) || lane.resumeAt > cursor.position()) {
            return;
        }
        if (lane.hasWaiting() || isWithPeer(lane)) {
            lane.missedInDrops = pass.number();
        } else {
            Trouble trouble = lane.trouble;
            onDropped(lane, cursor.position(), trouble, lanes.dropUnread(lane, key, cursor));
        }
    }

    private static boolean isWithPeer(Lane lane) {
        return lane.inFlight() > 0 || lane.batch != null;
    }

    /** Gives up what the lane has before the limit of its share, unless something of it is with the peer. */
    private void dropWaiting(Lane lane) {
        while (!isWithPeer(lane) && lane.hasWaiting() && lane.peek().position < givenUpBefore[lane.share]) {
            long position = lane.peek().position;
            Trouble trouble = lane.peek().trouble;
            onDropped(lane, position, trouble, lanes.dropFirst(lane));
        }
        lanes.leaveIfIdle(lane);
    }

    /** Whether the first message of a lane is given up: then it is now, or when the peer has answered the others. */
    boolean mustNotSend(Lane lane) {
        if (lane.share < 0
                || lane.peek().position >= givenUpBefore[lane.share]
                || lane.peek().losses() > 0) {
            return false; // A trial that has begun must be held.
        }
        if (!isWithPeer(lane)) {
            dropWaiting(lane);
            lanes.offer(lane);
        }
        return true;
    }

    /**
     * @param trouble of the lane's first message, which may be another one; or null
     * @param first false if the peer has it: it was sent ahead of others that are given up, and would have been once more
     */
    private void onDropped(Lane lane, long position, Trouble trouble, boolean first) {
        if (first) {
            endings.add(position, givenUp(trouble != null && trouble.position == position ? trouble : null));
            dropped++;
            setup.shares().get(lane.share).dropped.increment();
            setup.settlements().onNotAccepted(position);
        }
        setup.settlements().onSettled(lane.key);
        untold++;
        if (untold == TELL_EVERY) {
            untold = 0;
            tellWaiting.run();
        }
    }

    private Endings.Ending givenUp(Trouble trouble) {
        long nowMs = setup.clock().wallMs().getAsLong();
        return trouble == null
                ? new Endings.Ending(Endings.GIVEN_UP, 0, 0, 0, nowMs)
                : new Endings.Ending(
                        Endings.GIVEN_UP, trouble.attempts, trouble.firstAttemptAtMs, trouble.lastAttemptAtMs, nowMs);
    }

    private void end(long nowMs) {
        if (dropped > 0) {
            setup.faults()
                    .warn(LOG, "The oldest messages of a route are given up, it has its share of the log", keys());
            dropped = 0;
        }
        pass.end();
        boolean freed = lanes.tally().oldestSegment(share) >= Position.segment(before);
        notBeforeMs = freed ? nowMs : nowMs + AGAIN_MS;
        share = -1;
        setup.events().wake();
    }

    private String keys() {
        return "route=" + setup.shares().get(share).name + ", messages=" + dropped + ", segment="
                + (Position.segment(before) - 1);
    }

    @Override
    public void close() {
        cursor.close();
    }
}
