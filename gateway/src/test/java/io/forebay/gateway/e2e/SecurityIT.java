package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.forebay.gateway.security.PasswordHash;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords and rules of access through a whole gateway, with the clients that devices have. */
class SecurityIT {
    private static final String OPEN = "rules:\n  - {allow: both, topic: \"#\"}\n";
    private static final long PATIENCE_MS = 60_000;

    @TempDir
    Path directory;

    private RunningGateway start(String more) throws IOException {
        Path users = users("anna");
        Path config = Files.writeString(
                directory.resolve("forebay.yaml"),
                "authentication:\n  chain: [password-file]\n  reload-s: 1\n  password-file:\n    file: " + users + "\n"
                        + more);
        return RunningGateway.start(directory.resolve("data"), config, Map.of());
    }

    private Path users(String name) throws IOException {
        String hash = PasswordHash.of("secret".getBytes(StandardCharsets.UTF_8)).text();
        return Files.writeString(directory.resolve("users"), name + ":" + hash + "\n");
    }

    private String rules(String yaml) throws IOException {
        Path fresh = Files.writeString(directory.resolve("fresh"), yaml);
        Path file = directory.resolve("acl.yaml");
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return "acl:\n  file: " + file + "\n";
    }

    private static Mqtt5BlockingClient client(RunningGateway gateway, String id, String password) {
        return Mqtt5Client.builder()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(gateway.mqttPort)
                .simpleAuth()
                .username("anna")
                .password(password.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildBlocking();
    }

    private static boolean mayPublish(Mqtt5BlockingClient client, String topic) {
        try {
            var unused =
                    client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).send();
            return true;
        } catch (Mqtt5PubAckException refused) {
            assertEquals(
                    Mqtt5PubAckReasonCode.NOT_AUTHORIZED,
                    refused.getMqttMessage().getReasonCode());
            return false;
        }
    }

    /** For what another thread notices within reload-s there is nothing to wait for but that it has happened. */
    private static void until(String what, Callable<Boolean> condition) throws Exception {
        long giveUpAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        while (!condition.call()) {
            assertTrue(System.nanoTime() < giveUpAt, what);
        }
    }

