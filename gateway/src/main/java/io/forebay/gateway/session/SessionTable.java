package io.forebay.gateway.session;

import io.forebay.gateway.session.SessionHold.WillFate;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All sessions, from their beginning to their end. Owned by the thread forebay-sessions.
 */
final class SessionTable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionTable.class);
    private static final long NEVER_EXPIRES = 0xFFFF_FFFFL;

    private final Turn turn;
    private final Numbers numbers;
    private final Subscriptions subscriptions;
    private final Wills wills;
    private final Deadlines deadlines;
    private final Map<String, Session> byClientId = new HashMap<>();

    /** Of which a crash has left no counts: they are counted when they are used, or when there is nothing else to do. */
    private final ArrayDeque<Session> uncounted = new ArrayDeque<>();

    private final UserSessions users;
    private int connected;

    /** @param present whether it is an earlier session that goes on */
    record Opening(boolean present, Attachment attachment) {}

    SessionTable(Turn turn, Numbers numbers, Subscriptions subscriptions, Wills wills, Deadlines deadlines) {
        this.turn = turn;
        this.numbers = numbers;
        this.subscriptions = subscriptions;
        this.wills = wills;
        this.deadlines = deadlines;
        this.users = new UserSessions(turn.config().sessionsPerUserMax());
    }

    int count() {
        return byClientId.size();
    }

    int connected() {
        return connected;
    }

    Opening open(SessionRequest request, Subscriber subscriber, ContextInternal context) {
        Session former = byClientId.get(request.clientId());
        if (former == null && byClientId.size() >= turn.config().sessionsMax()) {
            throw new SessionException(
                    SessionException.Kind.TOO_MANY_SESSIONS, "As many sessions as there may be: " + byClientId.size());
        }
        if (!users.hasRoom(request.user(), former)) {
            throw new SessionException(
                    SessionException.Kind.TOO_MANY_OF_USER, "As many sessions as this user may have");
        }
        if (former != null && former.attachment() != null) {
            close(former.attachment(), former.expirySeconds(), WillFate.PUBLISH);
            former = byClientId.get(request.clientId());
        }
        wills.clientIsBack(request.clientId(), former);
        if (former != null && (request.cleanStart() || isExpired(former))) {
            end(former);
            former = null;
        }
        Session session = former == null ? make(request) : resume(former);
        users.give(session, request.user());
        Attachment attachment = session.attach(subscriber, context, request);
        connected++;
        if (request.will() != null) {
            wills.hold(session, request.will(), request.willDelaySeconds(), request.groups());
        }
        store(session);
        return new Opening(former != null, attachment);
    }

    private Session make(SessionRequest request) {
        boolean stored = request.expirySeconds() > 0;
        Session session =
                new Session(turn, request.clientId(), stored ? numbers.take() : 0, stored, subscriptions::group);
        byClientId.put(request.clientId(), session);
        return session;
    }

    private Session resume(Session session) {
        wills.resumed(session);
        if (session.expiry() != null) {
            deadlines.clear(session.expiry());
        }
        return session;
    }

    private void store(Session session) {
        if (session.isStored()) {
            turn.put(
                    Tables.SESSIONS,
                    Tables.text(session.clientId()),
                    session.record().write());
            turn.mustBeDurable();
        }
    }

    private boolean isExpired(Session session) {
        return expiresAtMs(session) <= turn.nowMs();
    }

    private static long expiresAtMs(Session session) {
        return session.expirySeconds() == NEVER_EXPIRES
                ? Long.MAX_VALUE
                : session.disconnectedAtMs() + session.expirySeconds() * 1000;
    }

    /** Its connection is gone. */
    void close(Attachment attachment, long expirySeconds, WillFate fate) {
        Session session = attachment.session();
        long lives = session.isStored() ? expirySeconds : 0;
        session.detach(lives);
        connected--;
        switch (fate) {
            case DISCARD -> wills.discard(session);
            case PUBLISH -> wills.connectionLost(session, lives);
            case KEEP -> session.will(null);
        }
        if (lives == 0) {
            end(session);
        } else {
            store(session);
            expireLater(session);
        }
    }

    private void expireLater(Session session) {
        long at = expiresAtMs(session);
        if (at == Long.MAX_VALUE) {
            return;
        }
        if (session.expiry() == null) {
            session.expiry(deadlines.make(() -> end(session)));
        }
        deadlines.set(session.expiry(), at);
    }

    /** The session ends, and with it its subscriptions and its queue (MQTT-4.1.0-2). */
    private void end(Session session) {
        if (session.expiry() != null) {
            deadlines.clear(session.expiry());
        }
        session.giveBackShared();
        subscriptions.removeAll(session);
        wills.ended(session);
        turn.drop(Drop.SESSION_ENDED, session.queue().deleteAll());
        if (session.isStored()) {
            turn.delete(Tables.SESSIONS, Tables.text(session.clientId()));
        }
        byClientId.remove(session.clientId());
        users.leave(session);
    }

    // ---- start and end of the gateway ----

    /** @param orderly whether the counts in the records are true */
    void restore(boolean orderly) {
        Map<Long, Session> byNumber = new HashMap<>();
        List<Session> over = new ArrayList<>();
        List<Session> wereConnected = new ArrayList<>();
        turn.scan(Tables.SESSIONS, Tables.START, null, (key, value) -> {
            SessionRecord record = SessionRecord.read(value);
            Session session = new Session(turn, Tables.text(key), record.number(), true, subscriptions::group);
            session.restore(record, orderly, turn.nowMs());
            users.enter(session);
            byClientId.put(session.clientId(), session);
            byNumber.put(record.number(), session);
            if (isExpired(session)) {
                over.add(session);
            } else if (record.connected()) {
                wereConnected.add(session);
            }
            return true;
        });
        subscriptions.restoreGroups(orderly);
        subscriptions.restore(byNumber);
        wills.restore(byClientId);
        over.forEach(this::endAtStart);
        wereConnected.forEach(Session::giveBackShared);
        byClientId.values().forEach(this::awaitDevice);
        LOG.info(
                "Sessions are restored [sessions={}, subscriptions={}, orderly={}]",
                byClientId.size(),
                subscriptions.count(),
                orderly);
    }

    /** Its device may all the same come back soon, and its will waits for that. */
    private void endAtStart(Session session) {
        wills.outlivesSession(session);
        end(session);
    }

    private void awaitDevice(Session session) {
        expireLater(session);
        if (!session.queue().isCounted()) {
            uncounted.add(session);
        }
    }

    /** @return whether there are more */
    boolean countOne() {
        Session session = uncounted.poll();
        if (session != null && byClientId.get(session.clientId()) == session) {
            session.queue().count();
        }
        return !uncounted.isEmpty();
    }

    /** So that the next start need not count. */
    void storeAll() {
        for (Session session : byClientId.values()) {
            if (session.isStored() && !session.queue().isRecordTrue()) {
                store(session);
            }
        }
        for (SharedGroup group : subscriptions.groups()) {
            if (group.isStored()) {
                turn.put(Tables.GROUPS, Tables.text(group.name()), GroupCodec.write(group));
            }
        }
    }
}
