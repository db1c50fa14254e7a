package io.forebay.gateway.session;

import io.forebay.storage.MessageLog;
import io.forebay.storage.state.StateStore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the turns, with everything that they work on. Owned by the thread forebay-sessions, but for what is restored before
 * that begins.
 */
final class Turns {
    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);
    private static final int TASKS_MAX = 10_000;
    private static final int DEADLINES_MAX = 1_000;

    /** While event loops have so many deliveries to look at, no more messages are read. */
    private static final int ON_THE_WAY_MAX = 100_000;

    private static final long SPACE_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long HELD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long IDLE_MS_MAX = 200;

    private final StateStore store;
    private final SessionMeters meters;
    private final TaskQueue tasks;
    private final Turn turn;
    private final Deadlines deadlines = new Deadlines();
    private final LogReader reader;
    private final Numbers numbers;
    private final Retained retained;
    private final Subscriptions subscriptions;
    private final Wills wills;
    private final SessionTable sessions;
    private final Subscribing subscribing;
    private final FanOut fanOut;
    private final Commits commits;

    Turns(
            MessageLog log,
            StateStore store,
            SessionConfig config,
            SessionMeters meters,
            TaskQueue tasks,
            Predicate<String> deliveredLocally,
            LongSupplier clockMs) {
        this.store = store;
        this.meters = meters;
        this.tasks = tasks;
        turn = new Turn(store, config, meters, clockMs);
        reader = new LogReader(log);
        byte[] number = store.get(Tables.DELIVERY, Tables.NUMBER);
        numbers = new Numbers(number == null ? 1 : Tables.number(number));
        retained = new Retained(turn);
        subscriptions = new Subscriptions(turn, numbers);
        wills = new Wills(turn, log, deadlines, numbers, event -> {
            boolean unused = tasks.put(event);
        });
        sessions = new SessionTable(turn, numbers, subscriptions, wills, deadlines);
        subscribing = new Subscribing(turn, subscriptions, retained);
        fanOut = new FanOut(subscriptions, retained, deliveredLocally, turn.watches());
        commits = new Commits(turn, reader, retained, numbers);
    }

    // ---- start; the caller's thread ----

    void restore() {
        turn.begin();
        boolean orderly = store.get(Tables.DELIVERY, Tables.ORDERLY) != null;
        reader.start(store.get(Tables.DELIVERY, Tables.POSITION));
        retained.restore(deadlines);
        sessions.restore(orderly);
        turn.delete(Tables.DELIVERY, Tables.ORDERLY);
        turn.mustBeDurable();
        commits.commit();
    }

    // ---- the thread forebay-sessions ----

    /** @return whether there is more to do at once */
    boolean make() {
        turn.begin();
        if (commits.isStuck()) {
            commits.commit();
            return !commits.isStuck();
        }
        wills.appendDue();
        int due = deadlines.run(turn.nowMs(), DEADLINES_MAX);
        boolean blocked = runTasks();
        boolean more = read();
        turn.burstAll();
        turn.pumpAll();
        commits.endTurn();
        return more || blocked || due > 0 || tasks.peek() != null || turn.hasMoreToPump();
    }

    /** @return whether the next one has to wait for the log to be read */
    private boolean runTasks() {
        for (int i = 0; i < TASKS_MAX; i++) {
            Runnable next = tasks.peek();
            if (next == null) {
                return false;
            }
            if (next instanceof Task<?> task && task.notBefore() > 0 && !reader.hasReached(task.notBefore())) {
                return true;
            }
            Runnable unused = tasks.poll();
            next.run();
            if (next instanceof Task<?> task) {
                turn.parcel(task.context()).add(task);
            }
        }
        return false;
    }

    /** @return whether there is more */
    private boolean read() {
        if (turn.onTheWay() >= ON_THE_WAY_MAX || turn.pace().isHeld()) {
            return reader.isBehind();
        }
        boolean more = reader.read(fanOut, turn.pace().recordsMax());
        if (more) {
            turn.pace().turnWasFull();
        }
        return more;
    }

    /**
     * Waits until the next turn should be made.
     *
     * @param more what {@link #make} has said
     */
    void await(boolean more) {
        if (commits.isStuck()) {
            tasks.pause(SPACE_POLL_NANOS);
        } else if (turn.onTheWay() >= ON_THE_WAY_MAX || turn.pace().isHeld()) {
            tasks.await(HELD_NANOS);
        } else if (!more && !sessions.countOne()) {
            tasks.await(TimeUnit.MILLISECONDS.toNanos(idleMs()));
        }
    }

    private long idleMs() {
        return Math.max(1, Math.min(IDLE_MS_MAX, deadlines.nextMs() - turn.nowMs()));
    }

    /** Without space on the disk: nothing is taken before the last turn is committed. */
    boolean isStuck() {
        return commits.isStuck();
    }

    // ---- end ----

    /** Commits all there is; nothing is taken any more. */
    void finish() {
        boolean more = true;
        while (more && !commits.isStuck()) {
            more = make() && tasks.peek() != null;
        }
        if (!commits.isStuck()) {
            turn.begin();
            sessions.storeAll();
            turn.put(Tables.DELIVERY, Tables.ORDERLY, Tables.number(1));
            turn.mustBeDurable();
        }
        commits.commit();
        if (commits.isStuck()) {
            LOG.warn("There is still no space for the state of sessions, what was not told to anybody is given up");
        }
    }

    /** Whoever waits for something is told that nothing comes. */
    void end(String sentence) {
        SessionException cause = new SessionException(SessionException.Kind.UNAVAILABLE, sentence);
        turn.abandon(task -> task.failsWith(cause));
        tasks.seal(waiting -> {
            if (waiting instanceof Task<?> task) {
                task.failsWith(cause);
                turn.parcel(task.context()).add(task);
            }
        });
        turn.dispatch();
    }

    void close() {
        reader.close();
    }

    // ---- for others on this thread ----

    Turn turn() {
        return turn;
    }

    Subscribing subscribing() {
        return subscribing;
    }

    Wills wills() {
        return wills;
    }

    SessionTable sessions() {
        return sessions;
    }

    /** Any thread may ask it. */
    SubscriptionIndex<Recipient> index() {
        return subscriptions.index();
    }

    /** @param failure null if there was none */
    SessionStatus status(String failure) {
        return new SessionStatus(
                sessions.count(),
                sessions.connected(),
                subscriptions.count(),
                meters.queuedMessages(),
                meters.queuedBytes(),
                retained.count(),
                retained.bytes(),
                wills.waiting(),
                reader.lag(),
                !commits.isStuck() && failure == null,
                failure == null ? commits.lastFault() : failure);
    }
}
