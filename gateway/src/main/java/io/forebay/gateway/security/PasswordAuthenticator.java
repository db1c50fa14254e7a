package io.forebay.gateway.security;

import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * User names and passwords of a file. A name that it does not know costs as much as a wrong password, and goes on to the next
 * of the chain. Any thread.
 */
public final class PasswordAuthenticator implements Authenticator {
    private final Supplier<UserFile> file;
    private final HashPool pool;
    private final ProvenPasswords proven;
    private final AuthenticationMeters meters;

    /** @param file as it is now */
    public PasswordAuthenticator(
            Supplier<UserFile> file, HashPool pool, ProvenPasswords proven, AuthenticationMeters meters) {
        this.file = file;
        this.pool = pool;
        this.proven = proven;
        this.meters = meters;
    }

    @Override
    public String name() {
        return "password-file";
    }

    @Override
    public Future<Verdict> authenticate(Proof proof) {
        if (proof.username().isEmpty() || !proof.hasPassword()) {
            return Future.succeededFuture(Verdict.NOT_MINE);
        }
        PasswordUsers users = file.get().passwords();
        PasswordHash known = users.find(proof.username());
        if (known != null && proven.knows(proof.username(), proof.password(), known)) {
            meters.remembered();
            return Future.succeededFuture(accepted(proof.username(), known));
        }
        return pool.submit(() -> check(proof, users, known));
    }

    private Verdict check(Proof proof, PasswordUsers users, PasswordHash known) {
        meters.hashed();
        PasswordHash hash = known == null ? users.standIn(proof.username()) : known;
        boolean right = hash.matches(proof.password());
        if (known == null) {
            return Verdict.NOT_MINE;
        }
        if (!right) {
            return Verdict.WRONG;
        }
        proven.remember(proof.username(), proof.password(), known);
        return accepted(proof.username(), known);
    }

    /** As long as the user has this password. */
    private Verdict accepted(String user, PasswordHash hash) {
        return Verdict.accepted(
                Identity.of(user), () -> hash.isSameAs(file.get().passwords().find(user)));
    }
}
