package io.forebay.storage.chronicle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Sessions as SNAPSHOT records. No state.
 *
 * <pre>
 *   8  u32  number of this chunk, from 0
 *  12  u32  number of chunks; the snapshot is complete if all of them are there
 *  16  u32  number of sessions in this chunk
 *  20  per session: i64 expiry s, i64 closed at ms or -1 while connected, u16 length of client id, client id,
 *                   u16 number of packet ids that wait for release, u16 each
 * </pre>
 */
final class SnapshotCodec {
    private static final int HEAD = 12;
    private static final int CHUNK_BYTES = 128 << 10;

    private SnapshotCodec() {}

    static int entryBytes(int clientIdBytes, int packetIds) {
        return 8 + 8 + 2 + clientIdBytes + 2 + 2 * packetIds;
    }

    static List<byte[]> encode(List<Session> sessions) {
        List<List<Session>> chunks = chunks(sessions);
        List<byte[]> records = new ArrayList<>(chunks.size());
        for (int i = 0; i < chunks.size(); i++) {
            records.add(encodeChunk(i, chunks.size(), chunks.get(i)));
        }
        return records;
    }

    private static List<List<Session>> chunks(List<Session> sessions) {
        List<List<Session>> chunks = new ArrayList<>();
        List<Session> chunk = new ArrayList<>();
        int bytes = 0;
        for (Session session : sessions) {
            bytes += entryBytes(session.clientIdBytes, session.receivedIds().length);
            chunk.add(session);
            if (bytes >= CHUNK_BYTES) {
                chunks.add(chunk);
                chunk = new ArrayList<>();
                bytes = 0;
            }
        }
        if (!chunk.isEmpty() || chunks.isEmpty()) {
            chunks.add(chunk);
        }
        return chunks;
    }

    private static byte[] encodeChunk(int number, int of, List<Session> sessions) {
        int bytes = HEAD;
        for (Session session : sessions) {
            bytes += entryBytes(session.clientIdBytes, session.receivedIds().length);
        }
        byte[] record = RecordCodec.blank(RecordKind.SNAPSHOT, bytes);
        RecordCodec.putInt(record, 8, number);
        RecordCodec.putInt(record, 12, of);
        RecordCodec.putInt(record, 16, sessions.size());
        int at = 20;
        for (Session session : sessions) {
            at = encodeSession(record, at, session);
        }
        return record;
    }

    private static int encodeSession(byte[] record, int from, Session session) {
        byte[] client = session.clientId.getBytes(StandardCharsets.UTF_8);
        RecordCodec.putLong(record, from, session.expirySeconds);
        RecordCodec.putLong(record, from + 8, session.closedAtMs);
        RecordCodec.putShort(record, from + 16, client.length);
        System.arraycopy(client, 0, record, from + 18, client.length);
        int at = from + 18 + client.length;
        int[] ids = session.receivedIds();
        RecordCodec.putShort(record, at, ids.length);
        at += 2;
        for (int id : ids) {
            RecordCodec.putShort(record, at, id);
            at += 2;
        }
        return at;
    }

    static int chunk(RecordView record) {
        return record.u32(8);
    }

    static int chunks(RecordView record) {
        return record.u32(12);
    }

    static List<Session> decode(RecordView record) {
        int count = record.u32(16);
        List<Session> sessions = new ArrayList<>(count);
        int at = 20;
        for (int i = 0; i < count; i++) {
            int clientBytes = record.u16(at + 16);
            Session session = new Session(record.text(at + 18, clientBytes), clientBytes, record.i64(at));
            session.closedAtMs = record.i64(at + 8);
            at += 18 + clientBytes;
            int ids = record.u16(at);
            at += 2;
            for (int n = 0; n < ids; n++, at += 2) {
                session.received().add(record.u16(at));
            }
            sessions.add(session);
        }
        return sessions;
    }
}
