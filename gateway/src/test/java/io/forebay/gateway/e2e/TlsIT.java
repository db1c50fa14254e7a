package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientSslConfigBuilder;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.forebay.gateway.bench.ChildJvm;
import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The TLS listener with certificates of certs/make-certs, each test run with its own. */
class TlsIT {
    @TempDir
    static Path directory;

    private static final Vertx VERTX = Vertx.vertx();
    private static RunningGateway gateway;
    private static int tlsPort;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(makeCerts("ours", "server") == 0, "this test needs openssl for certs/make-certs");
        assertEquals(0, makeCerts("ours", "device", "sensor-1"));
        assertEquals(0, makeCerts("theirs", "device", "sensor-1"));
        tlsPort = ChildJvm.freePort();
        gateway = RunningGateway.start(
                directory.resolve("data"),
                Map.of(
                        "FOREBAY_MQTT_TLS_PORT", Integer.toString(tlsPort),
                        "FOREBAY_MQTT_TLS_CERTIFICATE", file("ours", "server.crt"),
                        "FOREBAY_MQTT_TLS_KEY", file("ours", "server.key"),
                        "FOREBAY_MQTT_TLS_CLIENT_CA", file("ours", "ca.crt")));
    }

    @AfterAll
    static void stop() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        VERTX.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void aDeviceWithACertificateOfOurCaPublishesOverTls() throws Exception {
        byte[] payload = "secret".getBytes(StandardCharsets.UTF_8);
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
            Mqtt5BlockingClient device =
                    device(ssl("ours").protocols(List.of(version)).build());
            device.connect();
            device.publishWith()
                    .topic("tls")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(payload)
                    .send();
            device.disconnect();
        }
        try (JmsConsumer consumer = new JmsConsumer(gateway.amqpPort, "uplink")) {
            assertArrayEquals(payload, consumer.receive().payload());
            assertArrayEquals(payload, consumer.receive().payload());
        }
    }

    @Test
    void aDeviceWithoutOurCertificateIsNotLetIn() {
        MqttClientSslConfig none =
                MqttClientSslConfig.builder().trustManagerFactory(trust()).build();

        assertThrows(Exception.class, () -> device(none).connect());
        assertThrows(Exception.class, () -> device(ssl("theirs").build()).connect());
    }

    @Test
    void tls11IsRefused() {
        assertThrows(
                Exception.class,
                () -> device(ssl("ours").protocols(List.of("TLSv1.1")).build()).connect());
    }

    @Test
    void makeCertsKeepsItsPromises() throws Exception {
        Path output = directory.resolve("make-certs-test.log");
        int exitCode = new ProcessBuilder("sh", "../certs/make-certs-test")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();

        assertEquals(0, exitCode, () -> "see " + output);
    }

    @Test
    void boringSslServesWhereItHasABuild() {
        assumeTrue(System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64"));

        assertTrue(OpenSsl.isAvailable(), () -> "" + OpenSsl.unavailabilityCause());
    }

    private static Mqtt5BlockingClient device(MqttClientSslConfig ssl) {
        return Mqtt5Client.builder()
                .identifier("sensor-1")
                .serverHost("localhost")
                .serverPort(tlsPort)
                .sslConfig(ssl)
                .buildBlocking();
    }

    private static MqttClientSslConfigBuilder ssl(String whose) {
        return MqttClientSslConfig.builder().trustManagerFactory(trust()).keyManagerFactory(key(whose));
    }

    private static TrustManagerFactory trust() {
        try {
            return new PemTrustOptions().addCertPath(file("ours", "ca.crt")).getTrustManagerFactory(VERTX);
        } catch (Exception unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private static KeyManagerFactory key(String whose) {
        try {
            return new PemKeyCertOptions()
                    .setCertPath(file(whose, "devices/sensor-1.crt"))
                    .setKeyPath(file(whose, "devices/sensor-1.key"))
                    .getKeyManagerFactory(VERTX);
        } catch (Exception unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private static String file(String whose, String name) {
        return directory.resolve(whose).resolve(name).toString();
    }

    private static int makeCerts(String whose, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "sh", "../certs/make-certs", "--out", directory.resolve(whose).toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("make-certs.log").toFile())
                .start()
                .waitFor();
    }
}
