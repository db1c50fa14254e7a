package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.forebay.gateway.security.Authentication;
import io.forebay.gateway.tls.ListenerTls;
import io.forebay.gateway.tls.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Listeners over TCP, WebSocket and behind a load balancer, on real sockets. */
class TransportsIT {
    /** Where it is what the test waits for. */
    private static final int CONNECT_TIMEOUT_MS = 300;

    private static final int PATIENCE_MS = 60_000;
    /** CONNECT of MQTT 3.1.1 with the client id q, and its CONNACK. */
    private static final String CONNECT = "100d00044d51545404020000000171";

    private static final String CONNACK = "20020000";
    private static final String PROXY_V1 = "PROXY TCP4 203.0.113.7 198.51.100.2 4711 1883\r\n";
    private static final String UPGRADE = String.join(
            "\r\n",
            "GET /mqtt HTTP/1.1",
            "Host: h",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: mqtt",
            "",
            "");

    private static final String PROXY_V2_SIGNATURE = "0d0a0d0a000d0a515549540a";

    @Test
    void hiveMqOverWebSocket() {
        try (Rig rig = start(Rig.listener("ws", MqttConfig.Transport.WS, false, 3))) {
            Mqtt5BlockingClient five = Mqtt5Client.builder()
                    .identifier("five")
                    .serverHost("127.0.0.1")
                    .serverPort(rig.port())
                    .webSocketConfig()
                    .serverPath("mqtt")
                    .applyWebSocketConfig()
                    .buildBlocking();
            Mqtt3BlockingClient three = Mqtt3Client.builder()
                    .identifier("three")
                    .serverHost("127.0.0.1")
                    .serverPort(rig.port())
                    .webSocketConfig()
                    .serverPath("mqtt")
                    .applyWebSocketConfig()
                    .buildBlocking();
            five.connect();
            three.connect();
            five.publishWith()
                    .topic("a")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(new byte[50_000])
                    .send();
            three.publishWith()
                    .topic("b")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .payload(new byte[1])
                    .send();

            assertEquals(2, rig.log.messages().size());
            five.disconnect();
            three.disconnect();
        }
    }

    @Test
    void pahoOverWebSocket() throws Exception {
        try (Rig rig = start(Rig.listener("ws", MqttConfig.Transport.WS, false, 3))) {
            MqttClient client =
                    new MqttClient("ws://127.0.0.1:" + rig.port() + "/mqtt", "paho", new MemoryPersistence());
            client.connect();
            client.publish("t", new byte[300], 1, false);
            assertEquals(1, rig.log.messages().size());
            client.disconnect();
            client.close();
        }
    }

