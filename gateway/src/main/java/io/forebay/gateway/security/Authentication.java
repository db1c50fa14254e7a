package io.forebay.gateway.security;

import java.util.Optional;

/**
 * How devices prove who they are.
 *
 * @param users for SCRAM-SHA-256; empty: no enhanced authentication is offered, everybody may connect
 * @param required whether a device has to; if not, one that does not try is let in as well
 */
public record Authentication(Optional<ScramUsers> users, boolean required) {
    public static final Authentication NONE = new Authentication(Optional.empty(), false);
}
