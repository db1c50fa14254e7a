package io.forebay.gateway.security;

import java.util.Set;

/**
 * Who a connection is.
 *
 * @param user the name that was proven; of an anonymous device what it says of itself, or empty
 * @param anonymous whether nothing was proven: then no rule for a user is for it
 * @param groups that the proof names, beside those of the access rules
 * @param validUntilMs when the proof expires, since 1970; {@link #ALWAYS} if it does not
 */
public record Identity(String user, boolean anonymous, Set<String> groups, long validUntilMs) {
    public static final long ALWAYS = Long.MAX_VALUE;

    public Identity {
        groups = Set.copyOf(groups);
    }

    /** Somebody who has proven this name, for good. */
    public static Identity of(String user) {
        return new Identity(user, false, Set.of(), ALWAYS);
    }

    /** @param claimed what it says of itself */
    public static Identity anonymous(String claimed) {
        return new Identity(claimed, true, Set.of(), ALWAYS);
    }
}
