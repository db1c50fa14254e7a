package io.forebay.gateway.session;

import io.forebay.gateway.session.Will.State;
import io.forebay.storage.Message;
import io.forebay.storage.MessageLog;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The wills of all connections, from CONNECT until they are discarded or in the log. Owned by the thread forebay-sessions.
 *
 * <p>A will goes the way of every message: it is published by being appended to the log. It is removed only then, so a
 * crash between the two publishes it twice rather than never.
 *
 * <p>After a start of the gateway wills wait at least {@code willGraceSeconds}, for the fleet to come back, and a device
 * that does has its will cancelled: it was the gateway that ended its connection (MQTT-3.1.2.5 lets a server defer wills when
 * it fails).
 */
final class Wills {
    private static final Future<Boolean> ALLOWED = Future.succeededFuture(true);
    private static final int APPENDS_MAX = 256;
    private static final long RETRY_MS = 1_000;

    private final Turn turn;
    private final MessageLog log;
    private final Deadlines deadlines;
    private final Numbers numbers;
    private final Consumer<Runnable> later;

    /** Of clients without a session, after a start. */
    private final Map<String, Will> orphans = new HashMap<>();

    private final ArrayDeque<Will> due = new ArrayDeque<>();

    private BiFunction<Message, Set<String>, Future<Boolean>> judge = (will, groups) -> ALLOWED;
    private int appends;
    private int waiting;

    /** @param later runs something on the thread forebay-sessions */
    Wills(Turn turn, MessageLog log, Deadlines deadlines, Numbers numbers, Consumer<Runnable> later) {
        this.turn = turn;
        this.log = log;
        this.deadlines = deadlines;
        this.numbers = numbers;
        this.later = later;
    }

    /** Before the start: who decides, for the groups of its device, whether a will may be published now; may fail to. */
    void judgedBy(BiFunction<Message, Set<String>, Future<Boolean>> rules) {
        judge = rules;
    }

    /** How many wait for their delay, or for the log. */
    int waiting() {
        return waiting;
    }

    /** CONNECT: from now on it is published unless the device says goodbye (MQTT-3.1.2-7). */
    void hold(Session session, Message message, long delaySeconds, Set<String> groups) {
        Will will = new Will(numbers.take(), session.clientId(), message, delaySeconds, groups);
        session.will(will);
        store(will);
        turn.mustBeDurable();
    }

    private void store(Will will) {
        turn.put(Tables.WILLS, Tables.number(will.number()), WillCodec.write(will));
    }

    private void forget(Will will) {
        turn.delete(Tables.WILLS, Tables.number(will.number()));
    }

    /** DISCONNECT (MQTT-3.1.2-8). */
    void discard(Session session) {
        Will will = session.will();
        if (will != null) {
            session.will(null);
            forget(will);
            turn.mustBeDurable();
        }
    }

    /**
     * The connection was lost.
     *
     * @param sessionSeconds how long the session still lives
     */
    void connectionLost(Session session, long sessionSeconds) {
        Will will = session.will();
        if (will == null) {
            return;
        }
        long seconds = Math.min(will.delaySeconds(), sessionSeconds);
        if (seconds == 0) {
            session.will(null);
            publish(will);
        } else {
            await(will, session, turn.nowMs() + seconds * 1000);
            store(will);
        }
    }

    /** Lets it run, for the session to be resumed before. */
    private void await(Will will, Session session, long dueAtMs) {
        will.become(State.WAITING, dueAtMs);
        waiting++;
        will.deadline(deadlines.make(() -> delayIsOver(will, session)));
        deadlines.set(will.deadline(), dueAtMs);
    }

    private void delayIsOver(Will will, Session session) {
        waiting--;
        orphans.remove(will.clientId(), will);
        if (session != null && session.will() == will) {
            session.will(null);
        }
        publish(will);
    }

    /** The session goes on: a will that still waits is not published (MQTT-3.1.3-9). */
    void resumed(Session session) {
        Will will = session.will();
        if (will != null) {
            session.will(null);
            cancel(will);
        }
    }

