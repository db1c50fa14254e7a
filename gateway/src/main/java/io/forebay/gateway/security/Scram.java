package io.forebay.gateway.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The functions of SCRAM-SHA-256 (RFC 5802 section 3, RFC 7677). */
public final class Scram {
    public static final String MECHANISM = "SCRAM-SHA-256";
    public static final int ITERATIONS_DEFAULT = 10_000;
    static final int KEY_BYTES = 32;
    private static final int SALT_BYTES = 16;
    private static final String HMAC = "HmacSHA256";

    private Scram() {}

    /** Makes a credential of a password, with a salt of its own. Takes milliseconds: not for event loops. */
    public static ScramCredential credential(String name, char[] password, int iterations) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return credential(name, password, iterations, salt);
    }

    static ScramCredential credential(String name, char[] password, int iterations, byte[] salt) {
        byte[] salted = salted(password, salt, iterations);
        return new ScramCredential(name, iterations, salt, hash(clientKey(salted)), hmac(salted, utf8("Server Key")));
    }

    static byte[] clientKey(byte[] saltedPassword) {
        return hmac(saltedPassword, utf8("Client Key"));
    }

    /** Hi() of RFC 5802. Of SASLprep (RFC 4013) the normalisation is done, which plain ASCII does not need. */
    static byte[] salted(char[] password, byte[] salt, int iterations) {
        char[] normal =
                Normalizer.normalize(new String(password), Normalizer.Form.NFKC).toCharArray();
        PBEKeySpec spec = new PBEKeySpec(normal, salt, iterations, KEY_BYTES * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no PBKDF2WithHmacSHA256", missing);
        } finally {
            spec.clearPassword();
        }
    }

    static byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(data);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no " + HMAC, missing);
        }
    }

    static byte[] hash(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no SHA-256", missing);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
