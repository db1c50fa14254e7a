package io.forebay.storage.chronicle;

import io.forebay.storage.encryption.Envelope;
import io.forebay.storage.encryption.Keyring;
import io.forebay.storage.encryption.UnknownKeyException;
import java.util.Arrays;

/**
 * Encrypts records before their CRC is taken, and decrypts them after it was checked: damage is told from a wrong key that
 * way, and what a record says of itself (kind, position, what was synced before) is readable without a key. One for each
 * opening of the log; any thread.
 */
final class RecordCipher {
    /** Reads and writes what is not encrypted. */
    static final RecordCipher NONE = new RecordCipher(Keyring.NONE);

    private static final int INNER_VERSION = 1;
    private static final int OVERHEAD = Envelope.OVERHEAD + INNER_VERSION;

    private final Envelope envelope;

    RecordCipher(Keyring keys) {
        envelope = new Envelope(keys);
    }

    Keyring keys() {
        return envelope.keys();
    }

    /** @return how many bytes more an encrypted record has */
    int overhead() {
        return envelope.encrypts() ? OVERHEAD : 0;
    }

    /**
     * Encrypts the finished body of a record if there are keys, and takes its CRC: the dear part, done by the thread that makes
     * the record.
     *
     * @param record as the codec made it; not to be used any more
     */
    byte[] seal(byte[] record) {
        return RecordCodec.sealBody(envelope.encrypts() ? encrypt(record) : record);
    }

    private byte[] encrypt(byte[] record) {
        byte[] encrypted = Arrays.copyOf(record, record.length + OVERHEAD);
        encrypted[2] = RecordCodec.ENCRYPTED_VERSION;
        RecordCodec.putInt(encrypted, 4, encrypted.length);
        int body = RecordCodec.BODY - INNER_VERSION;
        // The version stands before the body in the plain text, so it goes where the header of the old record ends.
        record[body] = record[2];
        envelope.seal(
                record,
                body,
                record.length - RecordCodec.TRAILER - body,
                encrypted,
                RecordCodec.BODY,
                RecordCodec.BODY);
        return encrypted;
    }

    /**
     * @param from where a sound record of {@code length} bytes begins
     * @return the record as it was before it was encrypted, null if it is not what was encrypted
     * @throws UnknownKeyException if its key is not known
     */
    byte[] decrypt(byte[] bytes, int from, int length) {
        byte[] record = new byte[length - OVERHEAD];
        int body = RecordCodec.BODY - INNER_VERSION;
        int sealed = length - RecordCodec.BODY - RecordCodec.TRAILER;
        if (!envelope.open(bytes, from, RecordCodec.BODY, from + RecordCodec.BODY, sealed, record, body)) {
            return null;
        }
        byte version = record[body];
        System.arraycopy(bytes, from, record, 0, 4);
        record[2] = version;
        RecordCodec.putInt(record, 4, record.length);
        int trailer = record.length - RecordCodec.TRAILER;
        System.arraycopy(bytes, from + length - RecordCodec.TRAILER, record, trailer, RecordCodec.TRAILER);
        return record;
    }

    /** Whether a record of this length can be an encrypted one. */
    static boolean mayBe(int length) {
        return length >= RecordCodec.BODY + OVERHEAD + RecordCodec.TRAILER;
    }
}
