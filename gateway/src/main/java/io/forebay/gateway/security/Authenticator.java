package io.forebay.gateway.security;

import io.vertx.core.Future;

/** One part of the chain. Called on any event loop, which it does not block. */
public interface Authenticator {

    /** As the configuration calls it. */
    String name();

    /** @return succeeds, on any thread; a failure counts as {@link Verdict.Why#UNAVAILABLE} */
    Future<Verdict> authenticate(Proof proof);
}
