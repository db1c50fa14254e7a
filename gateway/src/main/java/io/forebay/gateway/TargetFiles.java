package io.forebay.gateway;

import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.BridgeConfig;
import io.forebay.gateway.tls.ListenerTls.KeyPairFiles;
import io.forebay.gateway.tls.TargetTls;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the files that the TLS towards AMQP brokers is made of. No state. */
final class TargetFiles {
    private TargetFiles() {}

    static List<TargetTls> of(BridgeConfig bridge) {
        Map<String, AmqpConfig> targets = new LinkedHashMap<>(bridge.targets());
        targets.put(BridgeConfig.DEFAULT_TARGET, bridge.amqp());
        List<TargetTls> files = new ArrayList<>();
        targets.forEach((name, target) -> target.tls()
                .ifPresent(tls -> files.add(new TargetTls(
                        name,
                        tls.trustPem(),
                        tls.crlPem(),
                        tls.client().map(own -> new KeyPairFiles(own.certificatePem(), own.keyPem()))))));
        return files;
    }
}
