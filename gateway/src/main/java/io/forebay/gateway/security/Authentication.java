package io.forebay.gateway.security;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How devices prove who they are.
 *
 * @param scram the users of SCRAM-SHA-256 as they are now; empty: no enhanced authentication is offered
 * @param chain for everybody who does not ask for enhanced authentication
 */
public record Authentication(Optional<Supplier<ScramUsers>> scram, AuthenticationChain chain) {
    /** Everybody may connect. */
    public static final Authentication NONE = new Authentication(
            Optional.empty(),
            new AuthenticationChain(
                    List.of(new AnonymousAuthenticator(true)), new AuthenticationMeters(new CompositeMeterRegistry())));
}
