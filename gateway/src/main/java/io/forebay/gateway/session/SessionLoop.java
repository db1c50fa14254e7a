package io.forebay.gateway.session;

import io.forebay.storage.Message;
import io.forebay.storage.MessageLog;
import io.forebay.storage.state.StateException;
import io.forebay.storage.state.StateStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
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
    private static final long STATUS_EVERY_MS = 100;

    private final MessageLog log;
    private final Consumer<Throwable> onFatal;
    private final Predicate<String> deliveredLocally;
    private final LongSupplier clockMs;
    private final TaskQueue tasks = new TaskQueue();
    private final Turns turns;
    private final SubscriptionIndex<Recipient> index;
    private final Thread thread = new Thread(this::run, "forebay-sessions");
    private Runnable stopListening = () -> {};
    private long statusAtMs;
    private String failure;

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
        this.deliveredLocally = deliveredLocally;
        this.onFatal = onFatal;
        this.clockMs = clockMs;
        SessionMeters meters = new SessionMeters(registry, () -> status);
        turns = new Turns(log, store, config, meters, tasks, deliveredLocally, clockMs);
        index = turns.index();
        thread.setDaemon(true);
    }

    // ---- start and end; the caller's thread ----

    /**
     * Before {@link #start}: somebody wants to know what becomes of messages.
     *
     * @param copiesMax of how many copies in queues it is kept in mind; of what is beyond that nothing is told
     */
    public void onFate(FateListener listener, int copiesMax) {
        turns.turn().watches().start(listener, copiesMax);
    }

    /**
     * Before {@link #start}: whether a will may be published, with the groups of its device; asked when it is time, on the
     * thread forebay-sessions. If that fails it is asked again.
     */
    public void judgeWills(BiFunction<Message, Set<String>, Future<Boolean>> allowed) {
        turns.wills().judgedBy(allowed);
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
                    SessionTable.Opening opening = sessions().open(request, subscriber, context);
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
                turns.await(turn());
            }
            finish();
        } catch (Throwable cause) {
            fail(cause);
        }
        turns.close();
    }

    /** Before the thread begins. */
    void restore() {
        turns.restore();
        publishStatus();
    }

    /** @return whether there is more to do at once */
    boolean turn() {
        boolean wasStuck = turns.isStuck();
        boolean more = turns.make();
        if (wasStuck || turns.isStuck() || clockMs.getAsLong() - statusAtMs >= STATUS_EVERY_MS) {
            publishStatus();
        }
        return more;
    }

    /** Commits all there is; nothing is taken any more. */
    void finish() {
        turns.finish();
        turns.end("The gateway stops");
    }

    private void fail(Throwable cause) {
        LOG.error("Sessions have failed; nothing is delivered until a restart", cause);
        failure = "Sessions have failed: " + cause.getMessage();
        publishStatus();
        turns.end("Sessions have failed");
        try {
            onFatal.accept(cause);
        } catch (Throwable bug) {
            LOG.error("The listener for failed sessions failed itself", bug);
        }
    }

    void publishStatus() {
        statusAtMs = clockMs.getAsLong();
        status = turns.status(failure);
        mayOpen = status.takesCommits();
    }

    // ---- for the connections' tasks ----

    Subscribing subscribing() {
        return turns.subscribing();
    }

    SessionTable sessions() {
        return turns.sessions();
    }
}
