package io.forebay.gateway.config;

import io.forebay.gateway.security.HttpCaller;
import io.forebay.gateway.security.JwtRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How devices prove who they are; forebay.yaml says what each key means.
 *
 * @param chain who is asked, in this order
 * @param scramFile with the credentials for SCRAM-SHA-256
 * @param jwt there if the chain has it
 * @param webhook there if the chain has it
 * @param reloadMs how long a change of a file may go unnoticed
 * @param fileBytesMax a larger file of users, keys or rules counts as one that cannot be read
 */
public record AuthenticationConfig(
        List<Way> chain,
        Checks checks,
        Optional<Path> scramFile,
        PasswordFile passwordFile,
        Optional<Jwt> jwt,
        Optional<Webhook> webhook,
        long reloadMs,
        long fileBytesMax) {

    /** How a device can prove who it is. */
    public enum Way {
        CERTIFICATE,
        SCRAM,
        PASSWORD_FILE,
        JWT,
        WEBHOOK,
        ANONYMOUS
    }

    /**
     * What is too dear for an event loop.
     *
     * @param threads that compute hashes and check signatures
     * @param queueMax how much may wait for them
     * @param waitMaxMs how long each
     */
    public record Checks(int threads, int queueMax, long waitMaxMs) {}

    /**
     * @param cacheUsersMax of how many users it is remembered that the password was right
     * @param cacheSeconds for how long
     */
    public record PasswordFile(Optional<Path> file, int cacheUsersMax, int cacheSeconds) {}

    /**
     * @param keysFile or else there is keysUrl
     * @param refreshMs after that keys are fetched again
     * @param pauseMs that lies at least between two fetches
     */
    public record Jwt(
            JwtRules rules,
            Optional<Path> keysFile,
            Optional<String> keysUrl,
            HttpCaller.Limits http,
            long refreshMs,
            long pauseMs) {}

    /**
     * @param cacheMax how many answers are kept
     * @param cacheSecondsMax how long at most, whatever they say
     */
    public record Webhook(String url, HttpCaller.Limits http, int cacheMax, int cacheSecondsMax) {}

    /** Whether somebody has to prove something. */
    public boolean isProof() {
        return !chain.equals(List.of(Way.ANONYMOUS));
    }
}
