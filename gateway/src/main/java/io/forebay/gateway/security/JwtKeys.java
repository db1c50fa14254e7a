package io.forebay.gateway.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The public keys of a JSON Web Key Set (RFC 7517), each with the algorithms that its kind allows: what a token says of its
 * algorithm chooses among those, never beyond them (RFC 8725 section 3.1). Immutable.
 */
public final class JwtKeys {
    /** Before the first set was read. */
    static final JwtKeys NONE = new JwtKeys(List.of());

    private static final int KEYS_MAX = 100;
    private static final int RSA_BITS_MIN = 2_048;
    private static final Set<JWSAlgorithm> RSA = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512);

    /**
     * @param id null for none
     * @param thumbprint of the key itself, whatever it is called (RFC 7638)
     */
    record Key(String id, String thumbprint, Set<JWSAlgorithm> algorithms, JWSVerifier verifier) {
        boolean isFor(JWSHeader header) {
            // The id is compared and nothing else: it names no file and no address.
            return algorithms.contains(header.getAlgorithm())
                    && (header.getKeyID() == null || header.getKeyID().equals(id));
        }
    }

    private final List<Key> keys;

    private JwtKeys(List<Key> keys) {
        this.keys = keys;
    }

    /** Throws IllegalArgumentException with a sentence; keys of kinds that are not used here are passed over. */
    public static JwtKeys parse(List<String> lines) {
        return ofJson(String.join("\n", lines));
    }

    /** The same. */
    static JwtKeys ofJson(String json) {
        List<Key> keys = new ArrayList<>();
        try {
            List<JWK> all = JWKSet.parse(json).getKeys();
            if (all.size() > KEYS_MAX) {
                throw new IllegalArgumentException("it has more than " + KEYS_MAX + " keys");
            }
            for (JWK jwk : all) {
                if (jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
                    add(jwk, keys);
                }
            }
        } catch (ParseException | JOSEException wrong) {
            throw new IllegalArgumentException("it is no JSON Web Key Set: " + wrong.getMessage(), wrong);
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(
                    "it has no key for RS256 to RS512, PS256 to PS512, ES256, ES384 or EdDSA (Ed25519)");
        }
        return new JwtKeys(List.copyOf(keys));
    }

    private static void add(JWK jwk, List<Key> keys) throws JOSEException {
        if (jwk instanceof RSAKey rsa) {
            if (rsa.size() < RSA_BITS_MIN) {
                throw new IllegalArgumentException("an RSA key has less than " + RSA_BITS_MIN + " bits");
            }
            keys.add(new Key(
                    jwk.getKeyID(), thumbprint(jwk), allowed(jwk, RSA), new RSASSAVerifier(rsa.toRSAPublicKey())));
        } else if (jwk instanceof ECKey ec && Set.of(Curve.P_256, Curve.P_384).contains(ec.getCurve())) {
            JWSAlgorithm algorithm = ec.getCurve().equals(Curve.P_256) ? JWSAlgorithm.ES256 : JWSAlgorithm.ES384;
            keys.add(new Key(
                    jwk.getKeyID(),
                    thumbprint(jwk),
                    allowed(jwk, Set.of(algorithm)),
                    new ECDSAVerifier(ec.toECPublicKey())));
        } else if (jwk instanceof OctetKeyPair okp && okp.getCurve().equals(Curve.Ed25519)) {
            keys.add(new Key(
                    jwk.getKeyID(),
                    thumbprint(jwk),
                    allowed(jwk, Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519)),
                    new EdVerifier(okp.getDecodedX())));
        }
    }

    private static String thumbprint(JWK jwk) throws JOSEException {
        return jwk.computeThumbprint().toString();
    }

    /** A key that names its algorithm is for no other (RFC 7517 section 4.4). */
    private static Set<JWSAlgorithm> allowed(JWK jwk, Set<JWSAlgorithm> ofKind) {
        if (jwk.getAlgorithm() == null) {
            return ofKind;
        }
        JWSAlgorithm named = JWSAlgorithm.parse(jwk.getAlgorithm().getName());
        return ofKind.contains(named) ? Set.of(named) : Set.of();
    }

    /** Whether one of the keys may have signed a token with this header. */
    boolean hasFor(JWSHeader header) {
        return keys.stream().anyMatch(key -> key.isFor(header));
    }

    boolean has(Key key) {
        return keys.stream().anyMatch(each -> each.thumbprint().equals(key.thumbprint()));
    }

    /** Which of the keys has signed it. Takes up to milliseconds: not for event loops. */
    Optional<Key> signerOf(SignedJWT token) {
        for (Key key : keys) {
            try {
                if (key.isFor(token.getHeader()) && token.verify(key.verifier())) {
                    return Optional.of(key);
                }
            } catch (JOSEException | IllegalStateException unusable) {
                // As wrong as any other signature; the next key may be the one.
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "keys=" + keys.size();
    }
}
