package io.forebay.storage.chronicle;

import io.forebay.storage.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of a record. No state. All numbers are big-endian.
 *
 * <pre>
 * every record
 *   0  u16  magic F0BA
 *   2  u8   version, 1
 *   3  u8   kind, see RecordKind
 *   4  u32  length of the whole record
 *   8  ...  body, by kind
 *   trailer, the last 13 bytes: what only the writer knows
 *      i64  synced before: the durable end when this record was appended. It tells a hole in data that was once synced
 *           from a torn tail that never was
 *      u8   1 if the session remembers the packet id over a restart (QoS 2, session expiry &gt; 0), else 0
 *      u32  CRC32C of: position of the record (i64, not stored: a record read at a wrong place does not pass),
 *           synced before, remembered, CRC32C of everything before the trailer (u32)
 * MESSAGE
 *   8  i64  arrived at, ms since 1970        20 u16 length of client id
 *  16  u8   flags: 0-1 QoS, 2 retain, 3 dup  22 u16 length of topic
 *  17  u8   MQTT protocol level              24 u32 length of properties
 *  18  u16  packet id                        28 client id, NUL, topic, properties, payload
 * RELEASE          8 u16 packet id, 10 client id
 * SESSION_OPENED   8 i64 expiry s, 16 client id
 * SESSION_CLOSED   8 i64 expiry s, 16 i64 closed at ms, 24 client id
 * SESSION_ENDED    8 client id
 * SNAPSHOT         see SnapshotCodec
 * </pre>
 *
 * <p>Later versions keep the first 8 bytes and the trailer, so that an older gateway can tell a newer record from damage.
 */
final class RecordCodec {
    static final int BODY = 8;
    static final int TRAILER = 13;
    static final int MESSAGE_OVERHEAD = 28 + 1 + TRAILER;

