package io.forebay.gateway.security;

import io.vertx.core.Future;

/** Takes a device for whom its certificate names, which the TLS handshake has proven. Immutable. */
public final class CertificateAuthenticator implements Authenticator {
    @Override
    public String name() {
        return "certificate";
    }

    @Override
    public Future<Verdict> authenticate(Proof proof) {
        return Future.succeededFuture(proof.certificateIdentity()
                .map(name -> Verdict.accepted(Identity.of(name)))
                .orElse(Verdict.NOT_MINE));
    }
}
