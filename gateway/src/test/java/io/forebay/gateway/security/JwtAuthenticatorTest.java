package io.forebay.gateway.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtAuthenticatorTest {
    private static final long LEEWAY_MS = 10_000;
    private static final JwtRules RULES =
            new JwtRules(false, "https://issuer.example", "forebay", "sub", "teams", LEEWAY_MS);

    private final HashPool pool = new HashPool(1, 10, 60_000);

    @AfterEach
    void stop() {
        pool.close();
    }

    private Verdict judge(String keys, String token) {
        JwtKeys known = JwtKeys.ofJson(keys);
        return judge(new JwtAuthenticator(RULES, JwtKeySource.of(() -> known), pool, () -> JwtTokens.NOW), token);
    }

    private static Verdict judge(JwtAuthenticator tokens, String token) {
        Proof proof = new Proof("d", "", token.getBytes(StandardCharsets.UTF_8), Optional.empty(), "", 5);
        return tokens.authenticate(proof)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private void assertWrong(String token, String why) {
        assertEquals(Verdict.WRONG, judge(JwtTokens.keys(), token), why);
    }

    private void assertWrong(JWTClaimsSet claims, String why) {
        assertWrong(JwtTokens.token(JWSAlgorithm.RS256, "rsa", claims), why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"})
    void whoeverSignedWithAKnownKeySaysWhoItIs(String algorithm) {
        String kid = algorithm.equals("ES256")
                ? "p256"
                : algorithm.equals("ES384") ? "p384" : algorithm.equals("EdDSA") ? "ed" : "rsa";
        JWTClaimsSet claims = JwtTokens.claims().build();
        String token = JwtTokens.token(JWSAlgorithm.parse(algorithm), kid, claims);
        Identity expected = new Identity("anna", false, Set.of("crew", "night"), JwtTokens.NOW + 60_000 + LEEWAY_MS);

        assertEquals(expected, ((Verdict.Accepted) judge(JwtTokens.keys(), token)).identity());
        String withoutKid = JwtTokens.token(JWSAlgorithm.parse(algorithm), null, claims);
        assertEquals(expected, ((Verdict.Accepted) judge(JwtTokens.keys(), withoutKid)).identity());
        int payload = token.indexOf('.') + 5;
        char other = token.charAt(payload) == 'A' ? 'B' : 'A';
        assertWrong(token.substring(0, payload) + other + token.substring(payload + 1), "changed by one letter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE"})
    void noSignatureIsNone(String none) {
        String claims = Base64URL.encode(JwtTokens.claims().build().toString()).toString();
        String header =
                Base64URL.encode("{\"alg\":\"" + none + "\",\"kid\":\"rsa\"}").toString();
        String right =
                JwtTokens.token(JWSAlgorithm.RS256, "rsa", JwtTokens.claims().build());
        String signature = right.substring(right.lastIndexOf('.') + 1);

        assertWrong(header + "." + claims + ".", "without a signature");
        assertWrong(header + "." + claims + "." + signature, "with one that is for something else");
    }

    @Test
    void aPublicKeyIsNoSecret() throws JOSEException {
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa").build();
        byte[] publicKey = JwtTokens.RSA.toRSAPublicKey().getEncoded();

        assertWrong(JwtTokens.signed(header, JwtTokens.claims().build(), new MACSigner(publicKey)), "HS256");
        String secrets = "{\"keys\":["
                + new OctetSequenceKey.Builder(new byte[64])
                        .keyID("oct")
                        .build()
                        .toJSONString() + "]}";
        assertThrows(IllegalArgumentException.class, () -> JwtKeys.ofJson(secrets), "a shared secret is no key here");
    }

    @Test
    void aTokenCountsForAsLongAsTheFileHasTheKeyWhateverItIsCalled() throws JOSEException {
        AtomicReference<JwtKeys> keys = new AtomicReference<>(JwtKeys.ofJson(JwtTokens.keys()));
        JwtAuthenticator tokens = new JwtAuthenticator(RULES, JwtKeySource.of(keys::get), pool, () -> JwtTokens.NOW);
        String token =
                JwtTokens.token(JWSAlgorithm.RS256, "rsa", JwtTokens.claims().build());
        Standing standing = ((Verdict.Accepted) judge(tokens, token)).standing();
        assertTrue(standing.holds());

        RSAKey renamed = new RSAKey.Builder(JwtTokens.RSA).keyID("another").build();
        keys.set(JwtKeys.ofJson(JwtTokens.set(renamed, JwtTokens.P256)));
        assertTrue(standing.holds());
        keys.set(JwtKeys.ofJson(JwtTokens.set(JwtTokens.rsa("rsa"), JwtTokens.P256)));
        assertFalse(standing.holds());
    }

    @Test
    void anRsaKeyThatMayBeFactoredIsRefused() throws JOSEException {
        String weak = JwtTokens.set(new RSAKeyGenerator(1_024, true).generate());

        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> JwtKeys.ofJson(weak));
        assertEquals("an RSA key has less than 2048 bits", refused.getMessage());
    }

    @Test
    void anotherKeyOfTheSameNameAndAnotherAlgorithmAreWrong() throws JOSEException {
        RSAKey stranger = JwtTokens.rsa("rsa");
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa").build();
        assertWrong(
                JwtTokens.signed(header, JwtTokens.claims().build(), new RSASSASigner(stranger)), "a stranger signed");

        RSAKey forPs =
                new RSAKey.Builder(JwtTokens.RSA).algorithm(JWSAlgorithm.PS256).build();
        String rs =
                JwtTokens.token(JWSAlgorithm.RS256, "rsa", JwtTokens.claims().build());
        String ps =
                JwtTokens.token(JWSAlgorithm.PS256, "rsa", JwtTokens.claims().build());
        assertEquals(Verdict.WRONG, judge(JwtTokens.set(forPs), rs), "the key is for PS256");
        assertTrue(judge(JwtTokens.set(forPs), ps) instanceof Verdict.Accepted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../../dev/null", "/etc/passwd", "http://127.0.0.1/keys", "rsa'; --", "RSA", ""})
    void aKeyIdIsANameAndNothingElse(String kid) {
        assertWrong(JwtTokens.token(JWSAlgorithm.RS256, kid, JwtTokens.claims().build()), kid);
    }

    @Test
    void aHeaderThatHasToBeUnderstoodIsNot() throws JOSEException {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("rsa")
                .criticalParams(Set.of("x-must"))
                .customParam("x-must", "1")
                .build();
        String token =
                JwtTokens.signed(header, JwtTokens.claims().build(), new RSASSASigner(JwtTokens.RSA.toRSAPrivateKey()));
        assertWrong(token, "crit");
    }

    @Test
    void aTokenIsForNowAndForUsAndForSomebody() {
        Date now = Date.from(Instant.ofEpochMilli(JwtTokens.NOW));
        assertWrong(
                JwtTokens.claims()
                        .expirationTime(Date.from(Instant.ofEpochMilli(JwtTokens.NOW - LEEWAY_MS)))
                        .build(),
                "expired");
        assertWrong(JwtTokens.claims().expirationTime(null).build(), "never expires");
        assertWrong(
                JwtTokens.claims()
                        .notBeforeTime(Date.from(Instant.ofEpochMilli(JwtTokens.NOW + LEEWAY_MS + 1_000)))
                        .build(),
                "not yet");
        assertWrong(JwtTokens.claims().issuer("https://issuer.example/").build(), "another issuer");
        assertWrong(JwtTokens.claims().issuer(null).build(), "no issuer");
        assertWrong(JwtTokens.claims().audience("elsewhere").build(), "for others");
        assertWrong(JwtTokens.claims().subject(null).build(), "for nobody");
        assertWrong(JwtTokens.claims().subject(" ").build(), "for nobody");
        assertWrong(JwtTokens.claims().claim("sub", List.of("anna")).build(), "a user is one text");

        String leeway = JwtTokens.token(
                JWSAlgorithm.RS256,
                "rsa",
                JwtTokens.claims()
                        .expirationTime(Date.from(Instant.ofEpochMilli(JwtTokens.NOW - 1_000)))
                        .notBeforeTime(now)
                        .build());
        assertTrue(judge(JwtTokens.keys(), leeway) instanceof Verdict.Accepted, "clocks differ");
    }

    @Test
    void whatIsNoTokenIsForTheNextOfTheChain() {
        assertEquals(Verdict.NOT_MINE, judge(JwtTokens.keys(), "secret"));
        assertEquals(Verdict.NOT_MINE, judge(JwtTokens.keys(), "a.b.c.d"));
        assertEquals(Verdict.WRONG, judge(JwtTokens.keys(), "a.b.c"));
        assertEquals(Verdict.WRONG, judge(JwtTokens.keys(), ".."));
    }
}