    private static final short MAGIC = (short) 0xF0BA;
    private static final byte VERSION = 1;
    private static final int CLIENT = 28;

    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);

    /** What reading a record found. */
    enum Soundness {
        SOUND,
        DAMAGED,
        NEWER_VERSION
    }

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

    // ---- writing ----

    /** A record of {@code bodyBytes} with its header; the caller fills the body and then seals it. */
    static byte[] blank(RecordKind kind, int bodyBytes) {
        byte[] record = new byte[BODY + bodyBytes + TRAILER];
        putShort(record, 0, MAGIC);
        record[2] = VERSION;
        record[3] = kind.code;
        putInt(record, 4, record.length);
        return record;
    }

    /** Takes the CRC of the finished body: the dear part of sealing, done by the thread that made the record. */
    static byte[] sealBody(byte[] record) {
        int end = record.length - TRAILER;
        putInt(record, end + 9, Crc.of(record, 0, end));
        return record;
    }

    static byte[] message(Message message) {
        byte[] client = message.clientId().getBytes(StandardCharsets.UTF_8);
        byte[] topic = message.topic().getBytes(StandardCharsets.UTF_8);
        byte[] properties = message.properties();
        byte[] payload = message.payload();
        if (client.length > 0xFFFF || topic.length > 0xFFFF) {
            throw new IllegalArgumentException("client id and topic must fit into 65 535 bytes of UTF-8");
        }
        byte[] record = blank(
                RecordKind.MESSAGE,
                CLIENT - BODY + client.length + 1 + topic.length + properties.length + payload.length);
        putLong(record, 8, message.arrivedAtMs());
        record[16] = (byte) (message.qos() | (message.retain() ? 4 : 0) | (message.dup() ? 8 : 0));
        record[17] = (byte) message.protocolLevel();
        putShort(record, 18, message.packetId());
        putShort(record, 20, client.length);
        putShort(record, 22, topic.length);
        putInt(record, 24, properties.length);
        System.arraycopy(client, 0, record, CLIENT, client.length);
        int at = CLIENT + client.length + 1;
        System.arraycopy(topic, 0, record, at, topic.length);
        at += topic.length;
        System.arraycopy(properties, 0, record, at, properties.length);
        System.arraycopy(payload, 0, record, at + properties.length, payload.length);
        return sealBody(record);
    }

    static byte[] release(String clientId, int packetId) {
        byte[] record = withClient(RecordKind.RELEASE, 2, clientId);
        putShort(record, BODY, packetId);
        return sealBody(record);
    }

    static byte[] sessionOpened(String clientId, long expirySeconds) {
        byte[] record = withClient(RecordKind.SESSION_OPENED, 8, clientId);
        putLong(record, BODY, expirySeconds);
        return sealBody(record);
    }

    static byte[] sessionClosed(String clientId, long expirySeconds, long closedAtMs) {
        byte[] record = withClient(RecordKind.SESSION_CLOSED, 16, clientId);
        putLong(record, BODY, expirySeconds);
        putLong(record, BODY + 8, closedAtMs);
        return sealBody(record);
    }

    static byte[] sessionEnded(String clientId) {
        return sealBody(withClient(RecordKind.SESSION_ENDED, 0, clientId));
    }

    private static byte[] withClient(RecordKind kind, int fixedBytes, String clientId) {
        byte[] client = clientId.getBytes(StandardCharsets.UTF_8);
        byte[] record = blank(kind, fixedBytes + client.length);
        System.arraycopy(client, 0, record, BODY + fixedBytes, client.length);
        return record;
    }

    /** Fills in the trailer. Expects the CRC of the body where {@link #sealBody} leaves it. */
    static void sealTrailer(byte[] record, long position, long syncedBefore, boolean remembered, byte[] scratch) {
        int trailer = record.length - TRAILER;
        putLong(record, trailer, syncedBefore);
        record[trailer + 8] = (byte) (remembered ? 1 : 0);
        int bodyCrc = getInt(record, trailer + 9);
        putInt(record, trailer + 9, trailerCrc(position, syncedBefore, remembered ? 1 : 0, bodyCrc, scratch));
    }

    /** How many bytes of scratch the trailer's CRC needs; a caller keeps them, to make no garbage. */
    static byte[] scratch() {
        return new byte[21];
    }

    private static int trailerCrc(long position, long syncedBefore, int remembered, int bodyCrc, byte[] scratch) {
        putLong(scratch, 0, position);
        putLong(scratch, 8, syncedBefore);
        scratch[16] = (byte) remembered;
        putInt(scratch, 17, bodyCrc);
        return Crc.of(scratch, 0, scratch.length);
    }

    // ---- reading ----

    /** Whether the first {@code length} bytes are the record that was written at {@code position}. */
    static Soundness check(byte[] record, int length, long position, byte[] scratch) {
        if (length < BODY + TRAILER || getShort(record, 0) != (MAGIC & 0xFFFF) || getInt(record, 4) != length) {
            return Soundness.DAMAGED;
        }
        int trailer = length - TRAILER;
        int crc = trailerCrc(
                position, getLong(record, trailer), record[trailer + 8], Crc.of(record, 0, trailer), scratch);
        if (crc != getInt(record, trailer + 9)) {
            return Soundness.DAMAGED;
        }
        if (record[2] > VERSION) {
            return Soundness.NEWER_VERSION;
        }
        return kind(record) == null || !fits(record, length) ? Soundness.DAMAGED : Soundness.SOUND;
    }

    private static boolean fits(byte[] record, int length) {
        if (kind(record) != RecordKind.MESSAGE) {
            return true;
        }
        long fixed = (long) MESSAGE_OVERHEAD + getShort(record, 20) + getShort(record, 22);
        return length >= fixed && getInt(record, 24) >= 0 && length >= fixed + getInt(record, 24);
    }

    static RecordKind kind(byte[] record) {
        return RecordKind.of(record[3]);
    }

    static long syncedBefore(byte[] record, int length) {
        return getLong(record, length - TRAILER);
    }

    /** Whether the session of this message remembers its packet id over a restart. */
    static boolean remembered(byte[] record, int length) {
        return record[length - TRAILER + 8] != 0;
    }

    /** Client id, NUL and topic stand in the record as the lane key is spelled. */
    static String lane(byte[] record) {
        return new String(record, CLIENT, getShort(record, 20) + 1 + getShort(record, 22), StandardCharsets.UTF_8);
    }

    static Message message(byte[] record, int length) {
        int clientBytes = getShort(record, 20);
        int topicBytes = getShort(record, 22);
        int topic = CLIENT + clientBytes + 1;
        int properties = topic + topicBytes;
        int payload = properties + getInt(record, 24);
        return new Message(
                getLong(record, 8),
                new String(record, CLIENT, clientBytes, StandardCharsets.UTF_8),
                new String(record, topic, topicBytes, StandardCharsets.UTF_8),
                record[16] & 3,
                (record[16] & 4) != 0,
                (record[16] & 8) != 0,
                record[17],
                getShort(record, 18),
                Arrays.copyOfRange(record, properties, payload),
                Arrays.copyOfRange(record, payload, length - TRAILER));
    }

    static String client(byte[] record, int length, int fixedBytes) {
        int from = BODY + fixedBytes;
        return new String(record, from, length - TRAILER - from, StandardCharsets.UTF_8);
    }

    static int messageQos(byte[] record) {
        return record[16] & 3;
    }

    static int messagePacketId(byte[] record) {
        return getShort(record, 18);
    }

    static String messageClient(byte[] record) {
        return new String(record, CLIENT, getShort(record, 20), StandardCharsets.UTF_8);
    }
}
