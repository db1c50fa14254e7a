package io.forebay.gateway.mqtt;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The MQTT listeners and the limits of a connection; forebay.yaml says what each key means.
 *
 * @param eventLoops how many threads serve devices
 * @param tls the second listener, if there is a certificate
 * @param protocol what a connection offers and bears
 * @param access which topics nobody may use
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
        Optional<Tls> tls,
        ProtocolConfig protocol,
        AccessConfig access) {

    /** @param clientCa whose certificates devices must show; empty: devices show none */
    public record Tls(String host, int port, Path certificate, Path key, Optional<Path> clientCa) {}

    /**
     * What one listener has of its own.
     *
     * @param lenient whether faults of devices that do no harm are borne and counted instead of ending the connection
     */
    public record Listener(String name, boolean lenient) {}
}
