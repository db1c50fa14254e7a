package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.security.AskedAccess;
import io.forebay.gateway.security.AuthenticationMeters;
import io.forebay.gateway.security.HttpCaller;
import io.forebay.gateway.session.Delivery;
import io.forebay.gateway.session.Subscription;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders.ConnectBuilder;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A webhook that says what devices may do, and one that does everything else. */
class AccessWebhookIT {
    /** Of tests that wait for reviews; in the others there are none, whose questions nobody expects. */
    private static final long REVIEW_MS = 100;

    private static final long NEVER_MS = 3_600_000;
    /** Longer than any pause of the machine. */
    private static final long PATIENCE_MS = 60_000;

    private final Vertx vertx = Vertx.vertx();
    private final List<JsonObject> asked = new CopyOnWriteArrayList<>();
    /** What begins so is denied. */
    private final Set<String> denied = ConcurrentHashMap.newKeySet();

    private final AtomicReference<BiConsumer<JsonObject, HttpServerRequest>> answer =
            new AtomicReference<>(this::answer);
    private final HttpServer server = Rig.await(vertx.createHttpServer()
            .requestHandler(request -> request.body().onSuccess(body -> {
                asked.add(new JsonObject(body));
                answer.get().accept(new JsonObject(body), request);
            }))
            .listen(0, "127.0.0.1"));
    private AskedAccess access = access(PATIENCE_MS, NEVER_MS, PATIENCE_MS);
    private Rig rig = Rig.asking(access);

    @AfterEach
    void stop() {
        rig.close();
        Rig.await(vertx.close());
    }

    private void restart(AskedAccess next) {
        rig.close();
        access = next;
        rig = Rig.asking(next);
    }

    private AskedAccess access(long timeoutMs, long reviewMs, long waitMaxMs) {
        HttpCaller.Limits http = new HttpCaller.Limits(Optional.empty(), 4, 100, timeoutMs, 1_000);
        return new AskedAccess(
                new HttpCaller(vertx, "http://127.0.0.1:" + server.actualPort() + "/may", http),
                true,
                new AskedAccess.Limits(100, 60, reviewMs, waitMaxMs),
                new AuthenticationMeters(new SimpleMeterRegistry()));
    }

    private void answer(JsonObject question, HttpServerRequest request) {
        boolean no = denied.stream().anyMatch(question.getString("topic")::startsWith);
        request.response()
                .end(new JsonObject().put("result", no ? "deny" : "allow").toBuffer());
    }

    private List<String> topics() {
        return rig.log.messages().stream().map(message -> message.topic()).toList();
    }

    private static Delivery.Publication publication(int packetId, String topic) {
        byte[] none = {};
        return new Delivery.Publication(
                packetId, packetId == 0 ? 0 : 1, false, false, topic, none, none, new int[0], 0);
    }

    private static ConnectBuilder withWill(String topic) {
        return RawDevice.connect("w")
                .willFlag(true)
                .willQoS(MqttQoS.AT_LEAST_ONCE)
                .willTopic(topic)
                .willMessage("x".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everythingIsAskedThatADeviceWantsAndANoIsToldLikeThatOfARule() throws Exception {
        denied.add("secret");
        try (RawDevice device = RawDevice.connected(rig.port(), "d/+")) {
            device.send(
                    RawDevice.publish(1, 1, "secret/a", "x"),
                    RawDevice.publish(2, 2, "open", "x"),
                    RawDevice.publish(0, 0, "secret/b", "x"),
                    RawDevice.subscribe(3, 1, "secret/#", "a+", "$share/g/secret/x", "$share/g/open/#", "open"));

            assertEquals("PUBACK 1 0x87", device.receiveText());
            assertEquals("PUBREC 2", device.receiveText());
            assertEquals("SUBACK 3 [135, 143, 135, 1, 1]", device.receiveText());
        }
        assertEquals(List.of("open"), topics());
        assertEquals(
                new JsonObject()
                        .put("clientId", "d/+")
                        .put("username", "")
                        .put("proven", false)
                        .put("groups", new JsonArray())
                        .put("action", "publish")
                        .put("topic", "secret/a")
                        .put("qos", 1)
                        .put("retain", false),
                asked.get(0));
        JsonObject shared = asked.get(4);
        assertEquals(
                "subscribe secret/x g",
                shared.getString("action") + " " + shared.getString("topic") + " " + shared.getString("sharedGroup"));
        assertEquals(7, asked.size(), "what is no filter is asked about, or something else is not");

        for (MqttVersion version : List.of(MqttVersion.MQTT_5, MqttVersion.MQTT_3_1_1)) {
            try (RawDevice device = new RawDevice(rig.port())) {
                device.send(withWill("secret/gone").protocolVersion(version).build());
                assertEquals(version == MqttVersion.MQTT_5 ? "CONNACK 0x87" : "CONNACK 0x05", device.receiveText());
            }
        }
        try (RawDevice device = new RawDevice(rig.port())) {
            device.send(withWill("open").build(), RawDevice.ping());
            assertEquals("CONNACK", device.receiveText());
            assertEquals("PINGRESP", device.receiveText());
        }
    }

    @Test
    void aSubscriptionIsGrantedTheQosOfTheAnswer() throws Exception {
        answer.set((question, request) -> request.response().end("{\"result\":\"allow\",\"maxQos\":0}"));
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.subscribe(1, 2, "a"), RawDevice.publish(1, 2, "a", "x"));
            assertEquals("SUBACK 1 [0]", device.receiveText());
            assertEquals("PUBACK 2 0x87", device.receiveText());
        }
    }

