package io.forebay.bridge.amqp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.AmqpConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import javax.security.sasl.SaslException;
import org.junit.jupiter.api.Test;

class ScramMechanismTest {
    private static final AmqpConfig.Credentials PENCIL = new AmqpConfig.Credentials("user", "pencil");
    /** The exchange of RFC 7677 section 3. */
    private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";

    private static final String SERVER_FIRST =
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    private final ScramMechanism scram = new ScramMechanism("SCRAM-SHA-256", PENCIL, NONCE);

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static void begin(ScramMechanism scram) {
        assertTrue(text(scram.initialResponse()).startsWith("n,,n=user,r="));
    }

    @Test
    void exchangeIsThatOfTheStandard() throws Exception {
        assertEquals("n,,n=user,r=" + NONCE, text(scram.initialResponse()));
        assertEquals(
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                text(scram.respond(utf8(SERVER_FIRST))));
        assertArrayEquals(new byte[0], scram.respond(utf8(SERVER_FINAL)));
        assertDoesNotThrow(() -> scram.onAccepted(new byte[0]));
    }

    @Test
    void proofMayComeWithTheOutcome() throws Exception {
        begin(scram);
        assertTrue(scram.respond(utf8(SERVER_FIRST)).length > 0);
        assertDoesNotThrow(() -> scram.onAccepted(utf8(SERVER_FINAL)));
    }

    @Test
    void brokerThatDoesNotKnowThePasswordIsNotTrusted() throws Exception {
        begin(scram);
        assertTrue(scram.respond(utf8(SERVER_FIRST)).length > 0);
        assertThrows(SaslException.class, () -> scram.onAccepted(utf8("v=" + "A".repeat(43) + "=")));
        assertThrows(SaslException.class, () -> scram.onAccepted(new byte[0]));
    }

    @Test
    void brokerThatLetsAnybodyInIsNotTrusted() {
        begin(scram);
        assertThrows(SaslException.class, () -> scram.onAccepted(new byte[0]));
    }

    @Test
    void brokerThatAsksForMinutesOfHashesIsRefused() {
        begin(scram);
        String greedy = SERVER_FIRST.replace("i=4096", "i=1000001");
        SaslException refusal = assertThrows(SaslException.class, () -> scram.respond(utf8(greedy)));
        assertTrue(refusal.getMessage().contains("1000001 iterations"), refusal.getMessage());
    }

    @Test
    void somebodyElsesNonceAndNonsenseAreRefused() {
        begin(scram);
        assertThrows(SaslException.class, () -> scram.respond(utf8("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")));
        ScramMechanism another = new ScramMechanism("SCRAM-SHA-256", PENCIL);
        begin(another);
        assertThrows(SaslException.class, () -> another.respond(new byte[] {(byte) 0xff, 0}));
    }

    @Test
    void sha512ProvesThePasswordAsAServerChecksIt() throws Exception {
        ScramMechanism strong =
                new ScramMechanism("SCRAM-SHA-512", new AmqpConfig.Credentials("o=a,b", "pa\u00dfwort"), "abc");
        String first = text(strong.initialResponse()).substring("n,,".length());
        assertEquals("n=o=3Da=2Cb,r=abc", first);
        byte[] salt = {1, 2, 3, 4};
        String serverFirst = "r=abcdef,s=" + Base64.getEncoder().encodeToString(salt) + ",i=4096";
        String last = text(strong.respond(utf8(serverFirst)));
        String withoutProof = last.substring(0, last.indexOf(",p="));

        byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                .generateSecret(new PBEKeySpec("pa\u00dfwort".toCharArray(), salt, 4096, 512))
                .getEncoded();
        String exchange = first + "," + serverFirst + "," + withoutProof;
        byte[] clientKey = hmac(salted, "Client Key");
        byte[] storedKey = MessageDigest.getInstance("SHA-512").digest(clientKey);
        byte[] proof = Base64.getDecoder().decode(last.substring(last.indexOf(",p=") + 3));
        byte[] signature = hmac(storedKey, exchange);
        for (int i = 0; i < proof.length; i++) {
            proof[i] ^= signature[i];
        }
        assertArrayEquals(clientKey, proof);

        String serverFinal = "v=" + Base64.getEncoder().encodeToString(hmac(hmac(salted, "Server Key"), exchange));
        assertArrayEquals(new byte[0], strong.respond(utf8(serverFinal)));
        assertDoesNotThrow(() -> strong.onAccepted(new byte[0]));
    }

    private static byte[] hmac(byte[] key, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA512");
        mac.init(new SecretKeySpec(key, "HmacSHA512"));
        return mac.doFinal(utf8(text));
    }
}
