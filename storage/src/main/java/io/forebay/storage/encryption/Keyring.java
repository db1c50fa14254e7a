package io.forebay.storage.encryption;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of an installation: the first one is written with, all of them are read with. Immutable, any thread.
 *
 * <p>A key is known by its id, eight hexadecimal digits that are made of it and do not reveal it. It never encrypts
 * anything itself: what is written between two starts has a key of its own, derived from it and a random salt, so that no
 * nonce is ever used twice however often the gateway is started.
 */
public final class Keyring {
    /** Nothing is encrypted. */
    public static final Keyring NONE = new Keyring(new LinkedHashMap<>());

    private static final int KEY_BYTES = 32;
    private static final String HMAC = "HmacSHA256";
    private static final byte[] ID = "forebay key id".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DERIVED = "forebay data key".getBytes(StandardCharsets.US_ASCII);

    private final Map<Integer, SecretKey> keys;

    private Keyring(Map<Integer, SecretKey> keys) {
        this.keys = keys;
    }

    /**
     * @param lines a key in each, 32 bytes in Base64; empty lines and those that begin with # say nothing
     * @throws IllegalArgumentException if a line is no key, or there is none; the sentence names the line, not what is in it
     */
    public static Keyring parse(List<String> lines) {
        Map<Integer, SecretKey> keys = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                SecretKey key = key(line, i + 1);
                keys.put(idOf(key), key);
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("there is no key in it");
        }
        return new Keyring(keys);
    }

    private static SecretKey key(String base64, int line) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException malformed) {
            throw notAKey(line); // The cause would quote from the key.
        }
        if (bytes.length != KEY_BYTES) {
            throw notAKey(line);
        }
        SecretKey key = new SecretKeySpec(bytes, HMAC);
        Arrays.fill(bytes, (byte) 0);
        return key;
    }

    private static IllegalArgumentException notAKey(int line) {
        return new IllegalArgumentException("line " + line + " is not a key: it must be 32 bytes in Base64, as"
                + " `openssl rand -base64 32` makes them");
    }

    private static int idOf(SecretKey key) {
        byte[] digest = hmac(key, ID);
        return ByteBuffer.wrap(digest).getInt();
    }

    private static byte[] hmac(SecretKey key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("This Java has no " + HMAC, missing);
        }
    }

    /** How an id is spelled. */
    public static String text(int keyId) {
        return String.format("%08x", keyId);
    }

    /** Whether there is a key to write with. */
    public boolean encrypts() {
        return !keys.isEmpty();
    }

    public boolean has(int keyId) {
        return keys.containsKey(keyId);
    }

    /** The id of the key that is written with. */
    public int current() {
        return keys.keySet().iterator().next();
    }

    /**
     * The key that belongs to a salt.
     *
     * @throws UnknownKeyException if the key of this id is not here
     */
    SecretKey derived(int keyId, byte[] salt) {
        SecretKey key = keys.get(keyId);
        if (key == null) {
            throw new UnknownKeyException(keyId, this);
        }
        return new SecretKeySpec(hmac(key, DERIVED, salt), "AES");
    }

    /** The ids, never the keys. */
    @Override
    public String toString() {
        return keys.keySet().stream().map(Keyring::text).collect(Collectors.joining(", ", "[", "]"));
    }
}