    @Test
    void aPacketInContinuationFramesIsOnePacket() throws Exception {
        try (Rig rig = start(Rig.listener("ws", MqttConfig.Transport.WS, false, 3));
                Socket socket = socket(rig.port())) {
            write(socket, HexFormat.of().formatHex(UPGRADE.getBytes(StandardCharsets.US_ASCII)));
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("\r\n\r\n") < 0) {
                answer.append((char) socket.getInputStream().read());
            }
            assertTrue(answer.indexOf("HTTP/1.1 101 ") == 0, answer::toString);

            // Three frames, the last one with a whole PINGREQ behind CONNECT.
            write(socket, "0284" + "00000000" + CONNECT.substring(0, 8));
            write(socket, "0085" + "00000000" + CONNECT.substring(8, 18));
            write(socket, "8088" + "00000000" + CONNECT.substring(18) + "c000");

            assertEquals("8204" + CONNACK, read(socket, 6));
            assertEquals("8202" + "d000", read(socket, 4));
        }
    }

    @Test
    void aProxyHeaderOfVersion1Or2TellsTheRealAddress() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(MqttConnection.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Level before = logger.getLevel();
        logger.setLevel(Level.DEBUG);
        logger.addAppender(lines);
        lines.start();
        try (Rig rig = start(proxied());
                Socket one = socket(rig.port());
                Socket two = socket(rig.port())) {
            one.getOutputStream().write(PROXY_V1.getBytes(StandardCharsets.US_ASCII));
            write(one, CONNECT);
            assertEquals(CONNACK, read(one, 4));
            // PROXY, TCP over IPv4, 12 bytes of addresses.
            String header = PROXY_V2_SIGNATURE + "21" + "11" + "000c" + "cb007108" + "c6336402" + "1267" + "075b";
            write(two, header + CONNECT.replace("71", "72"));
            assertEquals(CONNACK, read(two, 4));
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(before);
        }

        List<String> connected = lines.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.startsWith("A device is connected"))
                .toList();
        assertTrue(connected.get(0).contains("address=203.0.113.7:4711"), connected::toString);
        assertTrue(connected.get(1).contains("address=203.0.113.8:4711"), connected::toString);
    }

    @Test
    void webSocketAndProxyHeadersGoTogetherWithTls(@TempDir Path directory) throws Exception {
        Process makeCerts = new ProcessBuilder("sh", "../certs/make-certs", "--out", directory.toString(), "server")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("make-certs.log").toFile())
                .start();
        assumeTrue(makeCerts.waitFor() == 0, "this test needs openssl for certs/make-certs");
        MqttConfig.Listener secure = listener("wss", MqttConfig.Transport.WS, tls("wss", directory), false);
        MqttConfig.Listener behind = listener("proxied", MqttConfig.Transport.TCP, tls("proxied", directory), true);
        TrustManagerFactory trust = trust(directory.resolve("ca.crt"));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (Rig rig = start(secure, behind);
                Socket plain = socket(rig.port("proxied"))) {
            Mqtt5BlockingClient client = Mqtt5Client.builder()
                    .serverHost("localhost")
                    .serverPort(rig.port("wss"))
                    .sslConfig()
                    .trustManagerFactory(trust)
                    .applySslConfig()
                    .webSocketConfig()
                    .serverPath("mqtt")
                    .applyWebSocketConfig()
                    .buildBlocking();
            client.connect();
            client.disconnect();

            plain.getOutputStream().write(PROXY_V1.getBytes(StandardCharsets.US_ASCII));
            try (Socket encrypted =
                    context.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true)) {
                write(encrypted, CONNECT);
                assertEquals(CONNACK, read(encrypted, 4));
            }
        }
    }

    private static Optional<ListenerTls> tls(String name, Path directory) {
        ListenerTls.KeyPairFiles files =
                new ListenerTls.KeyPairFiles(directory.resolve("server.crt"), directory.resolve("server.key"));
        return Optional.of(new ListenerTls(name, List.of(files), Optional.empty(), TlsConfig.DEFAULT));
    }

    private static TrustManagerFactory trust(Path ca) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(ca)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust;
    }

    @Test
    void aHealthCheckOfTheLoadBalancerIsLetIn() throws Exception {
        try (Rig rig = start(proxied());
                Socket socket = socket(rig.port())) {
            write(socket, PROXY_V2_SIGNATURE + "20" + "00" + "0000" + CONNECT); // LOCAL
            assertEquals(CONNACK, read(socket, 4));
        }
    }

    @Test
    void withoutItsProxyHeaderAConnectionIsClosed() throws Exception {
        try (Rig rig = start(Rig.impatient(proxied(), CONNECT_TIMEOUT_MS));
                Socket socket = socket(rig.port())) {
            write(socket, CONNECT);
            assertEnds(socket);
        }
    }

    @Test
    void aProxyHeaderThatDoesNotComeEndsAtTheConnectTimeout() throws Exception {
        try (Rig rig = start(Rig.impatient(proxied(), CONNECT_TIMEOUT_MS));
                Socket socket = socket(rig.port())) {
            socket.getOutputStream().write("PROXY TCP4".getBytes(StandardCharsets.US_ASCII));
            assertEnds(socket);
        }
    }

    @Test
    void aWebSocketHandshakeThatDoesNotComeEndsAtTheConnectTimeout() throws Exception {
        MqttConfig.Listener usual = Rig.listener("ws", MqttConfig.Transport.WS, false, 3);
        try (Rig rig = start(Rig.impatient(usual, CONNECT_TIMEOUT_MS));
                Socket socket = socket(rig.port())) {
            socket.getOutputStream().write("GET /mqtt HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEnds(socket);
            Rig.until(() -> rig.meters.get("forebay.mqtt.connections").gauge().value() == 0);
        }
    }

    /** A reset is an end as well: then the end was there before what was written. */
    private static void assertEnds(Socket socket) throws IOException {
        int read;
        try {
            read = socket.getInputStream().read();
        } catch (SocketException reset) {
            read = -1;
        }
        assertEquals(-1, read);
    }

    @Test
    void aListenerThatIsFullRefusesInWordsAndTheOtherOneDoesNot() throws Exception {
        MqttConfig.Listener narrow = Rig.listener("narrow", MqttConfig.Transport.TCP, false, 1);
        MqttConfig.Listener wide = Rig.listener("wide", MqttConfig.Transport.TCP, false, 3);
        try (Rig rig = start(narrow, wide)) {
            try (RawDevice first = RawDevice.connected(rig.port("narrow"), "a");
                    RawDevice refused = new RawDevice(rig.port("narrow"));
                    RawDevice other = RawDevice.connected(rig.port("wide"), "c")) {
                refused.send(RawDevice.connect("b").build());
                assertEquals("CONNACK 0x89", refused.receiveText());
                assertEquals("closed", refused.receiveText());
                assertPong(first);
                assertPong(other);
            }
            Rig.until(() -> rig.meters.get("forebay.mqtt.connections").gauge().value() == 0);
            try (RawDevice next = RawDevice.connected(rig.port("narrow"), "d")) {
                assertPong(next);
            }
        }
    }

    private static void assertPong(RawDevice device) throws Exception {
        device.send(RawDevice.ping());
        assertEquals("PINGRESP", device.receiveText());
    }

    @Test
    void aListenerMayTakeSmallerPacketsThanTheOthers() throws Exception {
        MqttConfig.Listener small =
                Rig.withPacketBytesMax(Rig.listener("small", MqttConfig.Transport.TCP, false, 3), 200);
        try (Rig rig = start(small);
                RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(1, 1, "t", "x".repeat(150)));
            assertEquals("PUBACK 1", device.receiveText());
            device.send(RawDevice.publish(1, 2, "t", "x".repeat(250)));
            assertEquals("DISCONNECT 0x95", device.receiveText());
        }
    }

    private static MqttConfig.Listener proxied() {
        return listener("proxied", MqttConfig.Transport.TCP, Optional.empty(), true);
    }

    private static MqttConfig.Listener listener(
            String name, MqttConfig.Transport transport, Optional<ListenerTls> tls, boolean proxyProtocol) {
        return new MqttConfig.Listener(
                name,
                transport,
                "127.0.0.1",
                0,
                "/mqtt",
                tls,
                proxyProtocol,
                false,
                3,
                Rig.PACKET_BYTES_MAX,
                Rig.CONNECT_TIMEOUT_MS);
    }

    private static Rig start(MqttConfig.Listener... listeners) {
        MqttConfig config = Rig.config(List.of(listeners), ProtocolConfig.DEFAULT, AccessConfig.DEFAULT);
        return Rig.start(config, false, Authentication.NONE, topic -> true);
    }

    private static Socket socket(int port) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    private static void write(Socket socket, String hex) throws Exception {
        OutputStream out = socket.getOutputStream();
        out.write(HexFormat.of().parseHex(hex));
        out.flush();
    }

    private static String read(Socket socket, int count) throws Exception {
        InputStream in = socket.getInputStream();
        List<String> bytes = new ArrayList<>();
        while (bytes.size() < count) {
            int one = in.read();
            assertTrue(one >= 0, () -> "closed after " + bytes);
            bytes.add(HexFormat.of().toHexDigits((byte) one));
        }
        return String.join("", bytes);
    }
}
