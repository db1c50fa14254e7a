package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.conformance.Mqtt5;
import io.forebay.gateway.security.Authentication;
import io.forebay.gateway.security.AuthenticationChain;
import io.forebay.gateway.security.AuthenticationMeters;
import io.forebay.gateway.security.Scram;
import io.forebay.gateway.security.ScramClient;
import io.forebay.gateway.security.ScramUsers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders.ConnectBuilder;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Enhanced authentication with SCRAM-SHA-256 (MQTT 5 section 4.12). */
class AuthenticationIT {
    private static final int CONTINUE = 0x18;
    private static final int AGAIN = 0x19;
    private static final String ANNA =
            Scram.credential("anna", "secret".toCharArray(), 4_096).line();
    private static final String BEN =
            Scram.credential("ben", "secret".toCharArray(), 4_096).line();
    private static final AtomicReference<ScramUsers> USERS = new AtomicReference<>(users(ANNA, BEN));

    private Rig rig = Rig.start(Rig.CONFIG, false, authentication(), topic -> true);

    static Authentication authentication() {
        return new Authentication(
                Optional.of(USERS::get),
                new AuthenticationChain(List.of(), new AuthenticationMeters(new SimpleMeterRegistry())));
    }

    @AfterEach
    void stop() {
        USERS.set(users(ANNA, BEN));
        rig.close();
    }

    private static ScramUsers users(String... lines) {
        return new ScramUsers(List.of(lines), new byte[32]);
    }

