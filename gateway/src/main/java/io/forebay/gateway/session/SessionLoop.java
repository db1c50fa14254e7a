package io.forebay.gateway.session;

import io.forebay.storage.MessageLog;
import io.forebay.storage.state.StateException;
import io.forebay.storage.state.StateStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that has the sessions, forebay-sessions; it owns everything in this package but what says otherwise.
 *
 * <p>It works in turns. In each it takes what connections ask for and some messages of the log, changes what is in memory and
 * one batch, commits that, and only then tells the connections. What comes in meanwhile is the next turn, so the batches
 * grow with the load.
 *
 * <p>Without space on the disk it keeps the batch and tries again, and takes nothing meanwhile: nothing is lost, the log has
 * it all. Any other fault of the store, or of itself, is final.
 */
public final class SessionLoop implements Sessions, AutoCloseable {
    /** The tables that the store must have. */
    public static final List<String> TABLES = Tables.ALL;

    private static final Logger LOG = LoggerFactory.getLogger(SessionLoop.class);
    private static final int TASKS_MAX = 10_000;
    private static final int DEADLINES_MAX = 1_000;

    /** While event loops have so many deliveries to look at, no more messages are read. */
    private static final int ON_THE_WAY_MAX = 100_000;

    private static final long STATUS_EVERY_MS = 100;
    private static final long SPACE_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long HELD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long IDLE_MS_MAX = 200;

    private final MessageLog log;
    private final StateStore store;
    private final Consumer<Throwable> onFatal;
    private final TaskQueue tasks = new TaskQueue();
    private final SessionMeters meters;
    private final Turn turn;
    private final Deadlines deadlines = new Deadlines();
    private final Retained retained;
    private final LogReader reader;
    private final Predicate<String> deliveredLocally;
    private final Thread thread = new Thread(this::run, "forebay-sessions");

    private Subscriptions subscriptions;
    private SessionTable sessions;
    private Wills wills;
    private Numbers numbers;
    private Subscribing subscribing;
    private FanOut fanOut;
    private Commits commits;
    private Runnable stopListening = () -> {};
    private long statusAtMs;
    private String failure;

    private volatile SubscriptionIndex<Recipient> index = new SubscriptionIndex<>();
    private volatile SessionStatus status = SessionStatus.NONE;
    private volatile boolean mayOpen = true;
    private volatile boolean stopping;

    /**
     * @param deliveredLocally whether a topic is for subscribers at all; any thread
     * @param clockMs milliseconds since 1970
     * @param onFatal told once, on the thread forebay-sessions, when it cannot go on: the process should end then
     */
    public SessionLoop(
            MessageLog log,
            StateStore store,
            SessionConfig config,
            MeterRegistry registry,
            Predicate<String> deliveredLocally,
            LongSupplier clockMs,
            Consumer<Throwable> onFatal) {
        this.log = log;
        this.store = store;
        this.deliveredLocally = deliveredLocally;
        this.onFatal = onFatal;
        meters = new SessionMeters(registry, () -> status);
        turn = new Turn(store, config, meters, clockMs);
        retained = new Retained(turn);
        reader = new LogReader(log);
        thread.setDaemon(true);
    }

    // ---- start and end; the caller's thread ----

    /**
     * Before {@link #start}: somebody wants to know what becomes of messages.
     *
     * @param copiesMax of how many copies in queues it is kept in mind; of what is beyond that nothing is told
     */
    public void onFate(FateListener listener, int copiesMax) {
        turn.watches().start(listener, copiesMax);
    }

    /**
     * Reads what is stored and begins. Blocks for that.
     *
     * @throws StateException if the store cannot be read or written
     */
    public void start() {
        restore();
        stopListening = log.onDurable(tasks::wake);
        thread.start();
    }

