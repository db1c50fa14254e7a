package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.security.Authentication;
import io.forebay.gateway.session.Delivery;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a lenient listener bears; the other tests show that a strict one does not. */
class LenientIT {
    private final Rig rig = Rig.start(Rig.CONFIG, true, Authentication.NONE, topic -> true);

    @AfterEach
    void stop() {
        rig.close();
    }

    private double borne(String kind) {
        return rig.count("forebay.mqtt.violations", "kind", kind);
    }

    @Test
    void moreThanReceiveMaximumPausesTheSocketInstead() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            rig.log.hold();
            int count = 3 * Rig.RECEIVE_MAXIMUM;
            for (int id = 1; id <= count; id++) {
                device.send(RawDevice.publish(2, id, "t", "x"));
            }
            Rig.until(() -> rig.log.messages().size() == Rig.RECEIVE_MAXIMUM);
            assertTrue(device.silentFor(100));
            assertEquals(Rig.RECEIVE_MAXIMUM, rig.log.messages().size(), "more was read than may be in flight");
            rig.log.sync();

            for (int id = 1; id <= count; id++) {
                assertEquals("PUBREC " + id, device.receiveText());
            }
            assertEquals(2 * Rig.RECEIVE_MAXIMUM, borne("receive_maximum"));
        }
    }

    @Test
    void aPayloadThatIsNotTheTextItSaysIsCarriedAsItIs() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.sendHex("30 07 0001 74 02 0101 ff 32 09 0001 74 0001 02 0101 ff");

            assertEquals("PUBACK 1", device.receiveText());
            assertEquals(2, rig.log.messages().size());
            assertEquals(2, borne("payload_format"));
        }
    }

    @Test
    void aTopicAliasAboveTheMaximumBesideATopicIsPassedOver() throws Exception {
        MqttProperties alias = RawDevice.numbers(MqttProperties.TOPIC_ALIAS, Rig.TOPIC_ALIAS_MAXIMUM + 1);
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(1, 1, "t", "x", alias));
            assertEquals("PUBACK 1", device.receiveText());
            assertEquals(1, borne("topic_alias_maximum"));
            device.send(RawDevice.publish(1, 2, "", "x", alias));
            assertEquals("DISCONNECT 0x94", device.receiveText(), "nobody knows the topic");
        }
    }

    @Test
    void aSessionExpiryRaisedFromZeroStaysZero() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.disconnect(0, RawDevice.numbers(MqttProperties.SESSION_EXPIRY_INTERVAL, 5)));
            assertEquals("closed", device.receiveText());
        }
        Rig.until(() -> rig.sessions.events().contains("close d 0 DISCARD"));
        assertEquals(1, borne("session_expiry_raised"));
    }

    @Test
    void aPacketIdInUseIsTakenAndAWrongAcknowledgementOrShareNamePassedOver() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(2, 1, "t", "x"), RawDevice.publish(1, 1, "t", "y"));
            assertEquals("PUBREC 1", device.receiveText());
            assertEquals("PUBACK 1", device.receiveText());
            rig.sessions.deliver(
                    "d", new Delivery.Publication(5, 2, false, false, "t", new byte[0], new byte[0], new int[0], 0));
            assertEquals("PUBLISH 5 t=", device.receiveText());
            device.send(RawDevice.reply(MqttMessageType.PUBACK, 5, 0), RawDevice.ping());
            assertEquals("PINGRESP", device.receiveText());

            assertFalse(rig.sessions.events().contains("acknowledged 5"), "it still waits for PUBREC");
            device.send(RawDevice.subscribe(9, 0, "$share/+/a"));
            assertEquals("SUBACK 9 [143]", device.receiveText());
            assertEquals(1, borne("share_name"));
            assertEquals(1, borne("packet_identifier_in_use"));
            assertEquals(1, borne("wrong_acknowledgement"));
        }
    }
}
