package io.forebay.gateway.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.security.ScramExchange.Outcome;
import io.forebay.gateway.security.ScramExchange.Step;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScramExchangeTest {
    /** The exchange of RFC 7677 section 3. */
    private static final String FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";

    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String FINAL =
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    private static final byte[] SECRET = new byte[32];

    private final ScramUsers users = users(Scram.credential("user", "pencil".toCharArray(), 4_096, SALT));

    @Test
    void theExchangeOfTheRfcSucceeds() {
        ScramExchange exchange = new ScramExchange(users, SERVER_NONCE);

        assertStep(
                Outcome.CONTINUE,
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                exchange.step(utf8(FIRST)));
        assertStep(Outcome.SUCCEEDED, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", exchange.step(utf8(FINAL)));
        assertEquals("user", exchange.user());
    }

    @Test
    void aWrongProofNonceOrBindingFailsAndEndsTheExchange() {
        for (String wrong : List.of(
                FINAL.replace("p=dH", "p=dG"),
                FINAL.replace("hNlF$k0", "hNlF$k1"),
                FINAL.replace("c=biws", "c=eSws"),
                FINAL.replace(",p=", ",x="),
                "c=biws",
                "c=!,r=,p=!",
                "")) {
            ScramExchange exchange = new ScramExchange(users, SERVER_NONCE);
            assertEquals(Outcome.CONTINUE, exchange.step(utf8(FIRST)).outcome());

            assertStep(Outcome.FAILED, "", exchange.step(utf8(wrong)));
            assertStep(Outcome.FAILED, "", exchange.step(utf8(FINAL)));
        }
    }

    /** Whoever is between device and gateway has changed what the device began with; the device proves what it knows. */
    @Test
    void aRightProofOfAnotherNonceOrBindingFails() {
        for (List<String> last : List.of(
                List.of("biws", "device" + SERVER_NONCE, "SUCCEEDED"),
                List.of("eSws", "device" + SERVER_NONCE, "FAILED"),
                List.of("biws", "device" + SERVER_NONCE + "x", "FAILED"),
                List.of("biws", "device", "FAILED"))) {
            ScramClient device = new ScramClient("user", "pencil");
            ScramExchange exchange = new ScramExchange(users, SERVER_NONCE);
            byte[] challenge = exchange.step(device.first()).reply();

            Step step = exchange.step(device.last(challenge, last.get(0), last.get(1)));
            assertEquals(Outcome.valueOf(last.get(2)), step.outcome(), last::toString);
        }
    }

    @Test
    void whatIsNoFirstMessageFails() {
        for (String wrong : List.of(
                "n",
                ",,",
                "n,,",
                "n,,n=,r=x",
                "n,,n=user",
                "n,,n=user,r=",
                "p=tls-unique,,n=user,r=x",
                "n,a=root,n=user,r=x",
                "n,,m=1,n=user,r=x",
                "n,,n=a=b,r=x")) {
            assertStep(Outcome.FAILED, "", new ScramExchange(users, SERVER_NONCE).step(utf8(wrong)));
        }
        assertStep(Outcome.FAILED, "", new ScramExchange(users, SERVER_NONCE).step(new byte[] {'n', ',', ',', -1}));
    }

    @Test
    void aDeviceThatWaitsToBeAskedIsAsked() {
        ScramExchange exchange = new ScramExchange(users, SERVER_NONCE);

        assertStep(Outcome.CONTINUE, "", exchange.step(new byte[0]));
        assertEquals(Outcome.CONTINUE, exchange.step(utf8(FIRST)).outcome());
    }

    @Test
    void anUnknownNameRunsTheSameExchangeWithASaltOfItsOwnAndFails() {
        String first = "n,,n=nobody,r=x";
        String answer = text(new ScramExchange(users, "y").step(utf8(first)));

        ScramExchange exchange = new ScramExchange(users, "y");
        assertEquals(answer, text(exchange.step(utf8(first))), "the salt changed, so the name is made up");
        assertTrue(answer.endsWith(",i=4096"), answer);
        String other = text(new ScramExchange(users, "y").step(utf8("n,,n=nobody2,r=x")));
        assertTrue(!answer.equals(other), "two names have one salt");
        assertStep(
                Outcome.FAILED, "", exchange.step(utf8("c=biws,r=xy,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")));
    }

    @Test
    void aNameWithCommaAndEqualsSignIsReadAsTheRfcWritesIt() {
        ScramExchange exchange = new ScramExchange(users, SERVER_NONCE);

        assertEquals(Outcome.CONTINUE, exchange.step(utf8("n,,n=a=2Cb=3Dc,r=x")).outcome());
        assertEquals("a,b=c", exchange.user());
    }

    @Test
    void aCredentialSurvivesItsLineAndAWrongLineIsNamedWithoutItsSecrets() {
        ScramCredential credential = Scram.credential("user", "pencil".toCharArray(), 4_096, SALT);
        ScramCredential read = ScramCredential.parse(credential.line());

        assertArrayEquals(credential.storedKey(), read.storedKey());
        assertArrayEquals(credential.serverKey(), read.serverKey());
        assertArrayEquals(SALT, read.salt());
        IllegalArgumentException wrong = assertThrows(
                IllegalArgumentException.class,
                () -> new ScramUsers(List.of("# users", "", "user:1:c2VjcmV0:eA==:eA=="), SECRET));
        assertTrue(wrong.getMessage().startsWith("line 3: "), wrong.getMessage());
        assertTrue(!wrong.getMessage().contains("c2VjcmV0"), wrong.getMessage());
        assertTrue(!credential.toString().contains(Base64.getEncoder().encodeToString(credential.storedKey())));
    }

    private static ScramUsers users(ScramCredential credential) {
        return new ScramUsers(List.of(credential.line()), SECRET);
    }

    private static void assertStep(Outcome outcome, String reply, Step step) {
        assertEquals(outcome, step.outcome());
        assertEquals(reply, text(step));
    }

    private static String text(Step step) {
        return new String(step.reply(), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
