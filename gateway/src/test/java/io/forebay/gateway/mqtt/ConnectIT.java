package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.session.SessionException;
import io.forebay.gateway.session.SessionRequest;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders.ConnectBuilder;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From the socket to CONNACK, and how a connection ends. */
class ConnectIT {
    private Rig rig = Rig.start();

    @AfterEach
    void stop() {
        rig.close();
    }

    private void restart(ProtocolConfig protocol) {
        rig.close();
        rig = Rig.start(Rig.config(protocol, AccessConfig.DEFAULT));
    }

    private static ProtocolConfig protocol(int keepAliveMax, boolean words, String answers, String reference) {
        ProtocolConfig usual = ProtocolConfig.DEFAULT;
        return new ProtocolConfig(
                keepAliveMax,
                words,
                answers,
                reference,
                usual.outboundBytesMax(),
                usual.slowReaderTimeoutMs(),
                usual.outboundTopicAliasMaximum(),
                usual.topicLevelsMax(),
                usual.whenLogFull(),
                usual.controlCharacters());
    }

    private String answer(ConnectBuilder connect) throws Exception {
        try (RawDevice device = new RawDevice(rig.port())) {
            device.send(connect.build());
            return device.receiveText();
        }
    }

    /** The first four bytes. */
    private String answerToHex(String hex) throws Exception {
        try (RawDevice device = new RawDevice(rig.port())) {
            device.sendHex(hex);
            return device.receiveHex(4);
        }
    }

    private static ConnectBuilder connect311(String clientId) {
        return RawDevice.connect(clientId).protocolVersion(MqttVersion.MQTT_3_1_1);
    }

