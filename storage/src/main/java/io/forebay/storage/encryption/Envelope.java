package io.forebay.storage.encryption;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts and decrypts pieces of bytes by AES-256-GCM. One for each opening of a log or a state store; any thread, each has
 * a cipher of its own.
 *
 * <pre>
 *   0  u32       id of the key
 *   4  16 bytes  salt of this opening: the data key is HMAC-SHA256(key, "forebay data key", salt)
 *  20  u64       number of the piece in this opening, from 0: the nonce is four zero bytes and this
 *  28  ...       ciphertext, 16 bytes of tag
 * </pre>
 */
public final class Envelope {
    /** How many bytes more an encrypted piece has. */
    public static final int OVERHEAD = 44;

    private static final int SALT = 4;
    private static final int NUMBER = 20;
    private static final int CIPHERTEXT = 28;
    private static final int TAG_BITS = 128;
    private static final int NONCE_BYTES = 12;
    /** Data keys that are remembered: one for each start whose data are still read. */
    private static final int KEYS_MAX = 1_000;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final ThreadLocal<Cipher> CIPHER = ThreadLocal.withInitial(Envelope::cipher);

    private final Keyring keys;
    private final byte[] salt = new byte[NUMBER - SALT];
    private final SecretKey writingKey;
    private final AtomicLong number = new AtomicLong();
    private final ConcurrentMap<DataKey, SecretKey> readingKeys = new ConcurrentHashMap<>();

    private record DataKey(int keyId, long saltHigh, long saltLow) {}

    public Envelope(Keyring keys) {
        this.keys = keys;
        new SecureRandom().nextBytes(salt);
        this.writingKey = keys.encrypts() ? keys.derived(keys.current(), salt) : null;
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("This Java has no AES-GCM", missing);
        }
    }

    /** Whether {@link #seal} can be called. */
    public boolean encrypts() {
        return writingKey != null;
    }

    public Keyring keys() {
        return keys;
    }

    /**
     * Encrypts {@code length} bytes at {@code from} to {@code to} at {@code at}, where {@link #OVERHEAD} bytes more are
     * written. The first {@code headLength} bytes of {@code to} are vouched for as well and stay readable.
     */
    public void seal(byte[] bytes, int from, int length, byte[] to, int at, int headLength) {
        INT.set(to, at, keys.current());
        System.arraycopy(salt, 0, to, at + SALT, salt.length);
        LONG.set(to, at + NUMBER, number.getAndIncrement());
        try {
            Cipher cipher = CIPHER.get();
            cipher.init(Cipher.ENCRYPT_MODE, writingKey, nonce(to, at));
            cipher.updateAAD(to, 0, headLength);
            int unused = cipher.doFinal(bytes, from, length, to, at + CIPHERTEXT);
        } catch (GeneralSecurityException bug) {
            throw new IllegalStateException("It cannot be encrypted", bug);
        }
    }

    /**
     * Decrypts what {@link #seal} made: {@code length} bytes at {@code at}, with their overhead.
     *
     * @param headFrom where the bytes begin that were vouched for
     * @return false if they are not what was sealed; then there is nothing to read at {@code to}
     * @throws UnknownKeyException if the key is not here
     */
    public boolean open(byte[] sealed, int headFrom, int headLength, int at, int length, byte[] to, int toAt) {
        if (length < OVERHEAD) {
            return false;
        }
        try {
            Cipher cipher = CIPHER.get();
            cipher.init(Cipher.DECRYPT_MODE, readingKey(sealed, at), nonce(sealed, at));
            cipher.updateAAD(sealed, headFrom, headLength);
            int unused = cipher.doFinal(sealed, at + CIPHERTEXT, length - CIPHERTEXT, to, toAt);
            return true;
        } catch (AEADBadTagException altered) {
            return false;
        } catch (GeneralSecurityException bug) {
            throw new IllegalStateException("It cannot be decrypted", bug);
        }
    }

    /** The id of the key that a sealed piece says. */
    public static int keyId(byte[] sealed, int at) {
        return (int) INT.get(sealed, at);
    }

    private SecretKey readingKey(byte[] sealed, int at) {
        DataKey name = new DataKey(
                keyId(sealed, at), (long) LONG.get(sealed, at + SALT), (long) LONG.get(sealed, at + SALT + Long.BYTES));
        SecretKey known = readingKeys.get(name);
        if (known != null) {
            return known;
        }
        SecretKey derived = keys.derived(name.keyId(), Arrays.copyOfRange(sealed, at + SALT, at + NUMBER));
        if (readingKeys.size() >= KEYS_MAX) {
            readingKeys.clear();
        }
        readingKeys.put(name, derived);
        return derived;
    }

    private static GCMParameterSpec nonce(byte[] sealed, int at) {
        byte[] nonce = new byte[NONCE_BYTES];
        System.arraycopy(sealed, at + NUMBER, nonce, NONCE_BYTES - Long.BYTES, Long.BYTES);
        return new GCMParameterSpec(TAG_BITS, nonce);
    }
}
