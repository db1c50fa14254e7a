package io.forebay.gateway.security;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The credentials of all users, in memory. For a name that it does not know it makes up a credential that is always the
 * same, so that an exchange tells nobody who exists (RFC 5802 section 9). Immutable.
 */
public final class ScramUsers {
    private final Map<String, ScramCredential> users = new HashMap<>();
    private final byte[] secret;
    private final int iterationsOfUnknown;

    /**
     * @param lines of the credentials file; those with a password hash are passed over. Throws IllegalArgumentException
     *     that names the line
     * @param secret kept over restarts, known to nobody
     */
    public ScramUsers(List<String> lines, byte[] secret) {
        this.secret = secret;
        UserLines.forEach(lines, (name, rest) -> {
            if (!rest.startsWith(UserLines.HASH) && users.put(name, ScramCredential.parse(name + ":" + rest)) != null) {
                throw new IllegalArgumentException("the user has a second credential");
            }
        });
        iterationsOfUnknown = users.values().stream()
                .mapToInt(ScramCredential::iterations)
                .findAny()
                .orElse(Scram.ITERATIONS_DEFAULT);
    }

    public int size() {
        return users.size();
    }

    /** A new exchange with a device. */
    public ScramExchange exchange() {
        return new ScramExchange(this);
    }

    ScramCredential find(String name) {
        ScramCredential known = users.get(name);
        return known == null ? madeUp(name) : known;
    }

    boolean knows(String name) {
        return users.containsKey(name);
    }

    private ScramCredential madeUp(String name) {
        byte[] salt = new byte[16];
        System.arraycopy(Scram.hmac(secret, Scram.utf8("salt " + name)), 0, salt, 0, salt.length);
        return new ScramCredential(
                name,
                iterationsOfUnknown,
                salt,
                Scram.hmac(secret, Scram.utf8("stored key " + name)),
                Scram.hmac(secret, Scram.utf8("server key " + name)));
    }
}
