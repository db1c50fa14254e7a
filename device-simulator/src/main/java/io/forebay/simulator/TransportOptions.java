package io.forebay.simulator;

import io.forebay.simulator.scenario.ConnectionSpec;
import picocli.CommandLine.Option;

/** Command line: how to connect over MQTT. */
final class TransportOptions {
    private static final int PORT = 1883;
    private static final int TLS_PORT = 8883;

    @Option(names = "--transport", description = "tcp, tls, ws or wss (tcp, or what the scenario says)")
    private String transport = "";

    @Option(names = "--ws-path", description = "path of the WebSocket (/mqtt, or what the scenario says)")
    private String path = "";

    @Option(names = "--ca", description = "PEM file of whom to trust; without it any certificate is good")
    private String ca = "";

    @Option(names = "--cert", description = "PEM certificate of the device; {device} is filled in, or {number}")
    private String certificate = "";

    @Option(names = "--key", description = "PEM key of the device; {device} is filled in, or {number}")
    private String key = "";

    /** The same, with what was given on the command line. */
    ConnectionSpec.Transport apply(ConnectionSpec.Transport said) {
        if (!transport.matches("|tcp|tls|ws|wss")) {
            throw new IllegalArgumentException("--transport is tcp, tls, ws or wss, not " + transport);
        }
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new IllegalArgumentException("--cert and --key go together");
        }
        boolean tls = transport.isEmpty() ? said.tls() : transport.equals("tls") || transport.equals("wss");
        boolean webSocket = transport.isEmpty() ? said.webSocket() : transport.startsWith("ws");
        if (!tls && !(ca + certificate).isEmpty()) {
            throw new IllegalArgumentException("--ca, --cert and --key need --transport tls or wss");
        }
        if (!webSocket && !path.isEmpty()) {
            throw new IllegalArgumentException("--ws-path needs --transport ws or wss");
        }
        return new ConnectionSpec.Transport(
                tls,
                webSocket,
                first(path, said.path()),
                first(ca, said.ca()),
                first(certificate, said.certificate()),
                first(key, said.key()));
    }

    private static String first(String given, String said) {
        return given.isEmpty() ? said : given;
    }

    /** The port that is meant if none is said. */
    static int port(ConnectionSpec.Transport transport) {
        return transport.tls() ? TLS_PORT : PORT;
    }
}
