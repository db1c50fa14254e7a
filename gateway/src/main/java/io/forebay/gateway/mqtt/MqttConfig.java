package io.forebay.gateway.mqtt;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The MQTT listeners and the limits of a connection; forebay.yaml says what each key means.
 *
 * @param eventLoops how many threads serve devices
 * @param tls the second listener, if there is a certificate
 */
public record MqttConfig(
        String host,
        int port,
        int eventLoops,
        int connectionsMax,
        int connectTimeoutMs,
        int packetBytesMax,
        int clientIdBytesMax,
        int receiveMaximum,
        int topicAliasMaximum,
        long sessionExpiryMaxSeconds,
        Optional<Tls> tls) {

    /** @param clientCa whose certificates devices must show; empty: devices show none */
    public record Tls(String host, int port, Path certificate, Path key, Optional<Path> clientCa) {}
}
