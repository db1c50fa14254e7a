package io.forebay.gateway.ops;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What whoever asks has to show. Immutable; kept as a digest, which no log and no dump gives away. */
public final class OpsToken {
    /** Shorter ones can be guessed. */
    public static final int LENGTH_MIN = 16;

    private static final String SCHEME = "bearer ";

    private final byte[] digest;

    public OpsToken(String token) {
        digest = digest(token);
    }

    /**
     * Takes as long for a wrong one as for the right one.
     *
     * @param authorization the header, or null
     */
    boolean isShownBy(String authorization) {
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        byte[] shown = digest(bearer ? authorization.substring(SCHEME.length()).strip() : "");
        return MessageDigest.isEqual(digest, shown) && bearer;
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return "OpsToken[...]";
    }
}
