package io.forebay.storage.chronicle;

import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sessions of all clients. Owned by the log's writer thread (during the start by the thread that opens the log).
 *
 * <p>Every change that must survive a restart is written to the journal before this returns; the caller tells nobody
 * before the journal is synced. A session with expiry 0 ends with its connection, so with the process at the latest, and
 * writes nothing.
 */
final class Sessions {
    private static final int SWEPT_AT_ONCE = 10_000;

    /** Where changes are written down. */
    interface Journal {
        void write(byte[] record);
    }

    /** What a QoS 2 message means to its session. */
    enum Receipt {
        /** Its packet id waits for release already. */
        REPEATED,
        /** New; its packet id is to be remembered over a restart. */
        REMEMBERED,
        /** New; its packet id lives as long as the connection. */
        PASSING
    }

    private final Map<String, Session> byClient = new HashMap<>();
    private final int sessionsMax;
    private final long snapshotBytesMax;
    private final RecordCipher cipher;
    private long snapshotBytes;
    /** How to take back what changed since the last commit, the newest first. */
    private final Deque<Runnable> uncommitted = new ArrayDeque<>();

    Sessions(int sessionsMax, long snapshotBytesMax, RecordCipher cipher) {
        this.sessionsMax = sessionsMax;
        this.snapshotBytesMax = snapshotBytesMax;
        this.cipher = cipher;
    }

    int count() {
        return byClient.size();
    }

    /** The journal is durable as far as it was written. */
    void committed() {
        uncommitted.clear();
    }

    /** What the journal was told since the last commit is not durable, and never will be: it did not happen. */
    void takeBack() {
        while (!uncommitted.isEmpty()) {
            uncommitted.pop().run();
        }
    }

    /** @return whether an earlier session is resumed */
    boolean open(String clientId, boolean cleanStart, long expirySeconds, long nowMs, Journal journal) {
        Session earlier = byClient.get(clientId);
        // A session with expiry 0 ends with its connection, and whoever connects with its client id ends that.
        if (earlier != null && (cleanStart || !earlier.persistent() || earlier.expired(nowMs))) {
            end(earlier, journal);
            earlier = null;
        }
        boolean resumed = earlier != null;
        Session session = resumed ? earlier : admit(clientId, expirySeconds, nowMs, journal);
        boolean wasPersistent = resumed;
        remember(session);
        session.closedAtMs = Session.CONNECTED;
        session.expirySeconds = expirySeconds;
        if (session.persistent() || wasPersistent) {
            write(RecordCodec.sessionOpened(clientId, expirySeconds), journal);
        }
        return resumed;
    }

    private Session admit(String clientId, long expirySeconds, long nowMs, Journal journal) {
        int clientIdBytes = clientId.getBytes(StandardCharsets.UTF_8).length;
        if (full(clientIdBytes)) {
            sweep(nowMs, journal);
        }
        if (full(clientIdBytes)) {
            throw new LogException(
                    Kind.TOO_MANY_SESSIONS, "The log remembers " + byClient.size() + " sessions and takes no more");
        }
        Session session = new Session(clientId, clientIdBytes, expirySeconds);
        add(session);
        uncommitted.push(() -> remove(session));
        return session;
    }

    private void remember(Session session) {
        long expirySeconds = session.expirySeconds;
        long closedAtMs = session.closedAtMs;
        uncommitted.push(() -> {
            session.expirySeconds = expirySeconds;
            session.closedAtMs = closedAtMs;
        });
    }

    private boolean full(int clientIdBytes) {
        return byClient.size() >= sessionsMax
                || snapshotBytes + SnapshotCodec.entryBytes(clientIdBytes, 0) > snapshotBytesMax;
    }

    private void add(Session session) {
        byClient.put(session.clientId, session);
        snapshotBytes += SnapshotCodec.entryBytes(session.clientIdBytes, 0);
    }

    private void end(Session session, Journal journal) {
        remove(session);
        uncommitted.push(() -> add(session));
        if (session.persistent()) {
            write(RecordCodec.sessionEnded(session.clientId), journal);
        }
    }

    private void remove(Session session) {
        byClient.remove(session.clientId);
        snapshotBytes -= SnapshotCodec.entryBytes(session.clientIdBytes, 0);
    }

    void close(String clientId, long expirySeconds, long nowMs, Journal journal) {
        Session session = byClient.get(clientId);
        if (session == null) {
            return;
        }
        // From 0 it cannot be raised (MQTT-3.14.2-2): nothing of this session was written down.
        if (expirySeconds == 0 || !session.persistent()) {
            end(session, journal);
            return;
        }
        remember(session);
        session.closedAtMs = nowMs;
        session.expirySeconds = expirySeconds;
        write(RecordCodec.sessionClosed(clientId, expirySeconds, nowMs), journal);
    }

