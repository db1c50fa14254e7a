package io.forebay.gateway.conformance;

import io.forebay.gateway.Gateway;
import io.forebay.gateway.StartException;
import io.forebay.gateway.bench.ChildJvm;
import io.forebay.gateway.config.GatewayConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The server under test, one for each test class: a gateway in this process, or whatever listens at
 * {@code -Dconformance.port}. Owned by the test thread.
 */
final class Broker implements BeforeAllCallback, AfterAllCallback {
    private static final String RUN =
            Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);
    private static final AtomicInteger NAMES = new AtomicInteger();

    /** Between our choice of a port and its use another process may take it. */
    private static final int STARTS_MAX = 3;

    private final Map<String, String> settings;
    private final boolean withWebSocket;
    private Path directory;
    private Gateway gateway;
    private int port;
    private int webSocketPort;
    private int opsPort;

    Broker() {
        this(Map.of());
    }

    /** @param settings of the gateway, as environment variables */
    Broker(Map<String, String> settings) {
        this(settings, false);
    }

    private Broker(Map<String, String> settings, boolean withWebSocket) {
        this.settings = settings;
        this.withWebSocket = withWebSocket;
    }

    static Broker withWebSocket() {
        return new Broker(Map.of(), true);
    }

    /** A broker that runs already. */
    static Broker at(int port) {
        Broker broker = new Broker();
        broker.port = port;
        return broker;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        port = Integer.getInteger("conformance.port", 0);
        webSocketPort = Integer.getInteger("conformance.ws.port", 0); // Of that broker, if it has one.
        if (port == 0) {
            directory = Files.createTempDirectory("forebay-conformance");
            for (int starts = 1; gateway == null; starts++) {
                start(starts == STARTS_MAX);
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (gateway == null) {
            return;
        }
        if (!gateway.stop()) {
            throw new AssertionError("the gateway did not stop in order");
        }
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        }
    }

    private void start(boolean lastTry) throws IOException {
        port = ChildJvm.freePort();
        opsPort = ChildJvm.freePort();
        webSocketPort = withWebSocket ? ChildJvm.freePort() : 0;
        Map<String, String> environment = new HashMap<>();
        environment.put("FOREBAY_DATA_DIR", directory.resolve("data").toString());
        environment.put("FOREBAY_MQTT_PORT", Integer.toString(port));
        environment.put("FOREBAY_BROKER_PORT", Integer.toString(ChildJvm.freePort()));
        environment.put("FOREBAY_OPS_PORT", Integer.toString(opsPort));
        environment.put("FOREBAY_LOG_SEGMENT_SIZE", "16 MiB");
        environment.put("FOREBAY_MQTT_PACKET_BYTES_MAX", "2 MiB");
        environment.putAll(settings);
        GatewayConfig config =
                withWebSocket ? GatewayConfig.load(webSocketListener(), environment) : GatewayConfig.load(environment);
        try {
            gateway = Gateway.start(config, fault -> {
                throw new AssertionError("the log failed", fault);
            });
        } catch (StartException taken) {
            if (lastTry) {
                throw taken;
            }
        }
    }

    private Path webSocketListener() throws IOException {
        return Files.writeString(
                directory.resolve("forebay.yaml"),
                "mqtt:\n  listeners:\n    - name: browsers\n      transport: ws\n      port: " + webSocketPort + '\n');
    }

    int port() {
        return port;
    }

    /** 0 when there is no WebSocket listener. */
    int webSocketPort() {
        return webSocketPort;
    }

    /** Whether it is our gateway: of it alone a test may demand what the standard only allows. */
    boolean isOurs() {
        return gateway != null;
    }

    /** What our gateway says of itself at /metrics. */
    double metric(String name) throws IOException {
        try (InputStream in = new URL("http://127.0.0.1:" + opsPort + "/metrics").openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(name + ' '))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no metric " + name));
        }
    }

    /** A name that no other test has, so that tests do not see each other's sessions, topics and retained messages. */
    String name(String what) {
        return what + RUN + NAMES.incrementAndGet();
    }

    /** A TCP connection and nothing more. */
    WireClient open(int level) throws IOException {
        return new WireClient(this, level);
    }

    /** Connected, with a session that ends with the connection. */
    WireClient connect(int level) throws IOException {
        return connect(level, name("c"));
    }

    WireClient connect(int level, String clientId) throws IOException {
        return connected(level, Packets.connect(level, clientId));
    }

    /** Connected to a session that outlives the connection. */
    WireClient resume(int level, String clientId) throws IOException {
        return connected(level, Packets.connect(level, 0, 60, level == 5 ? "11 u32:300" : "", '"' + clientId + '"'));
    }

    WireClient connected(int level, String connect) throws IOException {
        WireClient client = open(level);
        Packet connack = client.send(connect).receive();
        if (connack == null || connack.reason() != 0) {
            throw new AssertionError("refused: " + connack);
        }
        client.connack = connack;
        return client;
    }
}
