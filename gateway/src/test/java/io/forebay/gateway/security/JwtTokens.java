package io.forebay.gateway.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;

/** Somebody who signs tokens, with keys made for the test. */
final class JwtTokens {
    static final long NOW = 1_800_000_000_000L;
    static final RSAKey RSA = rsa("rsa");
    static final ECKey P256 = ec(Curve.P_256, "p256");
    static final ECKey P384 = ec(Curve.P_384, "p384");
    private static final KeyPair ED = ed();

    private JwtTokens() {}

    static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2_048).keyID(id).generate();
        } catch (JOSEException wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    private static ECKey ec(Curve curve, String id) {
        try {
            return new ECKeyGenerator(curve).keyID(id).generate();
        } catch (JOSEException wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    private static KeyPair ed() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    private static JWK edKey() {
        byte[] encoded = ED.getPublic().getEncoded();
        byte[] raw = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(raw))
                .keyID("ed")
                .build();
    }

    /** What the one who signs publishes. */
    static String keys() {
        return set(RSA, P256, P384, edKey());
    }

    static String set(JWK... keys) {
        return new JWKSet(List.of(keys)).toPublicJWKSet().toString();
    }

    static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .subject("anna")
                .issuer("https://issuer.example")
                .audience(List.of("other", "forebay"))
                .claim("teams", List.of("crew", "night"))
                .expirationTime(Date.from(Instant.ofEpochMilli(NOW + 60_000)));
    }

    static String token(JWSAlgorithm algorithm, String kid, JWTClaimsSet claims) {
        try {
            JWSHeader header = new JWSHeader.Builder(algorithm).keyID(kid).build();
            if (algorithm.equals(JWSAlgorithm.EdDSA)) {
                return edSigned(header, claims);
            }
            JWSSigner signer = algorithm.equals(JWSAlgorithm.ES256)
                    ? new ECDSASigner(P256)
                    : algorithm.equals(JWSAlgorithm.ES384) ? new ECDSASigner(P384) : new RSASSASigner(RSA);
            return signed(header, claims, signer);
        } catch (JOSEException | GeneralSecurityException wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) {
        try {
            SignedJWT token = new SignedJWT(header, claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    private static String edSigned(JWSHeader header, JWTClaimsSet claims) throws GeneralSecurityException {
        String signed = header.toBase64URL() + "." + Base64URL.encode(claims.toString());
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(ED.getPrivate());
        signer.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + Base64URL.encode(signer.sign());
    }
}
