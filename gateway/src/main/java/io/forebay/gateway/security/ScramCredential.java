package io.forebay.gateway.security;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/**
 * What is kept of a password (RFC 5802 section 3): enough to check it, not enough to log in with. One line of the
 * credentials file: {@code name:iterations:salt:storedKey:serverKey}, the last three in base64. The arrays are not
 * copied, nobody changes them.
 */
public record ScramCredential(String name, int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
    public static final int ITERATIONS_MIN = 4_096;
    private static final int FIELDS = 5;

    /** Throws IllegalArgumentException that says what is wrong with the line, without its secrets. */
    static ScramCredential parse(String line) {
        String[] fields = line.split(":", -1);
        if (fields.length != FIELDS || fields[0].isEmpty()) {
            throw new IllegalArgumentException(
                    "it is neither name:hash ($argon2id$..., $2b$...) nor name:iterations:salt:storedKey:serverKey;"
                            + " forebay passwd writes both");
        }
        try {
            int iterations = Integer.parseInt(fields[1]);
            ScramCredential credential =
                    new ScramCredential(fields[0], iterations, decode(fields[2]), decode(fields[3]), decode(fields[4]));
            if (iterations < ITERATIONS_MIN
                    || credential.salt().length == 0
                    || credential.storedKey().length != Scram.KEY_BYTES
                    || credential.serverKey().length != Scram.KEY_BYTES) {
                throw new IllegalArgumentException(
                        "the iterations are below " + ITERATIONS_MIN + ", or a key has not 32 bytes");
            }
            return credential;
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("the iterations are not a number", notANumber);
        }
    }

    boolean isSameAs(ScramCredential other) {
        return iterations == other.iterations
                && Arrays.equals(salt, other.salt)
                && MessageDigest.isEqual(storedKey, other.storedKey);
    }

    /** The line of the credentials file. */
    public String line() {
        return String.join(":", name, Integer.toString(iterations), encode(salt), encode(storedKey), encode(serverKey));
    }

    /** Whether it was made of this password. Takes milliseconds: not for event loops. */
    boolean isOf(char[] password) {
        return MessageDigest.isEqual(
                storedKey, Scram.credential(name, password, iterations, salt).storedKey());
    }

    private static byte[] decode(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "ScramCredential[name=" + name + "]"; // Never the keys, in no log.
    }
}