    private static String ready(RunningGateway gateway) throws IOException {
        try (var in = URI.create("http://127.0.0.1:" + gateway.opsPort + "/ready")
                .toURL()
                .openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void withoutRulesWhoHasProvenWhoItIsMayDoNothing() throws Exception {
        try (RunningGateway gateway = start("")) {
            Mqtt5BlockingClient device = client(gateway, "d", "secret");
            device.connect();
            assertTrue(!mayPublish(device, "a"));
            assertThrows(
                    Mqtt5SubAckException.class,
                    () -> device.subscribeWith().topicFilter("a").send());
            device.disconnect();
            assertThrows(Mqtt5ConnAckException.class, () -> client(gateway, "e", "guess")
                    .connect());
            assertEquals(MqttException.REASON_CODE_FAILED_AUTHENTICATION, oldAnswer(gateway, "anna", "guess"));
            assertEquals(MqttException.REASON_CODE_FAILED_AUTHENTICATION, oldAnswer(gateway, "nobody", "guess"));
            assertEquals(0, oldAnswer(gateway, "anna", "secret"));
        }
    }

    private static int oldAnswer(RunningGateway gateway, String user, String password) throws MqttException {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setUserName(user);
        options.setPassword(password.toCharArray());
        try (MqttClient client =
                new MqttClient("tcp://127.0.0.1:" + gateway.mqttPort, "old", new MemoryPersistence())) {
            client.connect(options);
            client.disconnect();
            return 0;
        } catch (MqttException refused) {
            return refused.getReasonCode();
        }
    }

    @Test
    void rulesThatChangeCountForThoseWhoAreConnectedAndABadLineLeavesThemAsTheyWere() throws Exception {
        String acl = rules(OPEN);
        try (RunningGateway gateway = start(acl)) {
            Mqtt5BlockingClient device = client(gateway, "d", "secret");
            device.connect();
            try (Mqtt5Publishes messages = device.publishes(MqttGlobalPublishFilter.ALL)) {
                device.subscribeWith()
                        .topicFilter("#")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send();
                assertTrue(mayPublish(device, "plant/a"));
                assertEquals("plant/a", topicOf(messages));

                acl = rules("""
                        rules:
                          - {deny: subscribe, topic: plant/#}
                          - {deny: publish, topic: sign}
                          - {allow: both, topic: "#"}
                        """);
                until("the rules did not change", () -> !mayPublish(device, "sign"));
                assertTrue(mayPublish(device, "plant/b"));
                assertTrue(mayPublish(device, "open"));
                String next = topicOf(messages);
                while (next.equals("sign")) { // What it published while it waited.
                    next = topicOf(messages);
                }
                assertEquals("open", next, "what was subscribed to before is still sent");

                acl = rules("rules:\n  - {deny: everything}\n");
                until("nobody is told", () -> ready(gateway).contains("line 2"));
                assertTrue(mayPublish(device, "open") && !mayPublish(device, "sign"));

                acl = rules(OPEN);
                until("the rules did not change again", () -> mayPublish(device, "sign"));
                // The rules are in force a moment before nothing is said of them any more.
                until("it is still told", () -> !ready(gateway).contains("line 2"));
            }
            users("ben");
            until("who is no user any more is still connected", () -> !device.getState()
                    .isConnected());
        }
    }

    @Test
    void aWebhookSaysWhatADeviceMayDoAndThatItIsGoneIsTold() throws Exception {
        HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/may", exchange -> {
            String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean yes = question.contains("\"username\":\"anna\",\"proven\":true")
                    && question.contains("\"topic\":\"own\"");
            byte[] answer = (yes ? "{\"result\":\"allow\"}" : "{\"result\":\"deny\"}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        service.start();
        String url = "http://127.0.0.1:" + service.getAddress().getPort() + "/may";
        try (RunningGateway gateway = start("acl:\n  webhook: {url: \"" + url + "\", timeout-ms: 10000}\n")) {
            Mqtt5BlockingClient device = client(gateway, "d", "secret");
            device.connect();
            assertTrue(mayPublish(device, "own") && !mayPublish(device, "other"));
            assertTrue(!ready(gateway).contains("acl.webhook"), ready(gateway));
            service.stop(0);
            assertThrows(
                    Mqtt5SubAckException.class,
                    () -> device.subscribeWith().topicFilter("own").send());
            assertTrue(ready(gateway).contains("What devices may do cannot be asked"), ready(gateway));
            device.disconnect();
        } finally {
            service.stop(0);
        }
    }

    @Test
    void aTokenIsAProofUntilItExpires() throws Exception {
        RSAKey key = new RSAKeyGenerator(2_048).keyID("k").generate();
        Path keys = Files.writeString(
                directory.resolve("keys.json"), new JWKSet(key).toPublicJWKSet().toString());
        Path config = Files.writeString(
                directory.resolve("forebay.yaml"),
                "authentication:\n  chain: [jwt]\n  jwt: {keys-file: " + keys + ", leeway-s: 0, groups-claim: teams}\n"
                        + rules("rules:\n  - {allow: both, group: crew, topic: \"%u/#\"}\n"));
        try (RunningGateway gateway = RunningGateway.start(directory.resolve("data"), config, Map.of())) {
            Mqtt5BlockingClient device = withToken(gateway, "d", token(key, 600), new CompletableFuture<>());
            device.connect();
            assertTrue(mayPublish(device, "zoe/a"), "what the group of the token may");
            assertTrue(!mayPublish(device, "anna/a"));
            device.disconnect();

            assertEquals("MAXIMUM_CONNECT_TIME", endOfOneThatExpires(gateway, key));
            String expired = token(key, -1);
            assertThrows(Mqtt5ConnAckException.class, () -> client(gateway, "e", expired)
                    .connect());
        }
    }

    /** How a connection ends whose token was good for long enough to connect with it. */
    private static String endOfOneThatExpires(RunningGateway gateway, RSAKey key) throws Exception {
        for (int seconds = 2; ; seconds *= 2) {
            CompletableFuture<String> ended = new CompletableFuture<>();
            Instant expiry = Instant.now().plusSeconds(seconds);
            try {
                withToken(gateway, "short", token(key, expiry), ended).connect();
                return ended.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
            } catch (Mqtt5ConnAckException refused) {
                assertTrue(!Instant.now().isBefore(expiry.truncatedTo(ChronoUnit.SECONDS)), "it was refused too early");
                assertTrue(seconds < 60, "this machine is too slow to connect within a minute");
            }
        }
    }

    private static Mqtt5BlockingClient withToken(
            RunningGateway gateway, String id, String token, CompletableFuture<String> ended) {
        return Mqtt5Client.builder()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(gateway.mqttPort)
                .simpleAuth()
                .password(token.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .addDisconnectedListener(context -> ended.complete(
                        context.getCause() instanceof Mqtt5DisconnectException told
                                ? told.getMqttMessage().getReasonCode().name()
                                : context.getCause().toString()))
                .buildBlocking();
    }

    private static String token(RSAKey key, int seconds) throws JOSEException {
        return token(key, Instant.now().plusSeconds(seconds));
    }

    private static String token(RSAKey key, Instant expiry) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k").build(),
                new JWTClaimsSet.Builder()
                        .subject("zoe")
                        .claim("teams", List.of("crew"))
                        .expirationTime(Date.from(expiry))
                        .build());
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    private static String topicOf(Mqtt5Publishes messages) throws InterruptedException {
        return messages.receive(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .orElseThrow()
                .getTopic()
                .toString();
    }
}
