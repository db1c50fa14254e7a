package io.forebay.gateway.security;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The device's half of one exchange. Used by one thread. */
public final class ScramClient {
    private final String bare;
    private final String password;
    private byte[] salted;
    private String authMessage;

    public ScramClient(String user, String password) {
        this.bare = "n=" + user + ",r=device";
        this.password = password;
    }

    public byte[] first() {
        return Scram.utf8("n,," + bare);
    }

    public byte[] last(byte[] challenge) {
        String text = new String(challenge, StandardCharsets.UTF_8);
        return last(challenge, "biws", text.split(",", -1)[0].substring(2));
    }

    /** With a proof that is right for whatever it says. */
    byte[] last(byte[] challenge, String binding, String nonce) {
        String text = new String(challenge, StandardCharsets.UTF_8);
        String[] parts = text.split(",", -1);
        byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
        salted = Scram.salted(password.toCharArray(), salt, Integer.parseInt(parts[2].substring(2)));
        String withoutProof = "c=" + binding + ",r=" + nonce;
        authMessage = bare + "," + text + "," + withoutProof;
        byte[] proof = Scram.clientKey(salted);
        byte[] signature = Scram.hmac(Scram.hash(proof), Scram.utf8(authMessage));
        for (int i = 0; i < proof.length; i++) {
            proof[i] ^= signature[i];
        }
        return Scram.utf8(withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof));
    }

    /** What only a server that knows the password can say. */
    public byte[] expectedEnd() {
        byte[] signature = Scram.hmac(Scram.hmac(salted, Scram.utf8("Server Key")), Scram.utf8(authMessage));
        return Scram.utf8("v=" + Base64.getEncoder().encodeToString(signature));
    }
}
