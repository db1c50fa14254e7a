package io.forebay.gateway.security;

import io.vertx.core.Future;

/** Lets in who shows nothing. Immutable. */
public final class AnonymousAuthenticator implements Authenticator {
    private final boolean alone;

    /**
     * @param alone whether nobody else is asked: then passwords mean nothing, and user names are taken as they are said,
     *     unless a certificate says who it is
     */
    public AnonymousAuthenticator(boolean alone) {
        this.alone = alone;
    }

    @Override
    public String name() {
        return "anonymous";
    }

    @Override
    public Future<Verdict> authenticate(Proof proof) {
        if (alone) {
            return Future.succeededFuture(Verdict.accepted(proof.certificateIdentity()
                    .map(Identity::of)
                    .orElseGet(() -> Identity.anonymous(proof.username()))));
        }
        // A wrong password is not nothing, and beside names that are proven one that is only said would be mistaken for
        // one.
        return Future.succeededFuture(
                proof.hasPassword() ? Verdict.NOT_MINE : Verdict.accepted(Identity.anonymous("")));
    }
}
