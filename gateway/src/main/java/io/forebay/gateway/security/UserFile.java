package io.forebay.gateway.security;

import java.util.List;

/** What a file of users holds: SCRAM credentials and password hashes, side by side. Immutable. */
public record UserFile(ScramUsers scram, PasswordUsers passwords) {

    /** Throws IllegalArgumentException that names the first line that is wrong: then nothing of it counts. */
    public static UserFile parse(List<String> lines, byte[] secret) {
        return new UserFile(new ScramUsers(lines, secret), new PasswordUsers(lines, secret));
    }

    /** Whether it is the user's password wherever the user has one. Takes tens of milliseconds: not for event loops. */
    public boolean isRight(String user, char[] password, byte[] utf8) {
        PasswordHash hash = passwords.find(user);
        boolean known = hash != null || scram.knows(user);
        return known
                && (hash == null || hash.matches(utf8))
                && (!scram.knows(user) || scram.find(user).isOf(password));
    }

    @Override
    public String toString() {
        return "scram=" + scram.size() + ", passwords=" + passwords.size();
    }
}
