package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.connect;
import static io.forebay.gateway.conformance.Packets.publish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Topic aliases in both directions: MQTT-3.3.2.3.4. */
class TopicAliasWireIT {
    @RegisterExtension
    static final Broker BROKER = new Broker();

    @Test
    @Mqtt5({"3.3.2-12"})
    void mqtt_3_3_2_12_everyAliasUpToTheMaximumIsAccepted() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(5).subscribe(topic + "/#", 0)) {
            int maximum = maximum(client);
            for (int alias = 1; alias <= maximum; alias++) {
                client.publish(0x30, topic + '/' + alias, "23 u16:" + alias, "set");
                client.expect("PUBLISH " + topic + '/' + alias + " q0 'set'");
            }
            for (int alias = maximum; alias > 0; alias--) {
                client.publish(0x30, "", "23 u16:" + alias, "used");
                client.expect("PUBLISH " + topic + '/' + alias + " q0 'used'");
            }
            client.publish(0x30, topic + "/new", "23 u16:1", "set").publish(0x30, "", "23 u16:1", "used");
            client.expect("PUBLISH " + topic + "/new q0 'set'", "PUBLISH " + topic + "/new q0 'used'");
        }
    }

    @Test
    void anAliasIsNotHandedOnToSubscribers() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(5).subscribe(topic, 0)) {
            maximum(client);
            client.publish(0x30, topic, "23 u16:1", "x");
            assertNull(client.receive().property(35));
        }
    }

    @Test
    @Mqtt5({"3.3.2-8", "3.3.2-9", "3.2.2-17", "3.2.2-18"})
    void mqtt_3_3_2_8_anAliasOutOfRangeEndsTheConnection() throws Exception {
        int maximum;
        try (WireClient client = BROKER.connect(5)) {
            String offered = client.connack.property(34);
            maximum = offered == null ? 0 : Integer.parseInt(offered);
        }
        for (int alias : new int[] {0, maximum + 1, 65_535}) {
            try (WireClient client = BROKER.connect(5)) {
                client.send(publish(5, 0x30, 0, "t", "23 u16:" + alias, "x")).endedWith(0x94);
            }
        }
    }

    @Test
    @Mqtt5({"3.3.2-7"})
    void mqtt_3_3_2_7_aliasesEndWithTheConnection() throws Exception {
        String id = BROKER.name("c");
        WireClient first = BROKER.resume(5, id);
        maximum(first);
        first.publish(0x30, "t", "23 u16:1", "x").disconnect();
        try (WireClient again = BROKER.resume(5, id)) {
            again.send(publish(5, 0x30, 0, "", "23 u16:1", "x")).endedWith(0x82, 0x94);
        }
    }

    @Test
    @Mqtt5({"3.1.2-26", "3.3.2-11"})
    void mqtt_3_1_2_26_theServerKeepsToTheClientsMaximum() throws Exception {
        String topic = BROKER.name("t");
        String connect = connect(5, 2, 60, "22 u16:2", '"' + BROKER.name("c") + '"');
        Map<Integer, String> aliases = new HashMap<>();
        try (WireClient client = BROKER.connected(5, connect).subscribe(topic + "/#", 0)) {
            for (int i = 0; i < 12; i++) {
                String of = topic + '/' + i % 4;
                client.publish(0, of, "x");
                Packet packet = client.receive();
                assertEquals(of, resolve(packet, aliases));
            }
        }
        assertTrue(aliases.keySet().stream().allMatch(alias -> alias >= 1 && alias <= 2), aliases.toString());
    }

    private static String resolve(Packet packet, Map<Integer, String> aliases) {
        String alias = packet.property(35);
        if (alias == null) {
            return packet.topic();
        }
        if (!packet.topic().isEmpty()) {
            aliases.put(Integer.valueOf(alias), packet.topic());
        }
        return aliases.get(Integer.valueOf(alias));
    }

    @Test
    @Mqtt5({"3.1.2-27"})
    void mqtt_3_1_2_27_noAliasesForClientsThatNameNoMaximum() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(5).subscribe(topic, 0)) {
            for (int i = 0; i < 3; i++) {
                client.publish(0, topic, "x");
                assertNull(client.receive().property(35));
            }
        }
    }

    private static int maximum(WireClient client) {
        String maximum = client.connack.property(34);
        assumeTrue(maximum != null, "this server takes no aliases");
        return Integer.parseInt(maximum);
    }
}
