package io.forebay.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayConfigTest {
    @TempDir
    Path directory;

    @Test
    void theDefaultsAreValidAndBringTheirOwnBroker() {
        GatewayConfig config = GatewayConfig.load(Map.of());

        assertEquals(1883, config.mqtt().port());
        assertEquals(5672, config.embeddedBroker().orElseThrow().port());
        assertEquals(5672, config.bridge().amqp().port());
        assertEquals("uplink", config.bridge().defaultAddress());
    }

    @Test
    void anAmqpHostReplacesTheEmbeddedBroker() {
        GatewayConfig config = GatewayConfig.load(Map.of(
                "FOREBAY_AMQP_HOST", "broker.example",
                "FOREBAY_AMQP_PORT", "5671",
                "FOREBAY_AMQP_USERNAME", "u",
                "FOREBAY_AMQP_PASSWORD", "p"));

        assertTrue(config.embeddedBroker().isEmpty());
        assertEquals("broker.example", config.bridge().amqp().host());
        assertEquals(5671, config.bridge().amqp().port());
        assertEquals("p", config.bridge().amqp().credentials().orElseThrow().password());
    }

    @Test
    void routesAreReadInTheirOrderAndAWrongOneIsNamed() throws IOException {
        Path file = Files.writeString(
                directory.resolve("f.yaml"),
                "routes:\n  - topic: a/#\n    address: x\n  - topic: '#'\n    address: y\n");
        assertEquals(
                List.of(new Route("a/#", "x"), new Route("#", "y")),
                GatewayConfig.load(file, Map.of()).bridge().routes());

        Files.writeString(file, "routes:\n  - topic: a#b\n    address: x\n");
        ConfigException mistake = assertThrows(ConfigException.class, () -> GatewayConfig.load(file, Map.of()));
        assertTrue(mistake.getMessage().contains("f.yaml:2: routes topic filter 'a#b'"), mistake.getMessage());
    }

    @Test
    void aFileThatIsNotThereIsOneSentence() {
        ConfigException missing =
                assertThrows(ConfigException.class, () -> GatewayConfig.load(directory.resolve("none.yaml"), Map.of()));

        assertEquals(1, missing.getMessage().lines().count());
        assertTrue(missing.getMessage().contains("none.yaml"), missing.getMessage());
    }

    @Test
    void everyKeyOfTheManualIsRead() {
        Set<String> freeText = Set.of(
                "data-dir",
                "mqtt.host",
                "mqtt.tls.host",
                "mqtt.response-information",
                "mqtt.server-reference",
                "broker.host",
                "ops.host",
                "amqp.host",
                "amqp.username",
                "amqp.password",
                "default-address");
        // Some keys matter only beside another one.
        Map<String, Map<String, String>> beside = Map.of(
                "amqp.port", Map.of("FOREBAY_AMQP_HOST", "h"),
                "amqp.tls-ca", Map.of("FOREBAY_AMQP_TLS", "true"),
                "mqtt.tls.port",
                        Map.of(
                                "FOREBAY_MQTT_TLS_CERTIFICATE", directory.toString(),
                                "FOREBAY_MQTT_TLS_KEY", directory.toString()));
        for (String path : new Settings(GatewayConfig.defaults()).paths()) {
            if (!freeText.contains(path)) {
                Map<String, String> environment = new HashMap<>(beside.getOrDefault(path, Map.of()));
                environment.put(variable(path), "nonsense!");

                // What is not free text and takes nonsense is not read.
                assertThrows(ConfigException.class, () -> GatewayConfig.load(environment), path);
            }
        }
    }

    private static String variable(String path) {
        return "FOREBAY_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