    /** Commits what there is and ends. Blocks for that. After the listeners, before the log and the store. */
    @Override
    public void close() {
        stopping = true;
        stopListening.run();
        tasks.wake();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- any thread ----

    @Override
    public Future<Opened> open(SessionRequest request, Subscriber subscriber) {
        ContextInternal caller = ContextInternal.current();
        ContextInternal context = caller == null ? null : caller.unwrap();
        Task<Opened> task = new Task<>(
                () -> {
                    SessionTable.Opening opening = sessions.open(request, subscriber, context);
                    return new Opened(opening.present(), new Hold(this, opening.attachment()));
                },
                0);
        if (!mayOpen) {
            return refused(task, "There is no space for the state of sessions");
        }
        return put(task);
    }

    @Override
    public boolean hasSubscriber(String topic) {
        return index.matchesAny(topic) && deliveredLocally.test(topic);
    }

    /** Whether any subscription matches this topic, whatever the routes say. Any thread; may be late by a moment. */
    public boolean hasSubscription(String topic) {
        return index.matchesAny(topic);
    }

    public SessionStatus status() {
        return status;
    }

    <T> Future<T> submit(Supplier<T> work) {
        return put(new Task<>(work, 0));
    }

    /** As above, but what was acknowledged before this call has reached the subscribers by then. */
    <T> Future<T> submitInOrderOfTheLog(Supplier<T> work) {
        return put(new Task<>(work, log.durableEnd()));
    }

    /** An event that nobody waits for. */
    void submit(Runnable event) {
        boolean unused = tasks.put(event);
    }

    private <T> Future<T> put(Task<T> task) {
        return tasks.put(task) ? task.future() : refused(task, "The gateway stops");
    }

    private static <T> Future<T> refused(Task<T> task, String sentence) {
        task.failsWith(new SessionException(SessionException.Kind.UNAVAILABLE, sentence));
        task.settle();
        return task.future();
    }

    // ---- the thread forebay-sessions ----

    private void run() {
        try {
            while (!stopping) {
                boolean more = turn();
                if (commits.isStuck()) {
                    tasks.pause(SPACE_POLL_NANOS);
                } else if (turn.onTheWay() >= ON_THE_WAY_MAX || turn.pace().isHeld()) {
                    tasks.await(HELD_NANOS);
                } else if (!more && !sessions.countOne()) {
                    tasks.await(TimeUnit.MILLISECONDS.toNanos(idleMs()));
                }
            }
            finish();
        } catch (Throwable cause) {
            fail(cause);
        }
        reader.close();
    }

    private long idleMs() {
        return Math.max(1, Math.min(IDLE_MS_MAX, deadlines.nextMs() - turn.nowMs()));
    }

    /** Before the thread begins. */
    void restore() {
        turn.begin();
        byte[] number = store.get(Tables.DELIVERY, Tables.NUMBER);
        boolean orderly = store.get(Tables.DELIVERY, Tables.ORDERLY) != null;
        numbers = new Numbers(number == null ? 1 : Tables.number(number));
        subscriptions = new Subscriptions(turn, numbers);
        wills = new Wills(turn, log, deadlines, numbers, this::submit);
        sessions = new SessionTable(turn, numbers, subscriptions, wills, deadlines);
        subscribing = new Subscribing(turn, subscriptions, retained);
        commits = new Commits(turn, reader, retained, numbers);
        fanOut = new FanOut(subscriptions, retained, deliveredLocally, turn.watches());
        index = subscriptions.index();
        reader.start(store.get(Tables.DELIVERY, Tables.POSITION));
        retained.restore(deadlines);
        sessions.restore(orderly);
        turn.delete(Tables.DELIVERY, Tables.ORDERLY);
        turn.mustBeDurable();
        commits.commit();
        publishStatus();
    }

    /** @return whether there is more to do at once */
    boolean turn() {
        turn.begin();
        if (commits.isStuck()) {
            commits.commit();
            publishStatus();
            return !commits.isStuck();
        }
        wills.appendDue();
        int due = deadlines.run(turn.nowMs(), DEADLINES_MAX);
        boolean blocked = runTasks();
        boolean more = read();
        turn.burstAll();
        turn.pumpAll();
        commits.endTurn();
        if (commits.isStuck() || turn.nowMs() - statusAtMs >= STATUS_EVERY_MS) {
            publishStatus();
        }
        return more || blocked || due > 0 || tasks.peek() != null || turn.hasMoreToPump();
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

    /** Commits all there is; nothing is taken any more. */
    void finish() {
        boolean more = true;
        while (more && !commits.isStuck()) {
            more = turn() && tasks.peek() != null;
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
        end("The gateway stops");
    }

    private void fail(Throwable cause) {
        LOG.error("Sessions have failed; nothing is delivered until a restart", cause);
        failure = "Sessions have failed: " + cause.getMessage();
        publishStatus();
        end("Sessions have failed");
        try {
            onFatal.accept(cause);
        } catch (Throwable bug) {
            LOG.error("The listener for failed sessions failed itself", bug);
        }
    }

    private void end(String sentence) {
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

    void publishStatus() {
        statusAtMs = turn.nowMs();
        status = new SessionStatus(
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
        mayOpen = status.takesCommits();
    }

    // ---- for the connections' tasks ----

    Subscribing subscribing() {
        return subscribing;
    }

    SessionTable sessions() {
        return sessions;
    }
}
