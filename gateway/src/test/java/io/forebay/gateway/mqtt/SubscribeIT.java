package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.mqtt.AccessConfig.DeniedPublish;
import io.forebay.gateway.mqtt.AccessConfig.DeniedSubscribe;
import io.forebay.gateway.security.AccessFile;
import io.forebay.gateway.security.AccessRules;
import io.forebay.gateway.session.SessionException;
import io.forebay.gateway.session.Subscription;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SUBSCRIBE and UNSUBSCRIBE. */
class SubscribeIT {
    private static final AccessRules RULES = AccessFile.parse(List.of(
            "rules:", "  - {deny: subscribe, topic: [test/nosubscribe, secret/#]}", "  - {allow: both, topic: \"#\"}"));

    private final Rig rig = Rig.start();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void mqtt_3_8_4_6_eachFilterHasItsCodeInOrder() throws Exception {
        rig.access.change(RULES);
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(MqttMessageBuilders.subscribe()
                    .messageId(9)
                    .addSubscription(MqttQoS.AT_MOST_ONCE, "a")
                    .addSubscription(MqttQoS.EXACTLY_ONCE, "a/#/b")
                    .addSubscription(MqttQoS.AT_LEAST_ONCE, "test/nosubscribe")
                    .addSubscription(MqttQoS.EXACTLY_ONCE, "#")
                    .addSubscription(MqttQoS.AT_LEAST_ONCE, "$share/g/secret/+")
                    .addSubscription(MqttQoS.AT_LEAST_ONCE, "$share/g/b/+")
                    .build());

            assertEquals("SUBACK 9 [0, 143, 135, 2, 135, 1]", device.receiveText());
        }
        try (RawDevice device = RawDevice.connected311(rig.port(), "e")) {
            device.send(RawDevice.subscribe(1, 1, "a", "a+", "secret/x", "b"));
            assertEquals("SUBACK 1 [1, 128, 128, 1]", device.receiveText());
        }
    }

    @Test
    void aDeniedFilterIsNotRevealedWhereSoConfigured() throws Exception {
        AccessConfig silent = new AccessConfig(DeniedPublish.ACKNOWLEDGE, DeniedSubscribe.UNSPECIFIED_ERROR);
        try (Rig silentRig = Rig.start(Rig.config(ProtocolConfig.DEFAULT, silent))) {
            silentRig.access.change(RULES);
            try (RawDevice device = RawDevice.connected(silentRig.port(), "d")) {
                device.send(RawDevice.subscribe(1, 1, "secret/a", "other"));
                assertEquals("SUBACK 1 [128, 1]", device.receiveText());
            }
        }
    }

    @Test
    void mqtt_4_8_2_sharedFiltersNeedANameWithoutWildcardsAndAFilter() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.subscribe(1, 1, "$share/g/a", "$share/g/#", "$share/g//", "$share", "$shared/a"));
            assertEquals("SUBACK 1 [1, 1, 1, 1, 1]", device.receiveText());
        }
        for (String wrong : List.of("$share//a", "$share/g", "$share/g/", "$share/+/a", "$share/g#/a")) {
            try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
                device.send(RawDevice.subscribe(1, 1, "a", wrong));
                assertEquals(wrong.contains("#") ? "DISCONNECT 0x81" : "DISCONNECT 0x82", device.receiveText(), wrong);
            }
            try (RawDevice device = RawDevice.connected311(rig.port(), "e")) {
                device.send(RawDevice.subscribe(1, 1, "a", wrong));
                assertEquals("SUBACK 1 [1, 128]", device.receiveText(), wrong);
            }
        }
    }

    @Test
    void optionsAndIdentifierReachTheSession() throws Exception {
        MqttProperties identifier = RawDevice.numbers(MqttProperties.SUBSCRIPTION_IDENTIFIER, 300);
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(MqttMessageBuilders.subscribe()
                    .messageId(1)
                    .properties(identifier)
                    .addSubscription(
                            "a",
                            new MqttSubscriptionOption(
                                    MqttQoS.EXACTLY_ONCE,
                                    true,
                                    true,
                                    MqttSubscriptionOption.RetainedHandlingPolicy.DONT_SEND_AT_SUBSCRIBE))
                    .build());
            assertEquals("SUBACK 1 [2]", device.receiveText());

            assertEquals(List.of(new Subscription("a", 2, true, true, 2, 300)), rig.sessions.subscriptions("d"));
        }
    }

    @Test
    void answersWaitForTheDiskAndKeepTheirOrder() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            rig.sessions.hold();
            device.send(
                    RawDevice.subscribe(1, 1, "a"),
                    RawDevice.subscribe(2, 1, "a+"),
                    RawDevice.unsubscribe(3, "a", "b"),
                    RawDevice.ping());
            assertEquals("PINGRESP", device.receiveText());
            assertTrue(device.silentFor(100), "answered before durable, or out of order");
            rig.sessions.sync();

            assertEquals("SUBACK 1 [1]", device.receiveText());
            assertEquals("SUBACK 2 [143]", device.receiveText());
            assertEquals("UNSUBACK 3 [0, 17]", device.receiveText());
        }
        try (RawDevice device = RawDevice.connected311(rig.port(), "e")) {
            device.send(RawDevice.unsubscribe(3, "b"));
            assertEquals("UNSUBACK 3 []", device.receiveText()); // MQTT-3.10.4-5 of 3.1.1
        }
    }

    @Test
    void whatIsPublishedAroundASubscribeKeepsItsPlace() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            rig.log.hold();
            device.send(
                    RawDevice.publish(0, 0, "a", "before"),
                    RawDevice.subscribe(1, 1, "a"),
                    RawDevice.publish(0, 0, "a", "after"),
                    RawDevice.unsubscribe(2, "a"));
            Rig.until(() -> !rig.log.messages().isEmpty());
            assertTrue(device.silentFor(100), "subscribed before the log has what was published before");
            assertEquals(1, rig.log.messages().size(), "published before it has subscribed");
            rig.log.sync();

            assertEquals("SUBACK 1 [1]", device.receiveText());
            assertEquals("UNSUBACK 2 [0]", device.receiveText());
            assertEquals(2, rig.log.messages().size());
        }
    }

    @Test
    void aFloodOfSubscribesPausesTheSocket() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            rig.sessions.hold();
            for (int id = 1; id <= 100; id++) {
                device.send(RawDevice.subscribe(id, 1, "a/" + id));
            }
            assertTrue(device.silentFor(100));
            assertTrue(rig.sessions.subscriptions("d").size() <= 16, "read on");
            rig.sessions.sync();

            for (int id = 1; id <= 100; id++) {
                assertEquals("SUBACK " + id + " [1]", device.receiveText());
            }
        }
    }

    @Test
    void aQuotaAndAStoreThatTakesNothingAreTold() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d");
                RawDevice old = RawDevice.connected311(rig.port(), "e")) {
            rig.sessions.full();
            device.send(RawDevice.subscribe(1, 1, "a"));
            assertEquals("SUBACK 1 [151]", device.receiveText());
            rig.sessions.fail(new SessionException(SessionException.Kind.UNAVAILABLE, "the disk is full"));
            device.send(RawDevice.subscribe(2, 1, "a", "a+"), RawDevice.unsubscribe(3, "a"));
            assertEquals("SUBACK 2 [128, 143]", device.receiveText());
            assertEquals("UNSUBACK 3 [128]", device.receiveText());
            old.send(RawDevice.subscribe(1, 1, "a"));
            assertEquals("SUBACK 1 [128]", old.receiveText());
            old.send(RawDevice.unsubscribe(2, "a"));
            assertEquals("closed", old.receiveText(), "its UNSUBACK cannot say that it failed");
        }
    }
}
