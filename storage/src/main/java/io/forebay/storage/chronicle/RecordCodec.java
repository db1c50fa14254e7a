package io.forebay.storage.chronicle;

import io.forebay.storage.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a record, and how they are written; {@link RecordView} reads them. No state. All numbers are big-endian. What
 * makes a record here fills in its body; {@link RecordCipher#seal} comes next, then {@link #sealTrailer}.
 *
 * <pre>
 * every record
 *   0  u16  magic F0BA
 *   2  u8   version: 1, or 2 if there is something that version 1 has no word for, as a user name; 3 if it is encrypted
 *   3  u8   kind, see RecordKind
 *   4  u32  length of the whole record
 *   8  ...  body, by kind
 *   trailer, the last 21 bytes: what only the writer knows
 *      i64  position of the record, so that behind damage the next one is known again for what it is
 *      i64  synced before: the durable end when this record was appended. It tells a hole in data that was once synced
 *           from a torn tail that never was
 *      u8   1 if the session remembers the packet id over a restart (QoS 2, session expiry &gt; 0), else 0
 *      u32  CRC32C of: position, synced before, remembered, CRC32C of everything before the trailer (u32)
 * MESSAGE
 *   8  i64  arrived at, ms since 1970        20 u16 length of client id
 *  16  u8   flags: 0-1 QoS, 2 retain, 3 dup, 22 u16 length of topic
 *           4 user name (version 2)
 *  17  u8   MQTT protocol level, 0 if AMQP    24 u32 length of properties
 *  18  u16  packet id                        28 client id, NUL, topic, properties, payload;
 *                                               with a user name: that, u16 length of it
 * RELEASE          8 u16 packet id, 10 client id
 * SESSION_OPENED   8 i64 expiry s, 16 client id
 * SESSION_CLOSED   8 i64 expiry s, 16 i64 closed at ms, 24 client id
 * SESSION_ENDED    8 client id
 * SNAPSHOT         see SnapshotCodec
 * LOST             nothing
 * encrypted        8 Envelope, vouching for bytes 0 to 7, of: u8 version 1 or 2, body as above
 * </pre>
 *
 * <p>Later versions keep the first 8 bytes and the trailer, so that an older gateway can tell a newer record from damage.
 */
final class RecordCodec {
    static final int MAGIC = 0xF0BA;
    /** The latest that is known here. */
    static final byte VERSION = 3;

    static final byte ENCRYPTED_VERSION = 3;
    private static final byte USERNAME_VERSION = 2;
    private static final byte USUAL_VERSION = 1;
    static final int BODY = 8;
    static final int TRAILER = 21;
    static final int CLIENT = 28;
    static final int MESSAGE_OVERHEAD = CLIENT + 1 + TRAILER;
    static final int QOS = 3;
    static final int RETAIN = 4;
    static final int DUP = 8;
    static final int USERNAME = 16;

    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);

    private RecordCodec() {}

    private static VarHandle view(Class<?> arrayType) {
        return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.BIG_ENDIAN);
    }

    static void putShort(byte[] bytes, int offset, int value) {
        SHORT.set(bytes, offset, (short) value);
    }

    static void putInt(byte[] bytes, int offset, int value) {
        INT.set(bytes, offset, value);
    }

    static void putLong(byte[] bytes, int offset, long value) {
        LONG.set(bytes, offset, value);
    }

    static int getShort(byte[] bytes, int offset) {
        return (short) SHORT.get(bytes, offset) & 0xFFFF;
    }

    static int getInt(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset);
    }

    static long getLong(byte[] bytes, int offset) {
        return (long) LONG.get(bytes, offset);
    }

    /** A record of {@code bodyBytes} with its header; the caller fills the body. */
    static byte[] blank(RecordKind kind, int bodyBytes) {
        byte[] record = new byte[BODY + bodyBytes + TRAILER];
        putShort(record, 0, MAGIC);
        record[2] = USUAL_VERSION;
        record[3] = kind.code;
        putInt(record, 4, record.length);
        return record;
    }

    /** Takes the CRC of the finished body: the dear part of sealing, done by the thread that made the record. */
    static byte[] sealBody(byte[] record) {
        putInt(record, record.length - 4, Crc.of(record, 0, record.length - TRAILER));
        return record;
    }

    /** Fills in the trailer. Expects the CRC of the body where {@link #sealBody} leaves it. */
    static void sealTrailer(byte[] record, long position, long syncedBefore, boolean remembered) {
        int trailer = record.length - TRAILER;
        putLong(record, trailer, position);
        putLong(record, trailer + 8, syncedBefore);
        record[trailer + 16] = (byte) (remembered ? 1 : 0);
        putInt(record, trailer + 17, Crc.of(record, trailer, TRAILER));
    }

    /** What {@link #sealTrailer} came to, for a record whose body has this CRC. */
    static int trailerCrc(byte[] bytes, int trailer, int bodyCrc) {
        int found = getInt(bytes, trailer + 17);
        putInt(bytes, trailer + 17, bodyCrc);
        int crc = Crc.of(bytes, trailer, TRAILER);
        putInt(bytes, trailer + 17, found);
        return crc;
    }

    static byte[] message(Message message) {
        byte[] client = message.clientId().getBytes(StandardCharsets.UTF_8);
        byte[] topic = message.topic().getBytes(StandardCharsets.UTF_8);
        byte[] properties = message.properties();
        byte[] payload = message.payload();
        byte[] username = message.username().getBytes(StandardCharsets.UTF_8);
        if (client.length > 0xFFFF || topic.length > 0xFFFF || username.length > 0xFFFF) {
            throw new IllegalArgumentException("client id, topic and user name must fit into 65 535 bytes of UTF-8");
        }
        int usernameBytes = username.length == 0 ? 0 : username.length + 2;
        byte[] record = blank(
                RecordKind.MESSAGE,
                CLIENT - BODY + client.length + 1 + topic.length + properties.length + payload.length + usernameBytes);
        putLong(record, 8, message.arrivedAtMs());
        record[16] = (byte) (message.qos() | (message.retain() ? RETAIN : 0) | (message.dup() ? DUP : 0));
        record[17] = (byte) message.protocolLevel();
        putShort(record, 18, message.packetId());
        putShort(record, 20, client.length);
        putShort(record, 22, topic.length);
        putInt(record, 24, properties.length);
        int at = put(client, record, CLIENT) + 1;
        at = put(topic, record, at);
        at = put(properties, record, at);
        at = put(payload, record, at);
        if (usernameBytes > 0) {
            record[2] = USERNAME_VERSION;
            record[16] |= USERNAME;
            at = put(username, record, at);
            putShort(record, at, username.length);
        }
        return record;
    }

    private static int put(byte[] part, byte[] record, int at) {
        System.arraycopy(part, 0, record, at, part.length);
        return at + part.length;
    }

    static byte[] release(String clientId, int packetId) {
        byte[] record = withClient(RecordKind.RELEASE, 2, clientId);
        putShort(record, BODY, packetId);
        return record;
    }

    static byte[] sessionOpened(String clientId, long expirySeconds) {
        byte[] record = withClient(RecordKind.SESSION_OPENED, 8, clientId);
        putLong(record, BODY, expirySeconds);
        return record;
    }

    static byte[] sessionClosed(String clientId, long expirySeconds, long closedAtMs) {
        byte[] record = withClient(RecordKind.SESSION_CLOSED, 16, clientId);
        putLong(record, BODY, expirySeconds);
        putLong(record, BODY + 8, closedAtMs);
        return record;
    }

    static byte[] sessionEnded(String clientId) {
        return withClient(RecordKind.SESSION_ENDED, 0, clientId);
    }

    /** Stands for a record that cannot be read any more. */
    static byte[] lost() {
        return blank(RecordKind.LOST, 0);
    }

    private static byte[] withClient(RecordKind kind, int fixedBytes, String clientId) {
        byte[] client = clientId.getBytes(StandardCharsets.UTF_8);
        byte[] record = blank(kind, fixedBytes + client.length);
        System.arraycopy(client, 0, record, BODY + fixedBytes, client.length);
        return record;
    }
}
