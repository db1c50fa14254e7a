package io.forebay.gateway.security;

import io.forebay.storage.Message;
import io.vertx.core.Future;
import java.util.Set;

/** Who decides what devices may do. Any thread. */
public interface Access {

    /** What a new connection may do. */
    Permissions permissions(String clientId, Identity identity);

    /** Whether user names are proven, or else only said. */
    boolean areNamesProven();

    /**
     * Whether a will may be published now that its connection is gone.
     *
     * @param groups that its device was in by what it had shown
     * @return fails if that cannot be said now
     */
    default Future<Boolean> mayPublish(Message will, Set<String> groups) {
        boolean nobody = !areNamesProven() || will.username().isEmpty();
        Identity identity = new Identity(will.username(), nobody, nobody ? Set.of() : groups, Identity.ALWAYS);
        return permissions(will.clientId(), identity).mayPublish(will.topic(), will.qos(), will.retain());
    }
}
