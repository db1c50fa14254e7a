package io.forebay.gateway.tls;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The TLS of one listener.
 *
 * @param name of the listener
 * @param certificates at least one; the first is for those who name no server, or one that none is for
 * @param clients empty: devices are not asked for a certificate
 */
public record ListenerTls(
        String name, List<KeyPairFiles> certificates, Optional<ClientCertificates> clients, TlsConfig common) {

    /** A certificate chain and its key, both PEM. */
    public record KeyPairFiles(Path chain, Path key) {}

    /**
     * What devices must show.
     *
     * @param ca whose certificates are taken
     * @param crls what of them is revoked
     * @param required whether a device without a certificate is refused in the handshake
     * @param cutRevoked whether a connection ends when its certificate is revoked
     */
    public record ClientCertificates(
            Path ca,
            List<Path> crls,
            boolean required,
            IdentitySource identity,
            ClientIdRule clientIds,
            boolean cutRevoked) {
        public ClientCertificates {
            crls = List.copyOf(crls);
        }
    }

    public ListenerTls {
        certificates = List.copyOf(certificates);
    }

    /** All that is read, and read again when it changes. */
    List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (KeyPairFiles pair : certificates) {
            files.add(pair.chain());
            files.add(pair.key());
        }
        clients.ifPresent(client -> {
            files.add(client.ca());
            files.addAll(client.crls());
        });
        return files;
    }
}
