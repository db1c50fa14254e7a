package io.forebay.gateway.security;

import io.forebay.storage.Message;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** The rules that are in force. Any thread. */
public final class Access {
    private final AtomicReference<AccessRules> rules;
    private final boolean proven;
    private final int topicsMax;

    /**
     * @param proven whether user names are proven, or else only said
     * @param topicsMax about how many topics a connection remembers what was decided
     */
    public Access(AccessRules rules, boolean proven, int topicsMax) {
        this.rules = new AtomicReference<>(rules);
        this.proven = proven;
        this.topicsMax = topicsMax;
    }

    /** {@link AccessRules#OPEN}, until {@link #change}. */
    public static Access open() {
        return new Access(AccessRules.OPEN, false, 16);
    }

    /** From now on, for everybody. */
    public void change(AccessRules now) {
        rules.set(now);
    }

    /** What a new connection may do. */
    public Permissions permissions(String clientId, Identity identity) {
        return new Permissions(this, new AccessSubject(clientId, identity));
    }

    /**
     * Whether a will may be published now that its connection is gone.
     *
     * @param groups that its device was in by what it had shown
     */
    public boolean mayPublish(Message will, Set<String> groups) {
        boolean nobody = !proven || will.username().isEmpty();
        Identity identity = new Identity(will.username(), nobody, nobody ? Set.of() : groups, Identity.ALWAYS);
        return permissions(will.clientId(), identity).mayPublish(will.topic(), will.qos(), will.retain());
    }

    AccessRules rules() {
        return rules.get();
    }

    int topicsMax() {
        return topicsMax;
    }
}
