package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.security.AnonymousAuthenticator;
import io.forebay.gateway.security.Authentication;
import io.forebay.gateway.security.AuthenticationChain;
import io.forebay.gateway.security.AuthenticationMeters;
import io.forebay.gateway.security.Authenticator;
import io.forebay.gateway.security.HashPool;
import io.forebay.gateway.security.Identity;
import io.forebay.gateway.security.PasswordAuthenticator;
import io.forebay.gateway.security.PasswordHash;
import io.forebay.gateway.security.Proof;
import io.forebay.gateway.security.ProvenPasswords;
import io.forebay.gateway.security.UserFile;
import io.forebay.gateway.security.Verdict;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.mqtt.MqttMessageBuilders.ConnectBuilder;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** User names and passwords at CONNECT, asked of a chain (MQTT 5 section 3.1.3.5, 3.1.3.6). */
class PasswordIT {
    private static final UserFile USERS = UserFile.parse(
            List.of("anna:"
                    + PasswordHash.of("secret".getBytes(StandardCharsets.UTF_8)).text()),
            new byte[1]);

    private final AuthenticationMeters meters = new AuthenticationMeters(new SimpleMeterRegistry());
    private final HashPool pool = new HashPool(1, 10, 60_000);
    private final PasswordAuthenticator passwords =
            new PasswordAuthenticator(() -> USERS, pool, new ProvenPasswords(10, 60), meters);
    private Rig rig;

    @AfterEach
    void stop() {
        rig.close();
        pool.close();
    }

    private void start(Authenticator... chain) {
        Authentication authentication =
                new Authentication(Optional.empty(), new AuthenticationChain(List.of(chain), meters));
        rig = Rig.start(Rig.CONFIG, false, authentication, topic -> true);
    }

    private static ConnectBuilder connect(String clientId, String user, String password) {
        ConnectBuilder connect = RawDevice.connect(clientId);
        if (user != null) {
            connect.username(user);
        }
        if (password != null) {
            connect.password(password.getBytes(StandardCharsets.UTF_8));
        }
        return connect;
    }

    private String answer(ConnectBuilder connect) throws Exception {
        try (RawDevice device = new RawDevice(rig.port())) {
            device.send(connect.build());
            return device.receiveText();
        }
    }

    @Test
    void whoIsWrongAndWhoIsUnknownAreToldTheSame() throws Exception {
        start(passwords);

        assertEquals("CONNACK", answer(connect("d", "anna", "secret")));
        assertEquals("CONNACK 0x86", answer(connect("d", "anna", "guess")));
        assertEquals("CONNACK 0x86", answer(connect("d", "ben", "guess")));
        assertEquals("CONNACK 0x87", answer(connect("d", null, null)));
        assertEquals("CONNACK 0x87", answer(connect("d", "anna", null)));
        MqttVersion old = MqttVersion.MQTT_3_1_1;
        assertEquals("CONNACK 0x04", answer(connect("d", "anna", "guess").protocolVersion(old)));
        assertEquals("CONNACK 0x04", answer(connect("d", "ben", "guess").protocolVersion(old)));
        assertEquals("CONNACK 0x05", answer(connect("d", null, null).protocolVersion(old)));
        assertEquals(
                1,
                rig.sessions.events().stream()
                        .filter(event -> event.startsWith("open"))
                        .count());
    }

    @Test
    void anonymousIsForThoseOnlyWhoShowNothing() throws Exception {
        start(passwords, new AnonymousAuthenticator(false));

        assertEquals("CONNACK", answer(connect("d", null, null)));
        assertEquals("CONNACK", answer(connect("d", "anna", "secret")));
        assertEquals("CONNACK 0x86", answer(connect("d", "anna", "guess")));
        assertEquals("CONNACK 0x86", answer(connect("d", "ben", "guess")));
    }

    @Test
    void aUserMayBeConnectedTwiceAndAWrongPasswordTakesNobodysClientId() throws Exception {
        start(passwords);
        try (RawDevice one = RawDevice.connected(rig.port(), connect("one", "anna", "secret"));
                RawDevice two = RawDevice.connected(rig.port(), connect("two", "anna", "secret"))) {
            assertEquals("CONNACK 0x86", answer(connect("one", "anna", "guess")));
            one.send(RawDevice.ping());
            two.send(RawDevice.ping());

            assertEquals("PINGRESP", one.receiveText());
            assertEquals("PINGRESP", two.receiveText());
        }
    }

