package io.forebay.gateway.tls;

import io.forebay.gateway.tls.ListenerTls.KeyPairFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files for the TLS towards one AMQP broker.
 *
 * @param ca whom the gateway trusts there; empty: whom the JDK trusts
 * @param crl what these have revoked
 * @param client what it shows of itself
 */
public record TargetTls(String name, Optional<Path> ca, Optional<Path> crl, Optional<KeyPairFiles> client) {
    List<Path> files() {
        List<Path> files = new ArrayList<>();
        ca.ifPresent(files::add);
        crl.ifPresent(files::add);
        client.ifPresent(pair -> {
            files.add(pair.chain());
            files.add(pair.key());
        });
        return files;
    }
}
