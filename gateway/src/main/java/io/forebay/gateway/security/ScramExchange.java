package io.forebay.gateway.security;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The server's half of one SCRAM-SHA-256 exchange without channel binding (RFC 5802, RFC 7677). Owned by the connection's
 * event loop; a step costs a few hashes, never the iterations.
 */
public final class ScramExchange {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE_BYTES = 18;

    /** What a step came to. */
    public enum Outcome {
        CONTINUE,
        SUCCEEDED,
        FAILED
    }

    /** @param reply what is sent to the device, empty for nothing */
    public record Step(Outcome outcome, byte[] reply) {}

    private enum Phase {
        FIRST,
        FINAL,
        OVER
    }

    private static final Step FAILED = new Step(Outcome.FAILED, new byte[0]);

    private final ScramUsers users;
    private final String ownNonce;
    private Phase phase = Phase.FIRST;
    private String user = "";
    private ScramCredential credential;
    private String gs2Header;
    private String nonce;
    /** AuthMessage of RFC 5802, as far as it is known. */
    private String authMessage;

    ScramExchange(ScramUsers users) {
        this(users, newNonce());
    }

    ScramExchange(ScramUsers users, String ownNonce) {
        this.users = users;
        this.ownNonce = ownNonce;
    }

    /** Who the device says it is; true only after it has succeeded. */
    public String user() {
        return user;
    }

    /**
     * Whether the user has still the password that was proven; to be asked after it has succeeded.
     *
     * @param now the users as they are
     */
    public boolean isStillRight(ScramUsers now) {
        return now.knows(user) && credential.isSameAs(now.find(user));
    }

    /** The next message of the device. Never throws. */
    public Step step(byte[] data) {
        Phase now = phase;
        phase = Phase.OVER;
        try {
            return switch (now) {
                case FIRST -> onFirst(data);
                case FINAL -> onFinal(data);
                case OVER -> FAILED;
            };
        } catch (CharacterCodingException | IllegalArgumentException malformed) {
            return FAILED;
        }
    }

    private Step onFirst(byte[] data) throws CharacterCodingException {
        if (data.length == 0) {
            phase = Phase.FIRST; // The device waits to be asked (RFC 4422 section 3).
            return new Step(Outcome.CONTINUE, new byte[0]);
        }
        String message = text(data);
        int bare = message.indexOf(',', message.indexOf(',') + 1) + 1;
        gs2Header = message.substring(0, bare);
        // No channel binding, no acting for somebody else.
        if (!gs2Header.equals("n,,") && !gs2Header.equals("y,,")) {
            return FAILED;
        }
        String[] attributes = message.substring(bare).split(",", -1);
        if (attributes.length < 2) {
            return FAILED;
        }
        user = saslName(value(attributes[0], 'n'));
        String deviceNonce = value(attributes[1], 'r');
        if (user.isEmpty() || deviceNonce.isEmpty()) {
            return FAILED;
        }
        credential = users.find(user);
        nonce = deviceNonce + ownNonce;
        String answer = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(credential.salt()) + ",i="
                + credential.iterations();
        authMessage = message.substring(bare) + "," + answer;
        phase = Phase.FINAL;
        return new Step(Outcome.CONTINUE, Scram.utf8(answer));
    }

    private Step onFinal(byte[] data) throws CharacterCodingException {
        String message = text(data);
        int proofAt = message.lastIndexOf(",p=");
        if (proofAt < 0) {
            return FAILED;
        }
        String[] attributes = message.substring(0, proofAt).split(",", -1);
        byte[] binding = Base64.getDecoder().decode(value(attributes[0], 'c'));
        if (attributes.length < 2
                || !text(binding).equals(gs2Header)
                || !value(attributes[1], 'r').equals(nonce)) {
            return FAILED;
        }
        authMessage += "," + message.substring(0, proofAt);
        byte[] proof = Base64.getDecoder().decode(message.substring(proofAt + 3));
        // The proof is worked out for a user who does not exist as well, so that time tells nothing.
        if (!isRight(proof) || !users.knows(user)) {
            return FAILED;
        }
        byte[] signature = Scram.hmac(credential.serverKey(), Scram.utf8(authMessage));
        return new Step(Outcome.SUCCEEDED, Scram.utf8("v=" + Base64.getEncoder().encodeToString(signature)));
    }

    private boolean isRight(byte[] proof) {
        byte[] clientKey = Scram.hmac(credential.storedKey(), Scram.utf8(authMessage));
        if (proof.length != clientKey.length) {
            return false;
        }
        for (int i = 0; i < clientKey.length; i++) {
            clientKey[i] ^= proof[i];
        }
        return MessageDigest.isEqual(Scram.hash(clientKey), credential.storedKey());
    }

    private static String value(String attribute, char name) {
        if (attribute.length() < 2 || attribute.charAt(0) != name || attribute.charAt(1) != '=') {
            throw new IllegalArgumentException("attribute " + name + " is missing");
        }
        return attribute.substring(2);
    }

    /** A comma is written as =2C and an equals sign as =3D; no other = is allowed. */
    private static String saslName(String written) {
        String bare = written.replace("=2C", "").replace("=3D", "");
        if (bare.indexOf('=') >= 0) {
            throw new IllegalArgumentException("an = stands alone in the user name");
        }
        return written.replace("=2C", ",").replace("=3D", "=");
    }

    private static String text(byte[] utf8) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    }

    private static String newNonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        return Base64.getEncoder().encodeToString(nonce);
    }
}
