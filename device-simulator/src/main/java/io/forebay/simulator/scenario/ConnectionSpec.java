package io.forebay.simulator.scenario;

import java.util.List;
import java.util.Optional;

/**
 * How devices connect. In texts, {@code {device}} is the number of the device within its fleet, {@code
 * {number}} the same counted from 1.
 *
 * @param version protocol version
 * @param clientId client id, or empty for one that is unique to the run
 * @param user user name, or empty
 * @param password password, or empty
 * @param persistent whether the session outlives the connection
 * @param keepAliveSeconds announced in CONNECT
 * @param transport TCP, TLS, WebSocket
 * @param sources local addresses to connect from, in turn; empty: whatever the system takes
 * @param will what the broker is to publish when a connection breaks
 */
public record ConnectionSpec(
        Version version,
        String clientId,
        String user,
        String password,
        boolean persistent,
        int keepAliveSeconds,
        Transport transport,
        List<String> sources,
        Optional<Will> will) {
    /** Protocol versions. */
    public enum Version {
        V3_1_1,
        V5
    }

    /**
     * @param tls whether to encrypt
     * @param webSocket whether to speak MQTT in WebSocket frames
     * @param path of the WebSocket
     * @param ca PEM file of whom to trust, or empty: whoever answers
     * @param certificate PEM file of the device, or empty
     * @param key PEM file of its private key, or empty
     */
    public record Transport(boolean tls, boolean webSocket, String path, String ca, String certificate, String key) {
        public static final Transport TCP = new Transport(false, false, "/mqtt", "", "", "");
    }

    /** A will; its text is preceded by what identifies it to the ledger. */
    public record Will(String topic, String text, int qos, boolean retain) {}

    public static final ConnectionSpec DEFAULT =
            new ConnectionSpec(Version.V3_1_1, "", "", "", true, 60, Transport.TCP, List.of(), Optional.empty());

    public ConnectionSpec {
        sources = List.copyOf(sources);
    }

    public ConnectionSpec with(Version otherVersion, String otherUser, String otherPassword, Transport otherTransport) {
        return new ConnectionSpec(
                otherVersion,
                clientId,
                otherUser,
                otherPassword,
                persistent,
                keepAliveSeconds,
                otherTransport,
                sources,
                will);
    }

    public ConnectionSpec withClientId(String other) {
        return new ConnectionSpec(
                version, other, user, password, persistent, keepAliveSeconds, transport, sources, will);
    }

    /** Does not print the password. */
    @Override
    public String toString() {
        return version + " " + (user.isEmpty() ? "no user" : "user " + user) + " " + transport;
    }
}
