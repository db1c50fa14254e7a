package io.forebay.gateway.mqtt;

import io.forebay.gateway.tls.ListenerTls;
import java.util.List;
import java.util.Optional;

/**
 * The MQTT listeners and the limits of a connection; forebay.yaml says what each key means.
 *
 * @param listeners at least one
 * @param eventLoops how many threads serve devices
 * @param protocol what a connection offers and bears
 * @param access which topics nobody may use
 * @param quotas what one device or user may take of what all share
 */
public record MqttConfig(
        List<Listener> listeners,
        int eventLoops,
        int connectionsMax,
        int packetBytesMax,
        int clientIdBytesMax,
        int receiveMaximum,
        int topicAliasMaximum,
        long sessionExpiryMaxSeconds,
        ProtocolConfig protocol,
        AccessConfig access,
        QuotaConfig quotas) {

    /** How MQTT travels. */
    public enum Transport {
        TCP,
        /** WebSocket (MQTT-6). */
        WS
    }

    /**
     * What one listener has of its own.
     *
     * @param path of the WebSocket, begins with a slash
     * @param tls with it, it speaks TLS
     * @param proxyProtocol whether each connection begins with a PROXY header
     * @param lenient whether faults of devices that do no harm are borne and counted instead of ending the connection
     * @param packetBytesMax at most that of all listeners
     */
    public record Listener(
            String name,
            Transport transport,
            String host,
            int port,
            String path,
            Optional<ListenerTls> tls,
            boolean proxyProtocol,
            boolean lenient,
            int connectionsMax,
            int packetBytesMax,
            int connectTimeoutMs) {

        /** What a person calls it. */
        @Override
        public String toString() {
            String secure = tls.isPresent() ? "s" : "";
            String scheme = (transport == Transport.WS ? "ws" : "mqtt") + secure;
            return scheme + "://" + host + ":" + port + (transport == Transport.WS ? path : "");
        }
    }

    /** Of the listeners that speak it. */
    public List<ListenerTls> tls() {
        return listeners.stream().flatMap(listener -> listener.tls().stream()).toList();
    }

    /** The same with what a connection through this listener may do. */
    MqttConfig within(int connections, int packetBytes) {
        return new MqttConfig(
                listeners,
                eventLoops,
                connections,
                packetBytes,
                clientIdBytesMax,
                receiveMaximum,
                topicAliasMaximum,
                sessionExpiryMaxSeconds,
                protocol,
                access,
                quotas);
    }
}