    @Test
    void whoIsNoUserAnyMoreOrHasAnotherPasswordIsDisconnectedAndNobodyElse() throws Exception {
        String anna = "anna:"
                + PasswordHash.of("secret".getBytes(StandardCharsets.UTF_8)).text();
        String ben = "ben:"
                + PasswordHash.of("secret".getBytes(StandardCharsets.UTF_8)).text();
        String cleo = "cleo:"
                + PasswordHash.of("secret".getBytes(StandardCharsets.UTF_8)).text();
        AtomicReference<UserFile> users = new AtomicReference<>(file(anna, ben, cleo));
        start(new PasswordAuthenticator(users::get, pool, new ProvenPasswords(10, 60), meters));
        try (RawDevice stays = RawDevice.connected(rig.port(), connect("anna", "anna", "secret"));
                RawDevice gone = RawDevice.connected(rig.port(), connect("ben", "ben", "secret"));
                RawDevice changed = RawDevice.connected(rig.port(), connect("cleo", "cleo", "secret"))) {
            users.set(file(
                    anna,
                    "cleo:"
                            + PasswordHash.of("another".getBytes(StandardCharsets.UTF_8))
                                    .text()));
            rig.clients.onProofsChanged();

            assertEquals("DISCONNECT 0x98", gone.receiveText());
            assertEquals("DISCONNECT 0x98", changed.receiveText());
            stays.send(RawDevice.ping());
            assertEquals("PINGRESP", stays.receiveText());
        }
        assertEquals("CONNACK 0x86", answer(connect("ben", "ben", "secret")));
        assertEquals("CONNACK 0x86", answer(connect("cleo", "cleo", "secret")));
    }

    private static UserFile file(String... lines) {
        return UserFile.parse(List.of(lines), new byte[1]);
    }

    @Test
    void whoCountsNoMoreWhenItsSessionIsOpenIsDisconnected() throws Exception {
        AtomicBoolean counts = new AtomicBoolean(true);
        start(asking("changing", proof -> {
            counts.set(false); // As if the file had changed behind the verdict.
            return Future.succeededFuture(Verdict.accepted(Identity.of("anna"), counts::get));
        }));
        try (RawDevice device = RawDevice.connected(rig.port(), connect("d", "anna", "secret"))) {
            assertEquals("DISCONNECT 0x98", device.receiveText());
        }
    }

    @Test
    void whatIsSentBehindConnectWaitsForTheVerdictAndComesInOrder() throws Exception {
        Promise<Verdict> verdict = Promise.promise();
        start(asking("slow", proof -> verdict.future()));
        try (RawDevice device = new RawDevice(rig.port())) {
            device.send(
                    connect("d", "anna", "secret").build(),
                    RawDevice.publish(1, 1, "a", "1"),
                    RawDevice.publish(1, 2, "a", "2"));
            assertTrue(device.silentFor(50));
            assertEquals(0, rig.log.messages().size());
            verdict.complete(Verdict.accepted(Identity.of("anna")));

            assertEquals("CONNACK", device.receiveText());
            assertEquals("PUBACK 1", device.receiveText());
            assertEquals("PUBACK 2", device.receiveText());
        }
    }

    @Test
    void whoCannotBeAskedNeverAccepts() throws Exception {
        start(
                asking("broken", proof -> Future.failedFuture(new IllegalStateException("bug"))),
                new AnonymousAuthenticator(false));

        assertEquals("CONNACK 0x88", answer(connect("d", null, null)));
        assertEquals("CONNACK 0x03", answer(connect("d", null, null).protocolVersion(MqttVersion.MQTT_3_1_1)));
    }

    @Test
    void aDeviceThatLeavesBeforeTheVerdictLeavesNothingBehind() throws Exception {
        Promise<Verdict> verdict = Promise.promise();
        AtomicBoolean asked = new AtomicBoolean();
        start(asking("slow", proof -> {
            asked.set(true);
            return verdict.future();
        }));
        try (RawDevice device = new RawDevice(rig.port())) {
            device.send(connect("d", "anna", "secret").build());
            Rig.until(asked::get);
        }
        Rig.until(() -> rig.meters.get("forebay.mqtt.connections").gauge().value() == 0);
        verdict.complete(Verdict.accepted(Identity.of("anna")));
        Rig.await(rig.undeploy()); // The event loop has done what the verdict asked for.

        assertEquals(List.of(), rig.sessions.events());
    }

    @Test
    void aConnectionEndsWhenItsProofExpires() throws Exception {
        start(asking(
                "short",
                proof -> Future.succeededFuture(
                        Verdict.accepted(new Identity("anna", false, Set.of(), System.currentTimeMillis() + 100)))));
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            assertEquals("DISCONNECT 0xa0", device.receiveText());
            assertEquals("closed", device.receiveText());
        }
    }

    private static Authenticator asking(String name, Function<Proof, Future<Verdict>> answer) {
        return new Authenticator() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Future<Verdict> authenticate(Proof proof) {
                return answer.apply(proof);
            }
        };
    }
}
