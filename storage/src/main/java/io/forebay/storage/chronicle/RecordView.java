package io.forebay.storage.chronicle;

import io.forebay.storage.Message;
import io.forebay.storage.Position;
import io.forebay.storage.encryption.UnknownKeyException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one record where it lies in a larger array; see {@link RecordCodec} for the layout. Owned by the thread that reads
 * the segment, and pointed at the next record by it.
 */
final class RecordView {
    private static final byte[] NOTHING = {};

    private final RecordCipher cipher;
    private byte[] bytes = NOTHING;
    private int from;
    private int length;
    /** As it stands in the file, which is the same unless it is encrypted. */
    private byte[] sealed = NOTHING;

    private int sealedFrom;
    private int sealedLength;

    /** What looking at the bytes found. */
    enum Soundness {
        SOUND,
        DAMAGED,
        NEWER_VERSION
    }

    RecordView() {
        this(RecordCipher.NONE);
    }

    RecordView(RecordCipher cipher) {
        this.cipher = cipher;
    }

    void at(byte[] newBytes, int newFrom, int newLength) {
        bytes = newBytes;
        from = newFrom;
        length = newLength;
        sealed = newBytes;
        sealedFrom = newFrom;
        sealedLength = newLength;
    }

    static RecordView of(byte[] record) {
        RecordView view = new RecordView();
        view.at(record, 0, record.length);
        return view;
    }

    /** Whether these bytes may be the start of a record: cheap, to look for one. */
    static boolean mayStartAt(byte[] bytes, int from) {
        return RecordCodec.getShort(bytes, from) == RecordCodec.MAGIC && RecordKind.of(bytes[from + 3]) != null;
    }

    /**
     * Whether it is in whole what was written; an encrypted one is decrypted by this. Nothing else may be asked of a record
     * that is not sound.
     *
     * @throws UnknownKeyException if it is encrypted with a key that is not known
     */
    Soundness check() {
        if (length < RecordCodec.BODY + RecordCodec.TRAILER || u16(0) != RecordCodec.MAGIC || u32(4) != length) {
            return Soundness.DAMAGED;
        }
        int trailer = from + length - RecordCodec.TRAILER;
        int bodyCrc = Crc.of(bytes, from, length - RecordCodec.TRAILER);
        if (RecordCodec.trailerCrc(bytes, trailer, bodyCrc) != u32(length - 4)) {
            return Soundness.DAMAGED;
        }
        if (bytes[from + 2] > RecordCodec.VERSION) {
            return Soundness.NEWER_VERSION;
        }
        if (bytes[from + 2] == RecordCodec.ENCRYPTED_VERSION && !decrypt()) {
            return Soundness.DAMAGED;
        }
        if (bytes[from + 2] > RecordCodec.VERSION) {
            return Soundness.NEWER_VERSION; // Within what was encrypted.
        }
        return kind() != null && fits() ? Soundness.SOUND : Soundness.DAMAGED;
    }

    private boolean decrypt() {
        byte[] plain = RecordCipher.mayBe(length) ? cipher.decrypt(bytes, from, length) : null;
        if (plain != null) {
            bytes = plain;
            from = 0;
            length = plain.length;
        }
        return plain != null;
    }

    private boolean fits() {
        if (kind() != RecordKind.MESSAGE) {
            return true;
        }
        long fixed = (long) RecordCodec.MESSAGE_OVERHEAD + u16(20) + u16(22) + (hasUsername() ? 2 : 0);
        return length >= fixed
                && u32(24) >= 0
                && length >= fixed + u32(24)
                && length >= fixed + u32(24) + usernameBytes();
    }

    int u16(int at) {
        return RecordCodec.getShort(bytes, from + at);
    }

    int u32(int at) {
        return RecordCodec.getInt(bytes, from + at);
    }

    long i64(int at) {
        return RecordCodec.getLong(bytes, from + at);
    }

    String text(int at, int textBytes) {
        return new String(bytes, from + at, textBytes, StandardCharsets.UTF_8);
    }

    /** The text from {@code at} to the end of the body. */
    String textFrom(int at) {
        return text(at, length - RecordCodec.TRAILER - at);
    }

    int length() {
        return length;
    }

    /** All of it, as {@link SegmentWriter#append} takes it. */
    byte[] unsealed() {
        return RecordCodec.sealBody(Arrays.copyOfRange(sealed, sealedFrom, sealedFrom + sealedLength));
    }

    RecordKind kind() {
        return RecordKind.of(bytes[from + 3]);
    }

    long position() {
        return i64(length - RecordCodec.TRAILER);
    }

    long index() {
        return Position.index(position());
    }

    int segment() {
        return Position.segment(position());
    }

    long syncedBefore() {
        return i64(length - RecordCodec.TRAILER + 8);
    }

    /** Whether the session of this message remembers its packet id over a restart. */
    boolean remembered() {
        return bytes[from + length - RecordCodec.TRAILER + 16] != 0;
    }

    // ---- of a MESSAGE ----

    /** Client id, NUL and topic stand in the record as the lane key is spelled. */
    String lane() {
        return text(RecordCodec.CLIENT, u16(20) + 1 + u16(22));
    }

    String messageClient() {
        return text(RecordCodec.CLIENT, u16(20));
    }

    String topic() {
        return text(RecordCodec.CLIENT + u16(20) + 1, u16(22));
    }

    private boolean hasUsername() {
        return (bytes[from + 16] & RecordCodec.USERNAME) != 0;
    }

    private int usernameBytes() {
        return hasUsername() ? u16(length - RecordCodec.TRAILER - 2) : 0;
    }

    String username() {
        return hasUsername() ? text(length - RecordCodec.TRAILER - 2 - usernameBytes(), usernameBytes()) : "";
    }

    boolean retain() {
        return (bytes[from + 16] & RecordCodec.RETAIN) != 0;
    }

    boolean fromAmqp() {
        return bytes[from + 17] == Message.FROM_AMQP;
    }

    long arrivedAtMs() {
        return i64(8);
    }

    int payloadBytes() {
        return payloadEnd() - payload();
    }

    int messagePacketId() {
        return u16(18);
    }

    Message message() {
        int flags = bytes[from + 16];
        return new Message(
                arrivedAtMs(),
                messageClient(),
                topic(),
                flags & RecordCodec.QOS,
                retain(),
                (flags & RecordCodec.DUP) != 0,
                bytes[from + 17],
                u16(18),
                copy(properties(), payload()),
                copy(payload(), payloadEnd()),
                username());
    }

    private int properties() {
        return RecordCodec.CLIENT + u16(20) + 1 + u16(22);
    }

    private int payload() {
        return properties() + u32(24);
    }

    private int payloadEnd() {
        return length - RecordCodec.TRAILER - (hasUsername() ? 2 + usernameBytes() : 0);
    }

    private byte[] copy(int begin, int end) {
        return begin == end ? NOTHING : Arrays.copyOfRange(bytes, from + begin, from + end);
    }
}
