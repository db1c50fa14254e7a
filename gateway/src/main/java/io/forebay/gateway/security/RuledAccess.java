package io.forebay.gateway.security;

import java.util.concurrent.atomic.AtomicReference;

/** The rules that are in force. Any thread. */
public final class RuledAccess implements Access {
    private final AtomicReference<AccessRules> rules;
    private final boolean proven;
    private final int topicsMax;

    /**
     * @param proven whether user names are proven, or else only said
     * @param topicsMax about how many topics a connection remembers what was decided
     */
    public RuledAccess(AccessRules rules, boolean proven, int topicsMax) {
        this.rules = new AtomicReference<>(rules);
        this.proven = proven;
        this.topicsMax = topicsMax;
    }

    /** {@link AccessRules#OPEN}, until {@link #change}. */
    public static RuledAccess open() {
        return new RuledAccess(AccessRules.OPEN, false, 16);
    }

    /** From now on, for everybody. */
    public void change(AccessRules now) {
        rules.set(now);
    }

    @Override
    public RuledPermissions permissions(String clientId, Identity identity) {
        return new RuledPermissions(this, new AccessSubject(clientId, identity));
    }

    @Override
    public boolean areNamesProven() {
        return proven;
    }

    AccessRules rules() {
        return rules.get();
    }

    int topicsMax() {
        return topicsMax;
    }
}
