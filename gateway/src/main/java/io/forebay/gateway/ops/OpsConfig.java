package io.forebay.gateway.ops;

import io.forebay.gateway.tls.ClientIdRule;
import io.forebay.gateway.tls.IdentitySource;
import io.forebay.gateway.tls.ListenerTls;
import io.forebay.gateway.tls.ListenerTls.ClientCertificates;
import io.forebay.gateway.tls.ListenerTls.KeyPairFiles;
import io.forebay.gateway.tls.TlsConfig;
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

    /** What its listener is called where those for devices have their names. */
    public static final String LISTENER = "ops";

    /** @param common what is the same for all listeners */
    public Optional<ListenerTls> tls(TlsConfig common) {
        return certificate.map(files -> new ListenerTls(
                LISTENER,
                List.of(new KeyPairFiles(files.chain(), files.key())),
                files.clientCa()
                        .map(ca -> new ClientCertificates(
                                ca, List.of(), true, IdentitySource.NONE, ClientIdRule.ANY, false)),
                common));
    }

    /** Whether a host is this machine only. */
    public static boolean isLoopback(String host) {
        return host.equals("localhost") || host.matches("127\\.\\d+\\.\\d+\\.\\d+") || host.equals("::1");
    }
}