    /** The session ends: a will that still waits is published now. */
    void ended(Session session) {
        Will will = session.will();
        if (will == null) {
            return;
        }
        session.will(null);
        if (will.state() == State.WAITING) {
            waiting--;
            deadlines.clear(will.deadline());
        }
        publish(will);
    }

    /** At a start: the session is over, but it was the gateway that ended its connection. */
    void outlivesSession(Session session) {
        Will will = session.will();
        if (will != null && will.restored()) {
            session.will(null);
            orphans.put(will.clientId(), will);
        }
    }

    /** A client connects without a session to resume, or starts clean. */
    void clientIsBack(String clientId, Session former) {
        Will orphan = orphans.remove(clientId);
        if (orphan != null) {
            cancel(orphan);
        }
        if (former != null && former.will() != null && former.will().restored()) {
            resumed(former);
        }
    }

    private void cancel(Will will) {
        if (will.state() == State.WAITING) {
            waiting--;
            deadlines.clear(will.deadline());
        }
        forget(will);
        turn.mustBeDurable();
    }

    // ---- to the log ----

    private void publish(Will will) {
        will.become(State.DUE, 0);
        store(will);
        waiting++;
        due.add(will);
    }

    /** Appends what is due, as much as may be under way at a time. Between turns: the store knows that it is due. */
    void appendDue() {
        while (!due.isEmpty() && appends < APPENDS_MAX) {
            judge(due.poll());
        }
    }

    private void judge(Will will) {
        Future<Boolean> allowed = judge.apply(will.message(), will.groups());
        if (allowed.succeeded()) {
            onJudged(will, allowed.result());
        } else {
            appends++;
            allowed.onComplete(done -> later.accept(() -> {
                appends--;
                if (done.succeeded()) {
                    onJudged(will, done.result());
                } else {
                    tryLater(will); // It waits until somebody says yes or no.
                }
            }));
        }
    }

    private void onJudged(Will will, boolean allowed) {
        if (allowed) {
            append(will);
        } else {
            turn.drop(Drop.WILL_DENIED, 1);
            done(will);
        }
    }

    private void append(Will will) {
        Message held = will.message();
        Message message = new Message(
                turn.nowMs(),
                held.clientId(),
                held.topic(),
                held.qos(),
                held.retain(),
                false,
                held.protocolLevel(),
                0,
                held.properties(),
                held.payload(),
                held.username());
        try {
            appends++;
            log.append(message).onComplete(appended -> later.accept(() -> onAppended(will, appended.succeeded())));
        } catch (IllegalArgumentException tooLarge) {
            appends--;
            turn.drop(Drop.WILL_TOO_LARGE, 1);
            done(will);
        }
    }

    private void onAppended(Will will, boolean stored) {
        appends--;
        if (stored) {
            done(will);
        } else {
            tryLater(will);
        }
    }

    private void tryLater(Will will) {
        deadlines.set(deadlines.make(() -> due.add(will)), turn.nowMs() + RETRY_MS);
    }

    private void done(Will will) {
        waiting--;
        forget(will);
    }

    // ---- at the start ----

    void restore(Map<String, Session> sessions) {
        long now = turn.nowMs();
        long graceMs = turn.config().willGraceSeconds() * 1000L;
        turn.scan(Tables.WILLS, Tables.START, null, (key, value) -> {
            Will will = WillCodec.read(Tables.number(key), value);
            Session session = sessions.get(will.clientId());
            switch (will.state()) {
                case HELD -> {
                    will.markRestored();
                    await(will, session, now + Math.max(will.delaySeconds() * 1000, graceMs));
                }
                case WAITING -> await(will, session, Math.max(will.dueAtMs(), now + graceMs));
                case DUE -> publish(will);
            }
            if (will.state() == State.WAITING) {
                belongsTo(will, session);
            }
            return true;
        });
    }

    private void belongsTo(Will will, Session session) {
        if (session == null) {
            orphans.put(will.clientId(), will);
        } else {
            session.will(will);
        }
    }
}
