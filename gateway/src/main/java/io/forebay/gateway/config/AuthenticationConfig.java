package io.forebay.gateway.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How devices prove who they are; forebay.yaml says what each key means.
 *
 * @param chain who is asked, in this order
 * @param scramFile with the credentials for SCRAM-SHA-256
 * @param reloadMs how long a change of a file may go unnoticed
 */
public record AuthenticationConfig(
        List<Way> chain, Optional<Path> scramFile, PasswordFile passwordFile, long reloadMs) {

    /** How a device can prove who it is. */
    public enum Way {
        CERTIFICATE,
        SCRAM,
        PASSWORD_FILE,
        ANONYMOUS
    }

    /**
     * @param threads that compute hashes
     * @param queueMax how many passwords may wait for them
     * @param waitMaxMs how long each
     * @param cacheUsersMax of how many users it is remembered that the password was right
     * @param cacheSeconds for how long
     */
    public record PasswordFile(
            Optional<Path> file, int threads, int queueMax, long waitMaxMs, int cacheUsersMax, int cacheSeconds) {}

    /** Whether somebody has to prove something. */
    public boolean isProof() {
        return !chain.equals(List.of(Way.ANONYMOUS));
    }
}
