package io.forebay.gateway.security;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Optional;
import java.util.function.LongSupplier;

/** JSON Web Tokens that somebody else has signed (RFC 7519, RFC 8725). Any thread. */
public final class JwtAuthenticator implements Authenticator {
    private final JwtRules rules;
    private final JwtKeySource keys;
    private final HashPool pool;
    private final LongSupplier clockMs;

    public JwtAuthenticator(JwtRules rules, JwtKeySource keys, HashPool pool, LongSupplier clockMs) {
        this.rules = rules;
        this.keys = keys;
        this.pool = pool;
        this.clockMs = clockMs;
    }

    @Override
    public String name() {
        return "jwt";
    }

    @Override
    public Future<Verdict> authenticate(Proof proof) {
        String token = rules.inUsername()
                ? proof.username()
                : proof.hasPassword() ? new String(proof.password(), StandardCharsets.UTF_8) : "";
        if (token.chars().filter(c -> c == '.').count() != 2) {
            return Future.succeededFuture(Verdict.NOT_MINE);
        }
        try {
            SignedJWT signed = SignedJWT.parse(token); // Throws for alg none, whatever its spelling.
            return keys.keysFor(signed.getHeader()).compose(now -> pool.submit(() -> check(signed, now)));
        } catch (ParseException | IllegalArgumentException notSigned) {
            return Future.succeededFuture(Verdict.WRONG);
        }
    }

    private Verdict check(SignedJWT token, JwtKeys now) {
        Optional<JwtKeys.Key> signer = now.signerOf(token);
        if (signer.isEmpty()) {
            return Verdict.WRONG;
        }
        Standing standing = () -> keys.has(signer.get());
        try {
            JWTClaimsSet claims = token.getJWTClaimsSet();
            Optional<Identity> identity = rules.identity(claims, clockMs.getAsLong());
            return identity.map(proven -> Verdict.accepted(proven, standing)).orElse(Verdict.WRONG);
        } catch (ParseException noClaims) {
            return Verdict.WRONG;
        }
    }
}