    private static ConnectBuilder willTo(ConnectBuilder connect, String topic) {
        return connect.willFlag(true)
                .willTopic(topic)
                .willQoS(MqttQoS.AT_LEAST_ONCE)
                .willRetain(true)
                .willMessage("gone".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void mqtt_3_1_2_2_anUnknownLevelIsRefusedInTheFormOf311() throws Exception {
        assertEquals("20020001", answerToHex("10 0d 0004 4d515454 09 02 003c 0001 64"));
        assertEquals("20020001", answerToHex("10 0d 0004 4d515454 03 02 003c 0001 64"));
    }

    @Test
    void mqtt_3_1_2_1_whatIsNotMqttIsClosedWithoutAWord() throws Exception {
        assertEquals("", answerToHex("10 0d 0004 4d515458 04 02 003c 0001 64"));
        assertEquals("", answerToHex("474554202f20485454502f312e310d0a"));
    }

    @Test
    void mqtt_4_13_1_aMalformedConnectOfMqtt5IsToldAndEarlierOnesAreClosed() throws Exception {
        String connack = answerToHex("10 0e 0004 4d515454 05 03 003c 00 0001 64");
        assertEquals("20", connack.substring(0, 2));
        assertEquals("0081", connack.substring(4));
        assertEquals("", answerToHex("10 0d 0004 4d515454 04 03 003c 0001 64"));
    }

    @Test
    void mqtt_3_1_0_1_anythingBeforeConnectIsClosed() throws Exception {
        assertEquals("", answerToHex("c000"));
        assertEquals("", answerToHex("e000"));
    }

    @Test
    void mqtt_3_1_3_8_anEmptyClientIdNeedsACleanSession() throws Exception {
        assertEquals("CONNACK 0x02", answer(connect311("").cleanSession(false)));
        assertEquals("CONNACK", answer(connect311("").cleanSession(true)));
        assertEquals("CONNACK", answer(RawDevice.connect("").cleanSession(false)));
        assertEquals("CONNACK 0x02", answer(connect311("x".repeat(Rig.CLIENT_ID_BYTES_MAX + 1))));
    }

    @Test
    void mqtt31IsServedWithoutSessionPresent() throws Exception {
        // MQIsdp, level 3, clean session 0, client id of 24 characters.
        String connect = "10 26 0006 4d5149736470 03 00 003c 0018 " + "61".repeat(24);
        assertEquals("20020000", answerToHex(connect));
        assertEquals("20020000", answerToHex(connect));
        assertEquals("20020002", answerToHex("10 0e 0006 4d5149736470 03 02 003c 0000"));
    }

    @Test
    void everyRefusalOf311HasItsCode() throws Exception {
        assertEquals("CONNACK 0x05", answer(willTo(connect311("d"), "$SYS/x")));
        rig.sessions.fail(new SessionException(SessionException.Kind.TOO_MANY_SESSIONS, "full"));
        assertEquals("CONNACK 0x03", answer(connect311("d")));
        assertEquals("CONNACK 0x97", answer(RawDevice.connect("d")));
        rig.sessions.fail(new SessionException(SessionException.Kind.UNAVAILABLE, "full disk"));
        assertEquals("CONNACK 0x88", answer(RawDevice.connect("d")));
        assertEquals(1, rig.count("forebay.mqtt.refused", "reason", "server_unavailable"));

        Rig.until(() -> rig.log.sessionEvents().size() == 6); // What the log had opened is closed again.
        assertEquals("close d", rig.log.sessionEvents().get(5));
    }

    @Test
    void aWillThatCouldNotBePublishedIsRefusedWithConnect() throws Exception {
        assertEquals("CONNACK 0x87", answer(willTo(RawDevice.connect("d"), "$SYS/x")));
        assertEquals("CONNACK 0x90", answer(willTo(RawDevice.connect("d"), "/".repeat(128))));
        ConnectBuilder notText = willTo(RawDevice.connect("d"), "t")
                .willMessage(new byte[] {-1})
                .willProperties(RawDevice.numbers(MqttProperties.PAYLOAD_FORMAT_INDICATOR, 1));
        assertEquals("CONNACK 0x99", answer(notText));
    }

    @Test
    void connackSaysWhatIsNotAsAskedFor() throws Exception {
        restart(protocol(30, true, "answers/{clientId}", ""));
        try (RawDevice device = new RawDevice(rig.port())) {
            device.send(RawDevice.connect("d")
                    .keepAlive(60)
                    .properties(RawDevice.numbers(
                            MqttProperties.SESSION_EXPIRY_INTERVAL, -1, MqttProperties.REQUEST_RESPONSE_INFORMATION, 1))
                    .build());
            MqttMessage connack = device.receive();

            assertEquals(30, RawDevice.property(connack, MqttProperties.SERVER_KEEP_ALIVE)); // MQTT-3.2.2-21
            assertEquals(Rig.SESSION_EXPIRY_MAX_S, RawDevice.property(connack, MqttProperties.SESSION_EXPIRY_INTERVAL));
            assertEquals(Rig.RECEIVE_MAXIMUM, RawDevice.property(connack, MqttProperties.RECEIVE_MAXIMUM));
            assertEquals(Rig.PACKET_BYTES_MAX, RawDevice.property(connack, MqttProperties.MAXIMUM_PACKET_SIZE));
            assertEquals(Rig.TOPIC_ALIAS_MAXIMUM, RawDevice.property(connack, MqttProperties.TOPIC_ALIAS_MAXIMUM));
            assertEquals("answers/d", RawDevice.property(connack, MqttProperties.RESPONSE_INFORMATION));
            assertNull(RawDevice.property(connack, MqttProperties.ASSIGNED_CLIENT_IDENTIFIER));
            assertNull(RawDevice.property(connack, MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE));
        }
        try (RawDevice device = new RawDevice(rig.port())) {
            device.send(RawDevice.connect("").keepAlive(20).build());
            MqttMessage connack = device.receive();

            assertNull(RawDevice.property(connack, MqttProperties.SERVER_KEEP_ALIVE));
            assertNull(RawDevice.property(connack, MqttProperties.SESSION_EXPIRY_INTERVAL));
            assertNull(RawDevice.property(connack, MqttProperties.RESPONSE_INFORMATION)); // MQTT-3.1.2-28
            assertNotNull(RawDevice.property(connack, MqttProperties.ASSIGNED_CLIENT_IDENTIFIER)); // MQTT-3.2.2-16
        }
    }

    @Test
    void aReasonIsToldInWordsUnlessTheDeviceOrWeDoNotWant() throws Exception {
        String tooLong = "x".repeat(Rig.CLIENT_ID_BYTES_MAX + 1);
        assertNotNull(reasonOf(RawDevice.connect(tooLong)));
        try (RawDevice device = RawDevice.connected(
                rig.port(),
                RawDevice.connect("d").properties(RawDevice.numbers(MqttProperties.REQUEST_PROBLEM_INFORMATION, 0)))) {
            device.send(RawDevice.connect("again").build());
            MqttMessage disconnect = device.receive();
            assertEquals("DISCONNECT 0x82", RawDevice.text(disconnect));
            assertNull(RawDevice.property(disconnect, MqttProperties.REASON_STRING)); // MQTT-3.1.2-29
        }

        restart(protocol(0, false, "", ""));
        assertNull(reasonOf(RawDevice.connect(tooLong)));
    }

    private Object reasonOf(ConnectBuilder connect) throws Exception {
        try (RawDevice device = new RawDevice(rig.port())) {
            device.send(connect.build());
            return RawDevice.property(device.receive(), MqttProperties.REASON_STRING);
        }
    }

    @Test
    void mqtt_3_14_2_3_aReasonThatIsTooLongForTheDeviceIsLeftOut() throws Exception {
        try (RawDevice device = RawDevice.connected(
                rig.port(),
                RawDevice.connect("d").properties(RawDevice.numbers(MqttProperties.MAXIMUM_PACKET_SIZE, 24)))) {
            device.send(RawDevice.connect("again").build());
            MqttMessage disconnect = device.receive();

            assertEquals("DISCONNECT 0x82", RawDevice.text(disconnect));
            assertNull(RawDevice.property(disconnect, MqttProperties.REASON_STRING));
        }
    }

    @Test
    void aFullGatewaySendsDevicesElsewhereAndSoDoesOneThatStops() throws Exception {
        restart(protocol(0, true, "", "other:1883"));
        try (RawDevice one = RawDevice.connected(rig.port(), "1");
                RawDevice two = RawDevice.connected(rig.port(), "2");
                RawDevice three = RawDevice.connected(rig.port(), "3")) {
            try (RawDevice four = new RawDevice(rig.port())) {
                four.send(RawDevice.connect("4").build());
                MqttMessage connack = four.receive();
                assertEquals("CONNACK 0x9c", RawDevice.text(connack));
                assertEquals("other:1883", RawDevice.property(connack, MqttProperties.SERVER_REFERENCE));
            }
            assertEquals("CONNACK 0x03", answer(connect311("4")));
            Rig.await(rig.undeploy());
            for (RawDevice device : List.of(one, two, three)) {
                MqttMessage disconnect = device.receive();
                assertEquals("DISCONNECT 0x9c", RawDevice.text(disconnect));
                assertEquals("other:1883", RawDevice.property(disconnect, MqttProperties.SERVER_REFERENCE));
            }
        }
    }

    @Test
    void theSessionIsAskedForAsConnectSays() throws Exception {
        ConnectBuilder connect = willTo(RawDevice.connect("d").cleanSession(false), "will")
                .willProperties(RawDevice.numbers(
                        MqttProperties.WILL_DELAY_INTERVAL, 7, MqttProperties.PUBLICATION_EXPIRY_INTERVAL, 9))
                .properties(RawDevice.numbers(
                        MqttProperties.SESSION_EXPIRY_INTERVAL, 100, MqttProperties.RECEIVE_MAXIMUM, 5));
        RawDevice.connected(rig.port(), connect).close();
        SessionRequest request = rig.sessions.request("d");

        assertEquals(100, request.expirySeconds());
        assertEquals(5, request.receiveMaximum());
        assertEquals(7, request.willDelaySeconds());
        assertEquals("will", request.will().topic());
        assertEquals(1, request.will().qos());
        assertTrue(request.will().retain());
        assertEquals(5, request.will().properties().length, "the delay is no property of the message");
        RawDevice.connected(rig.port(), connect311("e").cleanSession(false)).close();
        assertEquals(Rig.SESSION_EXPIRY_MAX_S, rig.sessions.request("e").expirySeconds());
        assertEquals(65_535, rig.sessions.request("e").receiveMaximum());
    }

    @Test
    void noConnackLeavesBeforeBothHalvesOfTheSessionAreDurable() throws Exception {
        try (RawDevice device = new RawDevice(rig.port())) {
            rig.sessions.hold();
            device.send(RawDevice.connect("d").build(), RawDevice.ping());
            Rig.until(() -> rig.sessions.events().contains("open d"));
            assertTrue(device.silentFor(100), "accepted before durable");
            rig.sessions.sync();

            assertEquals("CONNACK", device.receiveText());
            assertEquals("PINGRESP", device.receiveText());
        }
    }

    @Test
    void mqtt_3_2_2_2_aSessionIsPresentOnlyIfBothHalvesAre() throws Exception {
        ConnectBuilder resume = RawDevice.connect("d")
                .cleanSession(false)
                .properties(RawDevice.numbers(MqttProperties.SESSION_EXPIRY_INTERVAL, 100));
        assertEquals("CONNACK", answer(resume));
        Rig.until(() -> rig.log.sessionEvents().size() == 2);
        assertEquals("CONNACK present", answer(resume));
        Rig.until(() -> rig.log.sessionEvents().size() == 4);

        rig.log.forget("d");
        assertEquals("CONNACK", answer(resume));
        assertTrue(rig.sessions.request("d").cleanStart(), "the outbound half was kept");
        Rig.until(() -> rig.log.sessionEvents().size() == 6);

        rig.sessions.forget("d");
        assertEquals("CONNACK", answer(resume));
        assertFalse(rig.sessions.request("d").cleanStart());
        Rig.until(() -> rig.log.sessionEvents().size() == 9);
        assertEquals(
                List.of("open d", "open d", "close d"), rig.log.sessionEvents().subList(6, 9));
    }

    @Test
    void mqtt_3_14_4_3_theWillIsDiscardedByDisconnect0x00Only() throws Exception {
        for (String end : List.of("00", "04", "lost")) {
            try (RawDevice device = RawDevice.connected(rig.port(), RawDevice.connect("d" + end))) {
                if (!end.equals("lost")) {
                    device.sendHex("e002" + end + "00");
                    assertEquals("closed", device.receiveText());
                }
            }
        }
        Rig.until(() -> closed().size() == 3);

        // Of three connections: in whichever order they end.
        assertEquals(
                Set.of("close d00 0 DISCARD", "close d04 0 PUBLISH", "close dlost 0 PUBLISH"), Set.copyOf(closed()));
    }

    @Test
    void aTakeOverPublishesTheWillAndAStopKeepsIt() throws Exception {
        try (RawDevice older = RawDevice.connected(rig.port(), "d");
                RawDevice newer = RawDevice.connected(rig.port(), "d")) {
            assertEquals("DISCONNECT 0x8e", older.receiveText()); // MQTT-3.1.4-3
            assertEquals(List.of("open d", "close d 0 PUBLISH", "open d"), rig.sessions.events());
            Rig.await(rig.undeploy());

            assertEquals("DISCONNECT 0x8b", newer.receiveText());
            assertEquals("close d 0 KEEP", closed().get(1));
        }
    }

    @Test
    void whoSaysDisconnectAndConnectsAtOnceIsNotTakenOver() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
                device.sendHex("e000");
            }
        }
        Rig.until(() -> closed().size() == 50);