    @Test
    void aQosThatTheAnswerLowersLaterCountsForWhatIsSubscribedAlready() throws Exception {
        restart(access(PATIENCE_MS, REVIEW_MS, PATIENCE_MS));
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.subscribe(1, 1, "a", "b/#"));
            assertEquals("SUBACK 1 [1, 1]", device.receiveText());
            answer.set((question, request) -> request.response()
                    .end("{\"result\":\"allow\",\"maxQos\":"
                            + (question.getString("topic").equals("a") ? 0 : 1) + "}"));
            untilReviewed();
            rig.sessions.deliver("d", publication(1, "a"), publication(2, "b/x"));
            assertEquals("PUBLISH -1 a=", device.receiveText());
            assertEquals("PUBLISH 2 b/x=", device.receiveText());

            answer.set(this::answer);
            untilReviewed();
            rig.sessions.deliver("d", publication(3, "a"));
            assertEquals("PUBLISH 3 a=", device.receiveText());
        }
    }

    @Test
    void nothingOvertakesWhatWaitsForAnAnswer() throws Exception {
        AtomicReference<HttpServerRequest> first = new AtomicReference<>();
        answer.set((question, request) -> {
            if (question.getString("topic").equals("slow")) {
                first.set(request);
            } else {
                answer(question, request);
            }
        });
        try (RawDevice device = RawDevice.connected(rig.port(), "d");
                RawDevice other = RawDevice.connected(rig.port(), "e")) {
            device.send(
                    RawDevice.publish(1, 1, "slow", "x"),
                    RawDevice.publish(0, 0, "quick", "x"),
                    RawDevice.subscribe(2, 1, "quick"),
                    RawDevice.publish(1, 3, "slow", "x"),
                    RawDevice.publish(1, 4, "quick", "x"));
            Rig.until(() -> first.get() != null);
            other.send(RawDevice.publish(1, 1, "other", "x"));
            assertEquals("PUBACK 1", other.receiveText(), "others wait as well");
            assertEquals(List.of("other"), topics());

            HttpServerRequest waiting = first.getAndSet(null);
            answer(new JsonObject().put("topic", "slow"), waiting);
            Rig.until(() -> first.get() != null);
            assertEquals(List.of("other", "slow", "quick"), topics());
            answer(new JsonObject().put("topic", "slow"), first.get());
            assertEquals("PUBACK 1", device.receiveText());
            assertEquals("SUBACK 2 [1]", device.receiveText());
            assertEquals("PUBACK 3", device.receiveText());
            assertEquals("PUBACK 4", device.receiveText());
        }
        assertEquals(List.of("other", "slow", "quick", "slow", "quick"), topics());
    }

    @Test
    void anAnswerIsKeptAsLongAsItAllowsAndForTheSameQuestionOnly() throws Exception {
        answer.set((question, request) -> request.response().end("{\"result\":\"allow\",\"cacheSeconds\":60}"));
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(1, 1, "a", "x"), RawDevice.publish(1, 2, "a", "x"));
            assertEquals("PUBACK 1", device.receiveText());
            assertEquals("PUBACK 2", device.receiveText());
            assertEquals(1, asked.size());
            answer.set((question, request) -> request.response().end("{\"result\":\"deny\"}"));
            device.send(RawDevice.publish(1, 3, "a", "x"), RawDevice.publish(2, 4, "a", "x"));
            assertEquals("PUBACK 3", device.receiveText());
            assertEquals("PUBREC 4 0x87", device.receiveText(), "another QoS is another question");
            device.send(RawDevice.publish(2, 4, "a", "x"));
            assertEquals("PUBREC 4 0x87", device.receiveText());
            assertEquals(3, asked.size(), "nothing was said of keeping the refusal");
        }
        try (RawDevice device = RawDevice.connected(rig.port(), "e")) {
            device.send(RawDevice.publish(1, 1, "a", "x"));
            assertEquals("PUBACK 1 0x87", device.receiveText(), "another client has the answer of the first");
        }
    }

    @Test
    void whatIsDeniedLaterBringsNothingAndNobodyIsDisconnected() throws Exception {
        restart(access(PATIENCE_MS, REVIEW_MS, PATIENCE_MS));
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.subscribe(1, 1, "plant/#", "open/#", "$share/g/plant/#", "$share/g/open"));
            assertEquals("SUBACK 1 [1, 1, 1, 1]", device.receiveText());
            rig.sessions.deliver("d", publication(1, "plant/a"));
            assertEquals("PUBLISH 1 plant/a=", device.receiveText());

            denied.add("plant");
            Rig.until(() -> rig.sessions.subscriptions("d").size() == 3);
            untilReviewed(); // The round that left the group may have asked about plant/# before.
            rig.sessions.deliver("d", publication(2, "plant/a"), publication(0, "plant/a"), publication(3, "open/a"));
            assertEquals("PUBLISH 3 open/a=", device.receiveText());
            assertTrue(rig.sessions.events().contains("refused 2"), "the session waits for it for ever");
            assertEquals(
                    List.of("$share/g/open", "open/#", "plant/#"),
                    rig.sessions.subscriptions("d").stream()
                            .map(Subscription::filter)
                            .sorted()
                            .toList());
            device.send(RawDevice.subscribe(4, 1, "new"));
            assertEquals("SUBACK 4 [1]", device.receiveText());
            rig.sessions.deliver("d", publication(5, "new"));
            assertEquals("PUBLISH 5 new=", device.receiveText(), "what was subscribed to since");

            denied.clear();
            untilReviewed();
            rig.sessions.deliver("d", publication(6, "plant/a"));
            assertEquals("PUBLISH 6 plant/a=", device.receiveText());
        }
    }

    /** Every subscription has been asked about, and again: so what the first round has said is in force. */
    private void untilReviewed() {
        int now = asked.size();
        Rig.until(() -> asked.size() > now + 10);
    }

    @Test
    void withoutAnAnswerNothingIsTakenAndNothingIsLost() throws Exception {
        restart(access(300, NEVER_MS, PATIENCE_MS));
        answer.set((question, request) -> {});
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(1, 1, "a", "x"), RawDevice.publish(0, 0, "b", "x"), RawDevice.ping());
            Rig.until(() -> asked.size() >= 2);
            assertEquals(List.of(), topics());
            assertTrue(access.fault().isPresent(), "nobody is told");
            answer.set(this::answer);
            assertEquals("PUBACK 1", device.receiveText());
            assertEquals("PINGRESP", device.receiveText());
            assertFalse(access.fault().isPresent(), "it is well again");
        }
        assertEquals(List.of("a", "b"), topics());
    }

    @Test
    void whatTheWebhookCannotSayIsNoYesAndIsAskedAgain() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            answer.set(
                    (question, request) -> request.response().setStatusCode(500).end("{\"result\":\"allow\"}"));
            device.send(RawDevice.subscribe(2, 1, "a"));
            assertEquals("SUBACK 2 [131]", device.receiveText());
            answer.set(this::answer);
            device.send(RawDevice.subscribe(3, 1, "a"));
            assertEquals("SUBACK 3 [1]", device.receiveText());
            assertFalse(access.fault().isPresent(), "it is well again");
        }

        Rig.await(server.close());
        try (RawDevice device = new RawDevice(rig.port());
                RawDevice old = RawDevice.connected311(rig.port(), "old")) {
            device.send(withWill("a").build());
            assertEquals("CONNACK 0x88", device.receiveText());
            old.send(RawDevice.subscribe(1, 1, "a"));
            assertEquals("SUBACK 1 [128]", old.receiveText());
        }
    }

    @Test
    void aMessageThatNobodyJudgesForTooLongStaysWithItsDevice() throws Exception {
        restart(access(PATIENCE_MS, NEVER_MS, 400));
        answer.set((question, request) -> request.response().end("{\"result\":\"maybe\"}"));
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(1, 1, "a", "x"), RawDevice.ping());
            assertEquals("DISCONNECT 0x89", device.receiveText());
        }
        assertEquals(List.of(), topics());
    }

    private static MqttConnectMessage lasting() {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.IntegerProperty(MqttProperties.SESSION_EXPIRY_INTERVAL, 100));
        return RawDevice.connect("d").cleanSession(false).properties(properties).build();
    }

    @Test
    void aSessionThatGoesOnIsSentNothingBeforeItIsKnownWhatItMayBeSent() throws Exception {
        restart(access(PATIENCE_MS, REVIEW_MS, PATIENCE_MS));
        try (RawDevice device = new RawDevice(rig.port())) {
            device.send(lasting());
            assertEquals("CONNACK", device.receiveText());
            device.send(RawDevice.subscribe(1, 1, "a", "b"), RawDevice.disconnect(0, MqttProperties.NO_PROPERTIES));
            assertEquals("SUBACK 1 [1, 1]", device.receiveText());
            assertEquals("closed", device.receiveText());
        }
        denied.add("b");
        answer.set((question, request) -> request.response().setStatusCode(503).end());
        try (RawDevice device = new RawDevice(rig.port())) {
            device.send(lasting());
            assertEquals("CONNACK", device.receiveText().substring(0, 7));
            rig.sessions.deliver("d", publication(1, "a"), publication(2, "b"), publication(0, "a"));
            Rig.until(() -> rig.sessions.events().contains("writable false"));
            device.send(RawDevice.ping());
            assertEquals("PINGRESP", device.receiveText(), "it was sent what nobody has allowed");

            answer.set(this::answer);
            assertEquals("PUBLISH 1 a=", device.receiveText());
            Rig.until(() -> rig.sessions.events().contains("writable true"));
            assertTrue(rig.sessions.events().contains("refused 2"));
        }
    }
}
