package io.forebay.gateway.security;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * What is kept of a password to check it, dear to compute on purpose: Argon2id (RFC 9106) in the PHC string format, or bcrypt
 * as other programs write it. Immutable.
 */
public final class PasswordHash {
    private static final Pattern ARGON2ID =
            Pattern.compile("\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,3})\\$([^$]+)\\$([^$]+)");
    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");
    /** What a line of the file may cost: memory, and time on the few threads that check. */
    private static final int MEMORY_KIB_MAX = 65_536;

    private static final int PASSES_MAX = 16;
    private static final int LANES_MAX = 8;
    private static final int BCRYPT_COST_MAX = 14;
    /** A new hash, as OWASP advises. */
    private static final int MEMORY_KIB = 19_456;

    private static final int PASSES = 2;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int HASH_BYTES_MIN = 16;
    private static final int HASH_BYTES_MAX = 64;
    private static final int SALT_BYTES_MIN = 8;

    private final String text;
    /** Null for bcrypt. */
    private final Argon2Parameters argon2;

    private final byte[] hash;

    private PasswordHash(String text, Argon2Parameters argon2, byte[] hash) {
        this.text = text;
        this.argon2 = argon2;
        this.hash = hash;
    }

    /** @param other null for none */
    boolean isSameAs(PasswordHash other) {
        return other != null && text.equals(other.text);
    }

    /** Throws IllegalArgumentException that says what is wrong with it, without the hash. */
    static PasswordHash parse(String text) {
        Matcher bcrypt = BCRYPT.matcher(text);
        if (bcrypt.matches()) {
            int unused = bounded("bcrypt's cost", bcrypt.group(1), 4, BCRYPT_COST_MAX);
            return new PasswordHash(text, null, new byte[0]);
        }
        Matcher argon2id = ARGON2ID.matcher(text);
        if (!argon2id.matches()) {
            throw new IllegalArgumentException(
                    "it is neither $argon2id$v=19$m=...,t=...,p=...$salt$hash nor bcrypt's $2b$...");
        }
        int lanes = bounded("Argon2's p", argon2id.group(3), 1, LANES_MAX);
        int memory = bounded("Argon2's m", argon2id.group(1), 8 * lanes, MEMORY_KIB_MAX);
        int passes = bounded("Argon2's t", argon2id.group(2), 1, PASSES_MAX);
        byte[] salt = decode(argon2id.group(4));
        byte[] hash = decode(argon2id.group(5));
        if (salt.length < SALT_BYTES_MIN || hash.length < HASH_BYTES_MIN || hash.length > HASH_BYTES_MAX) {
            throw new IllegalArgumentException("salt or hash of Argon2 are too short or too long");
        }
        return new PasswordHash(text, parameters(memory, passes, lanes, salt), hash);
    }

    /** A fresh Argon2id hash, with a salt of its own. Takes tens of milliseconds: not for event loops. */
    public static PasswordHash of(byte[] password) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        Argon2Parameters parameters = parameters(MEMORY_KIB, PASSES, 1, salt);
        byte[] hash = compute(parameters, password, HASH_BYTES);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        String text = "$argon2id$v=19$m=" + MEMORY_KIB + ",t=" + PASSES + ",p=1$" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(hash);
        return new PasswordHash(text, parameters, hash);
    }

    /** Whether it is this password; costs the same if it is not. Takes tens of milliseconds: not for event loops. */
    public boolean matches(byte[] password) {
        return argon2 == null
                ? OpenBSDBCrypt.checkPassword(text, password)
                : MessageDigest.isEqual(hash, compute(argon2, password, hash.length));
    }

    /** As it stands in the file. */
    public String text() {
        return text;
    }

    private static byte[] compute(Argon2Parameters parameters, byte[] password, int bytes) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(parameters);
        byte[] computed = new byte[bytes];
        generator.generateBytes(password, computed);
        return computed;
    }

    private static Argon2Parameters parameters(int memoryKib, int passes, int lanes, byte[] salt) {
        return new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .build();
    }

    private static int bounded(String what, String digits, int min, int max) {
        int number = Integer.parseInt(digits);
        if (number < min || number > max) {
            throw new IllegalArgumentException(what + " is not from " + min + " to " + max);
        }
        return number;
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("salt or hash of Argon2 are not base64", wrong);
        }
    }

    @Override
    public String toString() {
        return argon2 == null ? "PasswordHash[bcrypt]" : "PasswordHash[argon2id]"; // Never the hash, in no log.
    }
}