        assertEquals(Set.of("close d 0 DISCARD"), Set.copyOf(closed()));
    }

    @Test
    void mqtt_3_14_2_2_theSessionExpiryIsChangedByDisconnectButNotFromZero() throws Exception {
        MqttProperties week = RawDevice.numbers(MqttProperties.SESSION_EXPIRY_INTERVAL, 604_800);
        try (RawDevice device = RawDevice.connected(
                rig.port(),
                RawDevice.connect("d").properties(RawDevice.numbers(MqttProperties.SESSION_EXPIRY_INTERVAL, 1)))) {
            device.send(RawDevice.disconnect(0, week));
            assertEquals("closed", device.receiveText());
        }
        try (RawDevice device = RawDevice.connected(rig.port(), "e")) {
            device.send(RawDevice.disconnect(0, week));
            assertEquals("DISCONNECT 0x82", device.receiveText());
        }
        Rig.until(() -> closed().size() == 2);

        assertEquals(
                Set.of("close d " + Rig.SESSION_EXPIRY_MAX_S + " DISCARD", "close e 0 PUBLISH"), Set.copyOf(closed()));
    }

    @Test
    void userNameAndPasswordAreTakenWhereNobodyHasToAuthenticate() throws Exception {
        ConnectBuilder named = RawDevice.connect("d")
                .username("u")
                .password("p".getBytes(StandardCharsets.UTF_8))
                .hasUser(true)
                .hasPassword(true);

        assertEquals("CONNACK", answer(named));
        assertEquals("CONNACK", answer(named.protocolVersion(MqttVersion.MQTT_3_1_1)));
    }

    private List<String> closed() {
        return rig.sessions.events().stream()
                .filter(event -> event.startsWith("close"))
                .toList();
    }
}
