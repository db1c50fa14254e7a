package io.forebay.gateway.security;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The password hashes of all users, in memory. For a name that it does not know there is a stand-in that costs as much, so
 * that time tells nobody who exists. Immutable.
 */
final class PasswordUsers {
    /** As they stand in the file: taken apart, a million of them would not fit into the memory of a gateway. */
    private final Map<String, String> users = new HashMap<>();
    /** One of them stands in for an unknown name, so the costs of unknown names are spread as those of known ones. */
    private final List<String> standIns;

    private final byte[] secret;

    /**
     * @param lines of the file; those with a SCRAM credential are passed over. Throws IllegalArgumentException that names
     *     the line
     * @param secret known to nobody, or the choice of the stand-in would tell who does not exist
     */
    PasswordUsers(List<String> lines, byte[] secret) {
        this.secret = secret;
        UserLines.forEach(lines, (name, rest) -> {
            if (rest.startsWith(UserLines.HASH)) {
                PasswordHash unused = PasswordHash.parse(rest);
                if (users.put(name, rest) != null) {
                    throw new IllegalArgumentException("the user has a second password");
                }
            }
        });
        standIns = users.isEmpty() ? List.of(PasswordHash.of(secret).text()) : new ArrayList<>(users.values());
    }

    int size() {
        return users.size();
    }

    /** @return null if nobody has this name */
    PasswordHash find(String name) {
        String hash = users.get(name);
        return hash == null ? null : PasswordHash.parse(hash);
    }

    /** Whose hash is computed for a name that nobody has; the same one each time. */
    PasswordHash standIn(String name) {
        int number = ByteBuffer.wrap(Scram.hmac(secret, Scram.utf8("stand-in " + name)))
                .getInt();
        return PasswordHash.parse(standIns.get(Math.floorMod(number, standIns.size())));
    }
}