    static ConnectBuilder connect(String method, byte[] data) {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.StringProperty(MqttProperties.AUTHENTICATION_METHOD, method));
        properties.add(new MqttProperties.BinaryProperty(MqttProperties.AUTHENTICATION_DATA, data));
        return RawDevice.connect("d").properties(properties);
    }

    private static byte[] data(MqttMessage packet) {
        assertEquals(Scram.MECHANISM, RawDevice.property(packet, MqttProperties.AUTHENTICATION_METHOD));
        return (byte[]) RawDevice.property(packet, MqttProperties.AUTHENTICATION_DATA);
    }

    private static void authenticate(RawDevice device, ScramClient client) throws Exception {
        device.send(connect(Scram.MECHANISM, client.first()).build());
        MqttMessage challenge = device.receive();
        assertEquals("AUTH 0x18", RawDevice.text(challenge));
        device.send(RawDevice.auth(CONTINUE, Scram.MECHANISM, client.last(data(challenge))));
    }

    @Test
    @Mqtt5({"4.12.0-2", "4.12.0-3", "4.12.0-5"})
    void whoProvesThePasswordIsLetInAndTheGatewayProvesItselfToo() throws Exception {
        ScramClient client = new ScramClient("anna", "secret");
        try (RawDevice device = new RawDevice(rig.port())) {
            authenticate(device, client);
            MqttMessage connack = device.receive();

            assertEquals("CONNACK", RawDevice.text(connack));
            assertArrayEquals(client.expectedEnd(), data(connack));
            device.send(RawDevice.ping());
            assertEquals("PINGRESP", device.receiveText());
        }
    }

    @Test
    void whoseCredentialIsTakenAwayOrChangedIsDisconnected() throws Exception {
        String other = Scram.credential("anna", "another".toCharArray(), 4_096).line();
        for (ScramUsers next : List.of(users(BEN), users(other, BEN))) {
            USERS.set(users(ANNA, BEN));
            try (RawDevice device = new RawDevice(rig.port())) {
                authenticate(device, new ScramClient("anna", "secret"));
                assertEquals("CONNACK", device.receiveText());
                USERS.set(users(BEN, ANNA));
                rig.clients.onProofsChanged();
                device.send(RawDevice.ping());
                assertEquals("PINGRESP", device.receiveText(), "the same credential in another line");

                USERS.set(next);
                rig.clients.onProofsChanged();
                assertEquals("DISCONNECT 0x98", device.receiveText());
            }
        }
    }

    @Test
    @Mqtt5({"3.1.4-2", "4.12.0-4"})
    void aWrongPasswordAndAnUnknownNameAreToldApartByNobody() throws Exception {
        for (ScramClient client : List.of(new ScramClient("anna", "guess"), new ScramClient("zoe", "secret"))) {
            try (RawDevice device = new RawDevice(rig.port())) {
                authenticate(device, client);

                assertEquals("CONNACK 0x87", device.receiveText());
                assertEquals("closed", device.receiveText());
            }
        }
        assertTrue(rig.sessions.events().isEmpty(), "a session was opened");
    }

    @Test
    void mqtt_4_12_0_1_anotherMethodIsRefusedWith0x8c() throws Exception {
        try (RawDevice device = new RawDevice(rig.port())) {
            device.send(connect("GS2-KRB5", new byte[0]).build());
            assertEquals("CONNACK 0x8c", device.receiveText());
        }
        rig.close();
        rig = Rig.start();
        try (RawDevice device = new RawDevice(rig.port())) {
            device.send(connect(Scram.MECHANISM, new byte[0]).build());
            assertEquals("CONNACK 0x8c", device.receiveText(), "nobody has credentials");
        }
    }

    @Test
    void whoDoesNotAuthenticateIsRefusedWhereItIsRequiredAndTakesNobodysClientId() throws Exception {
        try (RawDevice holder = new RawDevice(rig.port());
                RawDevice other = new RawDevice(rig.port());
                RawDevice old = new RawDevice(rig.port())) {
            authenticate(holder, new ScramClient("anna", "secret"));
            assertEquals("CONNACK", holder.receiveText());
            other.send(RawDevice.connect("d").build());
            assertEquals("CONNACK 0x87", other.receiveText());
            old.send(RawDevice.connect("d")
                    .protocolVersion(MqttVersion.MQTT_3_1_1)
                    .build());
            assertEquals("CONNACK 0x05", old.receiveText());
            holder.send(RawDevice.ping());
            assertEquals("PINGRESP", holder.receiveText());
        }
    }

    @Test
    void onlyAuthAndDisconnectMayComeWhileItGoesOn() throws Exception {
        try (RawDevice device = new RawDevice(rig.port())) {
            device.send(connect(Scram.MECHANISM, new ScramClient("anna", "secret").first())
                    .build());
            assertEquals("AUTH 0x18", device.receiveText());
            device.send(RawDevice.ping());
            assertEquals("CONNACK 0x82", device.receiveText());
        }
        try (RawDevice device = new RawDevice(rig.port())) {
            device.send(connect(Scram.MECHANISM, new ScramClient("anna", "secret").first())
                    .build());
            assertEquals("AUTH 0x18", device.receiveText());
            device.send(RawDevice.auth(CONTINUE, "OTHER", new byte[0]));
            assertEquals("CONNACK 0x8c", device.receiveText()); // MQTT-4.12.0-5
        }
    }

    @Test
    void whoDoesNotAnswerInTimeIsClosed() throws Exception {
        rig.close();
        rig = Rig.start(Rig.impatient(1_000), false, authentication(), topic -> true);
        String answer = "closed";
        for (int i = 0; i < 10 && answer.equals("closed"); i++) { // A machine that stood still sends CONNECT too late.
            try (RawDevice device = new RawDevice(rig.port())) {
                answer = challenged(device);
                if (answer.equals("AUTH 0x18")) {
                    assertEquals("CONNACK 0x87", device.receiveText());
                    assertEquals("closed", device.receiveText());
                }
            }
        }
        assertEquals("AUTH 0x18", answer);
    }

    private static String challenged(RawDevice device) throws IOException {
        try {
            device.send(connect(Scram.MECHANISM, new ScramClient("anna", "secret").first())
                    .build());
            return device.receiveText();
        } catch (SocketException reset) {
            return "closed";
        }
    }

    @Test
    @Mqtt5({"4.12.1-1", "4.12.1-2"})
    void mqtt_4_12_1_1_aConnectedDeviceAuthenticatesAgainAsTheSameUser() throws Exception {
        try (RawDevice device = new RawDevice(rig.port())) {
            authenticate(device, new ScramClient("anna", "secret"));
            assertEquals("CONNACK", device.receiveText());
            ScramClient again = new ScramClient("anna", "secret");
            device.send(RawDevice.auth(AGAIN, Scram.MECHANISM, again.first()), RawDevice.ping());
            MqttMessage challenge = device.receive();
            assertEquals("PINGRESP", device.receiveText(), "other packets go on meanwhile");
            device.send(RawDevice.auth(CONTINUE, Scram.MECHANISM, again.last(data(challenge))));
            MqttMessage end = device.receive();
            assertEquals("AUTH", RawDevice.text(end));
            assertArrayEquals(again.expectedEnd(), data(end));

            ScramClient other = new ScramClient("ben", "secret");
            device.send(RawDevice.auth(AGAIN, Scram.MECHANISM, other.first()));
            device.send(RawDevice.auth(CONTINUE, Scram.MECHANISM, other.last(data(device.receive()))));
            assertEquals("DISCONNECT 0x87", device.receiveText());
        }
    }

    @Test
    void mqtt_4_12_0_6_authFromADeviceThatNamedNoMethodIsAProtocolError() throws Exception {
        rig.close();
        rig = Rig.start();
        for (MqttMessage auth : List.of(
                RawDevice.auth(AGAIN, Scram.MECHANISM, null), RawDevice.auth(CONTINUE, Scram.MECHANISM, null))) {
            try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
                device.send(auth);
                assertEquals("DISCONNECT 0x82", device.receiveText());
            }
        }
    }
}
