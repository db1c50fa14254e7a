package io.forebay.gateway.security;

import com.nimbusds.jwt.JWTClaimsSet;
import java.text.ParseException;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked of the claims of a token (RFC 7519 section 4.1); forebay.yaml says what each key means. Immutable.
 *
 * @param inUsername whether the token is the user name, or else the password
 * @param issuer empty: any
 * @param audience empty: any
 * @param userClaim which claim names the user
 * @param groupsClaim which claim has the groups; empty for none
 * @param leewayMs how far clocks may differ
 */
public record JwtRules(
        boolean inUsername, String issuer, String audience, String userClaim, String groupsClaim, long leewayMs) {

    /** @return empty if the token is not for us, or not now, or names nobody */
    @SuppressWarnings("JavaUtilDate") // The library speaks so.
    Optional<Identity> identity(JWTClaimsSet claims, long nowMs) {
        Date expires = claims.getExpirationTime();
        Date begins = claims.getNotBeforeTime();
        // One that never expires can never be taken back.
        boolean now = expires != null
                && nowMs < expires.getTime() + leewayMs
                && (begins == null || nowMs >= begins.getTime() - leewayMs);
        boolean here = (issuer.isEmpty() || issuer.equals(claims.getIssuer()))
                && (audience.isEmpty() || claims.getAudience().contains(audience));
        Object user = claims.getClaim(userClaim);
        if (!now || !here || !(user instanceof String name) || name.isBlank()) {
            return Optional.empty();
        }
        return Optional.of(new Identity(name, false, groups(claims), expires.getTime() + leewayMs));
    }

    private Set<String> groups(JWTClaimsSet claims) {
        try {
            List<String> named = groupsClaim.isEmpty() ? null : claims.getStringListClaim(groupsClaim);
            Set<String> groups = new HashSet<>(named == null ? List.of() : named);
            groups.remove(null);
            return groups;
        } catch (ParseException notAList) {
            return Set.of(); // In no group: what a group may do more it may not.
        }
    }
}