    /** A QoS 2 message arrives. */
    Receipt receive(String clientId, int packetId) {
        Session session = byClient.get(clientId);
        if (session == null) {
            // Its connection is gone and its session with it, only its last messages are still on the way.
            return Receipt.PASSING;
        }
        if (!session.received().add(packetId)) {
            return Receipt.REPEATED;
        }
        uncommitted.push(() -> session.received().remove(packetId));
        return session.persistent() ? Receipt.REMEMBERED : Receipt.PASSING;
    }

    /** @return false if no message with this packet id waits for its release */
    boolean release(String clientId, int packetId, Journal journal) {
        Session session = byClient.get(clientId);
        if (session == null
                || !session.waitsForRelease(packetId)
                || !session.received().remove(packetId)) {
            return false;
        }
        uncommitted.push(() -> session.received().add(packetId));
        if (session.persistent()) {
            write(RecordCodec.release(clientId, packetId), journal);
        }
        return true;
    }

    /** Ends sessions that are past their expiry. Walks all of them: not to be done often. */
    void sweep(long nowMs, Journal journal) {
        List<Session> expired = new ArrayList<>();
        for (Session session : byClient.values()) {
            if (session.expired(nowMs) && expired.size() < SWEPT_AT_ONCE) {
                expired.add(session);
            }
        }
        expired.forEach(session -> end(session, journal));
    }

    /** All persistent sessions as records; with them a segment can be read without the earlier ones. */
    List<byte[]> snapshot() {
        List<Session> persistent =
                byClient.values().stream().filter(Session::persistent).toList();
        return SnapshotCodec.encode(persistent).stream().map(cipher::seal).toList();
    }

    private void write(byte[] record, Journal journal) {
        journal.write(cipher.seal(record));
    }

    // ---- the start: the same changes, read back ----

    /** Does again what a record says was done. */
    void replay(RecordView record) {
        switch (record.kind()) {
            case MESSAGE -> replayMessage(record);
            case RELEASE -> replayRelease(record);
            case SESSION_OPENED -> replayOpened(record);
            case SESSION_CLOSED -> replayClosed(record);
            case SESSION_ENDED -> replayEnded(record.textFrom(RecordCodec.BODY));
            case SNAPSHOT -> SnapshotCodec.decode(record).forEach(this::add);
            case LOST -> forgetPacketIds();
        }
    }

    private void replayMessage(RecordView record) {
        if (record.remembered()) {
            Session session = byClient.get(record.messageClient());
            if (session != null) {
                session.received().add(record.messagePacketId());
            }
        }
    }

    private void replayRelease(RecordView record) {
        Session session = byClient.get(record.textFrom(RecordCodec.BODY + 2));
        if (session != null) {
            session.received().remove(record.u16(RecordCodec.BODY));
        }
    }

    private void replayOpened(RecordView record) {
        String clientId = record.textFrom(RecordCodec.BODY + 8);
        long expirySeconds = record.i64(RecordCodec.BODY);
        if (expirySeconds == 0) {
            // It was to end with its connection, and no connection survives the process.
            replayEnded(clientId);
            return;
        }
        Session session = byClient.get(clientId);
        if (session == null) {
            session =
                    new Session(clientId, record.length() - RecordCodec.TRAILER - RecordCodec.BODY - 8, expirySeconds);
            add(session);
        }
        session.expirySeconds = expirySeconds;
        session.closedAtMs = Session.CONNECTED;
    }

    private void replayClosed(RecordView record) {
        Session session = byClient.get(record.textFrom(RecordCodec.BODY + 16));
        if (session != null) {
            session.expirySeconds = record.i64(RecordCodec.BODY);
            session.closedAtMs = record.i64(RecordCodec.BODY + 8);
        }
    }

    private void replayEnded(String clientId) {
        Session session = byClient.get(clientId);
        if (session != null) {
            remove(session);
        }
    }

    /**
     * Part of what is replayed cannot be read. A release may be among it, and a packet id that waits for ever would
     * swallow a later message: a message twice is the smaller harm.
     */
    void forgetPacketIds() {
        byClient.values().forEach(Session::forgetReceived);
    }

    /** All is replayed. Connections did not survive: their sessions count from now. */
    void replayed(long nowMs) {
        for (Session session : byClient.values()) {
            if (session.closedAtMs == Session.CONNECTED) {
                session.closedAtMs = nowMs;
            }
        }
    }
}
