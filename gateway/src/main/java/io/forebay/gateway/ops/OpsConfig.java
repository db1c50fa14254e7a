package io.forebay.gateway.ops;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where operators ask, and who may; forebay.yaml says what each key means.
 *
 * @param port 0 for any
 * @param token empty: nobody has to show one
 * @param hostNames beside localhost and addresses; counts on loopback only
 */
public record OpsConfig(
        String host,
        int port,
        Optional<OpsToken> token,
        boolean liveOpen,
        List<String> hostNames,
        int connectionsMax,
        int requestTimeoutMs,
        Optional<Certificate> certificate) {

    /**
     * PEM files.
     *
     * @param clientCa whose certificates those who ask have to show, if any
     */
    public record Certificate(Path chain, Path key, Optional<Path> clientCa) {}

    /** Whether a host is this machine only. */
    public static boolean isLoopback(String host) {
        return host.equals("localhost") || host.matches("127\\.\\d+\\.\\d+\\.\\d+") || host.equals("::1");
    }
}
