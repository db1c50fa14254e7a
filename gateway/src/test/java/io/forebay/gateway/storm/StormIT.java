package io.forebay.gateway.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forebay.gateway.Gateway;
import io.forebay.gateway.bench.ChildJvm;
import io.forebay.gateway.bench.OpsClient;
import io.forebay.gateway.config.GatewayConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small storm; {@link ReconnectStorm} is a large one. */
class StormIT {
    private static final int DEVICES = 300;

    @TempDir
    static Path directory;

    @Test
    void aFleetThatComesBackAtOnceOverMtlsIsServedAndNobodyElseIsDisturbed() throws Exception {
        Path certs = ChildGateway.makeCerts(directory);
        assumeTrue(certs != null, "this test needs openssl for certs/make-certs");
        int tlsPort = ChildJvm.freePort();
        int opsPort = ChildJvm.freePort();
        Gateway gateway = Gateway.start(
                GatewayConfig.load(settings(certs, tlsPort, opsPort)), fault -> System.err.println(fault.getMessage()));
        try (QuietDevices quiet = QuietDevices.start(new Target(tlsPort, certs), 10, 50);
                Storm storm = new Storm(new Target(tlsPort, certs), DEVICES, List.of("127.0.0.2", "127.0.0.3"))) {
            assertAllConnect(storm.connect());
            storm.drop();
            assertAllConnect(storm.connect());

            OpsClient ops = new OpsClient(opsPort);
            assertEquals(0, quiet.lost());
            awaitPublished(quiet);
            assertEquals(0, ops.meter("forebay_mqtt_accept_refused_total"));
            assertTrue(ops.meter("forebay_mqtt_accept_wait_seconds_max") > 0, "some have waited for their turn");
        } finally {
            assertTrue(gateway.stop());
        }
    }

    private static void awaitPublished(QuietDevices quiet) {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (quiet.take().count() == 0) {
            assertTrue(System.nanoTime() < giveUpAt, "the quiet devices are not acknowledged");
        }
    }

    private static void assertAllConnect(Storm.Result result) {
        assertEquals(Map.of(), result.failed());
        assertEquals(DEVICES, result.connected());
    }

    private static Map<String, String> settings(Path certs, int tlsPort, int opsPort) throws Exception {
        Map<String, String> settings = new HashMap<>();
        settings.put("FOREBAY_DATA_DIR", directory.resolve("data").toString());
        settings.put("FOREBAY_MQTT_HOST", "");
        settings.put("FOREBAY_MQTT_TLS_PORT", "" + tlsPort);
        settings.put("FOREBAY_MQTT_TLS_CERTIFICATE", certs.resolve("server.crt").toString());
        settings.put("FOREBAY_MQTT_TLS_KEY", certs.resolve("server.key").toString());
        settings.put("FOREBAY_MQTT_TLS_CLIENT_CA", certs.resolve("ca.crt").toString());
        settings.put("FOREBAY_MQTT_ACCEPT_HANDSHAKES_MAX", "8");
        // Devices and gateway share a machine that may be slow; who waits for how long is not what this is about.
        settings.put("FOREBAY_MQTT_CONNECT_TIMEOUT_S", "120");
        settings.put("FOREBAY_MQTT_ACCEPT_WAIT_MAX_S", "120");
        settings.put("FOREBAY_AMQP_HOST", "127.0.0.1");
        settings.put("FOREBAY_AMQP_PORT", "1");
        settings.put("FOREBAY_OPS_PORT", "" + opsPort);
        settings.put("FOREBAY_LOG_SEGMENT_SIZE", "16 MiB");
        settings.put("FOREBAY_MQTT_PACKET_BYTES_MAX", "64 KiB");
        return settings;
    }
}
