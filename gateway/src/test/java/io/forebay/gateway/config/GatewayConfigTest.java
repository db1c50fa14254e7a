package io.forebay.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.BridgeConfig;
import io.forebay.bridge.Route;
import io.forebay.bridge.RouteOptions;
import io.forebay.bridge.downlink.DownlinkAddress;
import io.forebay.bridge.downlink.TopicSource;
import io.forebay.gateway.mqtt.MqttConfig.Listener;
import io.forebay.gateway.mqtt.MqttConfig.Transport;
import io.forebay.gateway.mqtt.QuotaConfig;
import io.forebay.gateway.mqtt.accept.AcceptLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayConfigTest {
    @TempDir
    Path directory;

    @Test
    void theDefaultsAreValidAndBringTheirOwnBroker() {
        GatewayConfig config = GatewayConfig.load(Map.of());

        assertEquals(1883, config.mqtt().listeners().get(0).port());
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

        Files.writeString(file, "routes:\n  - topic: a\n    address: x\n  - topic: a#b\n    address: x\n");
        ConfigException mistake = assertThrows(ConfigException.class, () -> GatewayConfig.load(file, Map.of()));
        assertTrue(mistake.getMessage().contains("f.yaml:4: routes: topic filter 'a#b'"), mistake.getMessage());
    }

    @Test
    void listenersOfTheListComeBehindTheUsualOnes() throws IOException {
        Path file = Files.writeString(directory.resolve("f.yaml"), """
                mqtt:
                  connections-max: 100
                  listeners:
                    - name: browsers
                      transport: ws
                      port: 8083
                      path: /ws
                      lenient: true
                      packet-bytes-max: 64 KiB
                    - name: balanced
                      host: 0.0.0.0
                      port: 1884
                      proxy-protocol: true
                      connections-max: 50
                      connect-timeout-s: 3
                """);
        List<Listener> listeners = GatewayConfig.load(file, Map.of()).mqtt().listeners();

        assertEquals(
                List.of("mqtt", "browsers", "balanced"),
                listeners.stream().map(Listener::name).toList());
        assertEquals(
                new Listener(
                        "browsers",
                        Transport.WS,
                        "127.0.0.1",
                        8083,
                        "/ws",
                        Optional.empty(),
                        false,
                        true,
                        100,
                        65_536,
                        10_000),
                listeners.get(1));
        assertEquals("ws://127.0.0.1:8083/ws", listeners.get(1).toString());
        assertEquals(
                new Listener(
                        "balanced",
                        Transport.TCP,
                        "0.0.0.0",
                        1884,
                        "/mqtt",
                        Optional.empty(),
                        true,
                        false,
                        50,
                        2 << 20,
                        3_000),
                listeners.get(2));
    }

    @Test
    void theUsualListenerCanBeLeftOutButOneThereMustBe() throws IOException {
        Path file = Files.writeString(
                directory.resolve("f.yaml"), "mqtt:\n  host: ''\n  listeners:\n    - name: a\n      port: 1\n");

        assertEquals(1, GatewayConfig.load(file, Map.of()).mqtt().listeners().size());
        ConfigException mistake =
                assertThrows(ConfigException.class, () -> GatewayConfig.load(Map.of("FOREBAY_MQTT_HOST", "")));
        assertTrue(mistake.getMessage().contains("there is no other listener"), mistake.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "port: 70000",
                "port: x",
                "port: 1, transport: udp",
                "port: 1, path: mqtt",
                "port: 1, lenient: maybe",
                "port: 1, proxy-protocol: 1",
                "port: 1, connections-max: 0",
                "port: 1, connections-max: 20001",
                "port: 1, packet-bytes-max: 3 MiB",
                "port: 1, connect-timeout-s: 0",
                "port: 1, certificate: /nowhere",
                "port: 1, key: /nowhere",
                "port: 1, client-ca: pom.xml",
                "port: 1, colour: red",
                "transport: ws"
            })
    void aMistakeInAListenerIsNamed(String keys) throws IOException {
        Path file = Files.writeString(
                directory.resolve("f.yaml"), "mqtt:\n  listeners:\n    - {name: odd, " + keys + "}\n");

        ConfigException mistake = assertThrows(ConfigException.class, () -> GatewayConfig.load(file, Map.of()));
        assertTrue(mistake.getMessage().contains("f.yaml:3: "), mistake.getMessage());
        assertTrue(mistake.getMessage().contains("mqtt.listeners"), mistake.getMessage());
    }

    @Test
    void twoListenersOfOneNameAreAMistake() throws IOException {
        Path file =
                Files.writeString(directory.resolve("f.yaml"), "mqtt:\n  listeners:\n    - {name: mqtt, port: 1}\n");

        assertThrows(ConfigException.class, () -> GatewayConfig.load(file, Map.of()));
    }

    @Test
    void downlinkAddressesAreReadAndAWrongOneIsNamed() throws IOException {
        assertEquals(
                List.of(DownlinkAddress.of("downlink")),
                GatewayConfig.load(Map.of()).downlink().addresses());
        Path file = Files.writeString(directory.resolve("f.yaml"), """
                downlink:
                  addresses:
                    - address: to.{clientId}
                      topic: d/{clientId}
                      hold: false
                      credit: 7
                    - address: a
                      topic-from: to, subject
                      reply-in-topic: true
                """);
        assertEquals(
                List.of(
                        DownlinkAddress.of("to.{clientId}")
                                .withTopic("d/{clientId}")
                                .withHold(false)
                                .withCredit(7),
                        DownlinkAddress.of("a")
                                .withTopicFrom(TopicSource.TO, TopicSource.SUBJECT)
                                .withReplyInTopic(true)),
                GatewayConfig.load(file, Map.of()).downlink().addresses());

        Files.writeString(file, "downlink:\n  addresses:\n    - address: a\n      topic-from: body\n");
        ConfigException mistake = assertThrows(ConfigException.class, () -> GatewayConfig.load(file, Map.of()));
        assertTrue(mistake.getMessage().contains("f.yaml:3: downlink.addresses"), mistake.getMessage());
        assertTrue(mistake.getMessage().contains("[annotation, subject, to]"), mistake.getMessage());
        Files.writeString(file, "downlink:\n  addresses:\n    - address: a\n      settle: delivered\n");
        assertEquals(
                List.of(DownlinkAddress.of("a").settledWhenDelivered(30_000)),
                GatewayConfig.load(file, Map.of()).downlink().addresses());

        Files.writeString(
                file, "downlink:\n  addresses:\n    - address: a\n      settle: delivered\n      hold: true\n");
        mistake = assertThrows(ConfigException.class, () -> GatewayConfig.load(file, Map.of()));
        assertTrue(mistake.getMessage().contains("hold cannot be true"), mistake.getMessage());

        Files.writeString(file, "downlink:\n  addresses: []\n");
        assertEquals(List.of(), GatewayConfig.load(file, Map.of()).downlink().addresses());
    }

    @Test
    void presenceEventsHaveARouteOfTheirOwn() {
        assertEquals(List.of(), GatewayConfig.load(Map.of()).bridge().routes());
        GatewayConfig config = GatewayConfig.load(Map.of("FOREBAY_PRESENCE_ADDRESS", "presence"));
        assertEquals(
                List.of(new Route("$forebay/presence/+", "presence")),
                config.bridge().routes());
    }

    @Test
    void routeMaySayOtherwiseThanAmqpDoesForAll() throws IOException {
        Path file = Files.writeString(directory.resolve("f.yaml"), """
                amqp:
                  host: h
                  alternates: g:1, k:2
                  rejected-retries: 7
                routes:
                  - topic: a/#
                    address: x
                    order: client
                    profile: artemis
                    rate-max: 9
                """);
        BridgeConfig config = GatewayConfig.load(file, Map.of()).bridge();
        RouteOptions options = config.routes().get(0).options();

        assertEquals(3, config.amqp().endpoints().size());
        assertEquals(RouteOptions.Order.CLIENT, options.order());
        assertEquals(9, options.rateMax());
        assertEquals(7, options.rejectedRetries());
        assertTrue(options.mapping().duplicateId());
        assertEquals(RouteOptions.USUAL.withRejectedRetries(7), config.defaultOptions());

        Files.writeString(file, "routes:\n  - topic: a/#\n    address: x\n    order: up\n");
        ConfigException mistake = assertThrows(ConfigException.class, () -> GatewayConfig.load(file, Map.of()));
        assertTrue(mistake.getMessage().contains("order cannot be 'up'"), mistake.getMessage());
    }

    @Test
    void routeMayNameOneOfSeveralTargets() throws IOException {
        String targets = """
                amqp:
                  host: h
                  targets:
                    - name: cloud
                      hosts: a:1, b:2
                      username: u
                      password: p
                      sasl: scram-sha-256
                """;
        Path file = Files.writeString(
                directory.resolve("f.yaml"), targets + "routes:\n  - topic: a/#\n    address: x\n    target: cloud\n");
        BridgeConfig config = GatewayConfig.load(file, Map.of()).bridge();

        AmqpConfig cloud = config.targets().get("cloud");
        assertEquals("a", cloud.host());
        assertEquals(List.of(new AmqpConfig.Endpoint("b", 2)), cloud.alternates());
        assertEquals("u", cloud.credentials().orElseThrow().username());
        assertEquals(AmqpConfig.Sasl.SCRAM_SHA_256, cloud.sasl());
        assertEquals(AmqpConfig.Sasl.AUTO, config.amqp().sasl());
        assertEquals("cloud", config.routes().get(0).target());
        assertEquals("h", config.amqp().host());

        Files.writeString(file, targets + "routes:\n  - topic: a/#\n    address: x\n    target: clod\n");
        ConfigException mistake = assertThrows(ConfigException.class, () -> GatewayConfig.load(file, Map.of()));
        assertTrue(mistake.getMessage().contains("there is no target 'clod'"), mistake.getMessage());
        Files.writeString(file, "amqp:\n  host: h\n  sasl: scram-sha-512\n");
        mistake = assertThrows(ConfigException.class, () -> GatewayConfig.load(file, Map.of()));
        assertTrue(mistake.getMessage().contains("SCRAM-SHA-512 needs username and password"), mistake.getMessage());
        Files.writeString(file, "amqp:\n  targets:\n    - name: default\n      hosts: a:1\n");
        mistake = assertThrows(ConfigException.class, () -> GatewayConfig.load(file, Map.of()));
        assertTrue(mistake.getMessage().contains("is not default"), mistake.getMessage());
    }

    @Test
    void theChainOfAuthenticationNamesItsMistakes() throws IOException {
        Path users = Files.writeString(directory.resolve("users"), "");
        Path file = directory.resolve("forebay.yaml");
        assertEquals(
                List.of(AuthenticationConfig.Way.ANONYMOUS),
                GatewayConfig.load(Map.of()).authentication().chain());

        Map<String, String> mistakes = Map.of(
                "chain: []",
                "nobody could connect",
                "chain: [anonymus]",
                "none of certificate, scram",
                "chain: [anonymous, certificate]",
                "behind anonymous",
                "chain: [certificate, certificate]",
                "twice",
                "chain: [certificate, anonymous]",
                "no listener asks devices for one (mqtt.tls.client-ca)",
                "chain: [scram]",
                "authentication.scram.file is needed",
                "chain: [jwt]",
                "or keys-url is needed",
                "chain: [webhook]",
                "need each other",
                "chain: [password-file]",
                "authentication.password-file.file is needed",
                "chain: [certificate]\n  scram:\n    file: " + users,
                "does nothing");
        for (Map.Entry<String, String> mistake : mistakes.entrySet()) {
            Files.writeString(file, "authentication:\n  " + mistake.getKey() + "\n");
            var told = assertThrows(ConfigException.class, () -> GatewayConfig.load(file, Map.of()));
            assertTrue(told.getMessage().contains(mistake.getValue()), told.getMessage());
        }

        Files.writeString(file, "authentication:\n  chain: [scram, anonymous]\n  scram:\n    file: " + users + "\n");
        assertTrue(GatewayConfig.load(file, Map.of()).authentication().isProof());
    }

    @Test
    void rulesAndAWebhookThatSaysTheSameAreOneTooMany() throws IOException {
        Path rules = Files.writeString(directory.resolve("acl.yaml"), "");
        Path file = Files.writeString(
                directory.resolve("forebay.yaml"), "acl:\n  webhook: {url: \"https://h/may\", review-s: 7}\n");
        AuthorisationConfig.Webhook webhook =
                GatewayConfig.load(file, Map.of()).authorisation().webhook().orElseThrow();
        assertEquals("https://h/may", webhook.url());
        assertEquals(7_000, webhook.limits().reviewMs());

        Files.writeString(file, "acl:\n  file: " + rules + "\n  webhook: {url: \"http://h\"}\n");
        var told = assertThrows(ConfigException.class, () -> GatewayConfig.load(file, Map.of()));
        assertTrue(told.getMessage().contains("two who decide the same"), told.getMessage());
        Files.writeString(file, "acl:\n  webhook: {url: \"ftp://h\"}\n");
        told = assertThrows(ConfigException.class, () -> GatewayConfig.load(file, Map.of()));
        assertTrue(told.getMessage().contains("acl.webhook.url must be an address"), told.getMessage());
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
                "authentication.jwt.issuer",
                "authentication.jwt.audience",
                "authentication.jwt.user-claim",
                "authentication.jwt.groups-claim",
                "broker.host",
                "ops.host",
                "amqp.host",
                "amqp.username",
                "amqp.password",
                "default-address",
                "amqp.dead-letter",
                "presence.address",
                "control.socket");
        // Some keys matter only beside another one.
        Map<String, Map<String, String>> beside = Map.of(
                "amqp.port", Map.of("FOREBAY_AMQP_HOST", "h"),
                "amqp.tls-crl", Map.of("FOREBAY_AMQP_TLS", "true"),
                "amqp.tls-ca", Map.of("FOREBAY_AMQP_TLS", "true"),
                "amqp.tls-certificate", Map.of("FOREBAY_AMQP_TLS", "true"),
                "amqp.tls-key", Map.of("FOREBAY_AMQP_TLS", "true"),
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

    @Test
    void operatorsAskOnLoopbackUnlessItIsSaidWhoMay() {
        ConfigException refused =
                assertThrows(ConfigException.class, () -> GatewayConfig.load(Map.of("FOREBAY_OPS_HOST", "0.0.0.0")));
        assertTrue(refused.getMessage().contains("ops.token"), refused::getMessage);

        Map<String, String> shortToken = Map.of("FOREBAY_OPS_HOST", "0.0.0.0", "FOREBAY_OPS_TOKEN", "secret");
        ConfigException guessable = assertThrows(ConfigException.class, () -> GatewayConfig.load(shortToken));
        assertTrue(guessable.getMessage().contains("at least 16"), guessable::getMessage);
        assertTrue(!guessable.getMessage().contains("secret"), guessable::getMessage);

        GatewayConfig config = GatewayConfig.load(
                Map.of("FOREBAY_OPS_HOST", "0.0.0.0", "FOREBAY_OPS_TOKEN", "an example that is long enough"));
        assertTrue(config.ops().token().isPresent());
        assertTrue(!config.toString().contains("an example"), config::toString);
    }

    @Test
    void limitsOfOneDeviceAreRead() {
        GatewayConfig config = GatewayConfig.load(Map.of(
                "FOREBAY_MQTT_ACCEPT_HANDSHAKES_MAX", "3",
                "FOREBAY_MQTT_QUOTAS_PUBLISH_BYTES_RATE_MAX", "1 MiB",
                "FOREBAY_MQTT_QUOTAS_LOG_QUEUE_SIZE_MAX", "64 KiB",
                "FOREBAY_MQTT_QUOTAS_PUBLISH_RATE_TIMEOUT_S", "7"));

        assertEquals(3, config.accept().handshakesMax());
        assertEquals(1 << 20, config.mqtt().quotas().publishBytesPerSecond());
        assertEquals(64 << 10, config.mqtt().quotas().logBytesMax());
        assertEquals(7_000, config.mqtt().quotas().rateTimeoutMs());
        assertEquals(64 << 10, config.mqtt().quotas().connectBytesMax());
    }

    @Test
    void theDefaultsAreThoseOfTheRecords() {
        GatewayConfig config = GatewayConfig.load(Map.of());

        assertEquals(AcceptLimits.DEFAULT, config.accept());
        assertEquals(QuotaConfig.DEFAULT, config.mqtt().quotas());
    }
}
