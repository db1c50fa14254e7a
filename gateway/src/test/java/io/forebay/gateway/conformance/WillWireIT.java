package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.connect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wills: MQTT-3.1.2.5 and MQTT-3.1.3.2. */
class WillWireIT {
    private static final int WILL = 0x06;
    private static final int WILL_RETAIN = 0x20;

    @RegisterExtension
    static final Broker BROKER = new Broker();

    /** CONNECT with a will whose payload is "gone". */
    private static String withWill(
            int level, int flags, String id, String connectProperties, String willProperties, String topic) {
        String will = (level == 5 ? '(' + willProperties + ')' : "") + " \"" + topic + "\" \"gone\"";
        return connect(level, flags, 60, connectProperties, '"' + id + "\" " + will);
    }

    private static String withWill(int level, int flags, String topic) {
        return withWill(level, flags, BROKER.name("c"), "", "", topic);
    }

    @ParameterizedTest
    @CsvSource({"4, 0", "4, 1", "4, 2", "5, 0", "5, 1", "5, 2"})
    @Mqtt5({"3.1.2-7", "3.1.2-8", "3.1.2-14", "3.1.2-12"})
    @Mqtt311({"3.1.2-8", "3.1.2-16", "3.1.2-14"})
    void mqtt_3_1_2_8_aLostConnectionPublishesTheWill(int level, int qos) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient watcher = BROKER.connect(level).subscribe(topic, 2)) {
            BROKER.connected(level, withWill(level, WILL | qos << 3, topic)).drop();
            watcher.take("PUBLISH " + topic + " q" + qos + " 'gone'");
            watcher.subscribe(topic, 0).serves();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.1.2-15"})
    @Mqtt311({"3.1.2-17"})
    void mqtt_3_1_2_15_aRetainedWillIsRetained(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient watcher = BROKER.connect(level).subscribe(topic, 0)) {
            BROKER.connected(level, withWill(level, WILL | WILL_RETAIN, topic)).drop();
            watcher.expect("PUBLISH " + topic + " q0 'gone'");
            watcher.subscribe(topic, 0).expect("PUBLISH " + topic + " q0 retain 'gone'");
            watcher.publish(0x31, topic, "", "").expect("PUBLISH " + topic + " q0 ''");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.1.2-10", "3.14.4-3"})
    @Mqtt311({"3.1.2-10", "3.14.4-3"})
    void mqtt_3_14_4_3_disconnectDeletesTheWill(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient watcher = BROKER.connect(level).subscribe(topic, 0)) {
            BROKER.connected(level, withWill(level, WILL, topic)).disconnect();
            watcher.publish(0, topic, "end").expect("PUBLISH " + topic + " q0 'end'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.1.2-10"})
    @Mqtt311({"3.1.2-10", "3.1.2-12"})
    void mqtt_3_1_2_10_aWillIsPublishedOnce(int level) throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        try (WireClient watcher = BROKER.connect(level).subscribe(topic, 0)) {
            BROKER.connected(level, withWill(level, WILL, id, "", "", topic)).drop();
            watcher.expect("PUBLISH " + topic + " q0 'gone'");
            BROKER.connect(level, id).drop();
            watcher.silentFor(300);
        }
    }

    @Test
    @Mqtt5({"3.1.2-8"})
    void mqtt_3_1_2_8_disconnectWith0x04PublishesTheWill() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient watcher = BROKER.connect(5).subscribe(topic, 0)) {
            BROKER.connected(5, withWill(5, WILL, topic)).disconnect("E0 (04)");
            watcher.expect("PUBLISH " + topic + " q0 'gone'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.1.2-8"})
    @Mqtt311({"3.1.2-8"})
    void mqtt_3_1_2_8_aProtocolErrorPublishesTheWill(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient watcher = BROKER.connect(level).subscribe(topic, 0)) {
            BROKER.connected(level, withWill(level, WILL, topic)).send(connect(level, "again"));
            watcher.expect("PUBLISH " + topic + " q0 'gone'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.1.2-22", "3.1.2-8"})
    @Mqtt311({"3.1.2-24", "3.1.2-8"})
    void mqtt_3_1_2_22_silenceBeyondTheKeepAlivePublishesTheWill(int level) throws Exception {
        String topic = BROKER.name("t");
        String will = (level == 5 ? "()" : "") + " \"" + topic + "\" \"gone\"";
        try (WireClient watcher = BROKER.connect(level).subscribe(topic, 0);
                WireClient silent = BROKER.connected(
                        level, connect(level, 2 | WILL, 1, "", '"' + BROKER.name("c") + "\" " + will))) {
            watcher.expect("PUBLISH " + topic + " q0 'gone'");
            silent.endedWith(0x8D);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.1.4-3", "3.1.2-8"})
    @Mqtt311({"3.1.4-2", "3.1.2-8"})
    void mqtt_3_1_4_3_aTakeoverPublishesTheWillOfTheEarlierConnection(int level) throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        try (WireClient watcher = BROKER.connect(level).subscribe(topic, 0);
                WireClient first = BROKER.connected(level, withWill(level, WILL, id, "", "", topic));
                WireClient second = BROKER.connect(level, id)) {
            first.endedWith(0x8E);
            watcher.expect("PUBLISH " + topic + " q0 'gone'");
            second.serves();
        }
    }

    @Test
    @Mqtt5({"3.1.3-10", "3.3.2-17"})
    void mqtt_3_1_3_10_theWillsPropertiesArriveInOrder() throws Exception {
        String topic = BROKER.name("t");
        String properties =
                "01 01 02 u32:100 03 \"text/plain\" 08 \"r\" 09 0002 00FF 26 \"b\" \"1\" 26 \"a\" \"2\" 26 \"b\" \"1\"";
        try (WireClient watcher = BROKER.connect(5).subscribe(topic, 0)) {
            Stopwatch dropped = Stopwatch.start();
            BROKER.connected(5, withWill(5, WILL, BROKER.name("c"), "", properties, topic))
                    .drop();
            Packet will = watcher.receive();
            List<String> user =
                    will.properties().stream().filter(p -> p.startsWith("38=")).toList();
            assertEquals(List.of("38=b:1", "38=a:2", "38=b:1"), user);
            assertTrue(will.properties().containsAll(List.of("1=1", "3=text/plain", "8=r", "9=00ff")), will.toString());
            int left = Integer.parseInt(will.property(2));
            assertTrue(left <= 100 && left >= 100 - dropped.elapsedSeconds(), will.property(2));
        }
    }

    @Test
    @Mqtt5({"3.1.2-8"})
    void mqtt_3_1_2_8_theWillWaitsForItsDelay() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient watcher = BROKER.connect(5).subscribe(topic, 0)) {
            WireClient dying = BROKER.connected(5, withWill(5, WILL, BROKER.name("c"), "11 u32:60", "18 u32:1", topic));
            Stopwatch dropped = Stopwatch.start();
            dying.drop();
            watcher.expect("PUBLISH " + topic + " q0 'gone'");
            assertTrue(dropped.elapsedMs() > 700, "it came after " + dropped.elapsedMs() + " ms");
        }
    }

    @Test
    @Mqtt5({"3.1.3-9", "3.1.2-8"})
    void mqtt_3_1_3_9_whoComesBackInTimeSendsNoWill() throws Exception {
        for (int tries = 1; !comesBackInTime(); tries++) {
            assertTrue(tries < 20, "this machine is too slow to come back within a second");
        }
    }

    /** Sees to it that there is no will, or returns false for it was too late, whatever there is then. */
    private static boolean comesBackInTime() throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        try (WireClient watcher = BROKER.connect(5).subscribe(topic, 0)) {
            WireClient first = BROKER.connected(5, withWill(5, WILL, id, "11 u32:60", "18 u32:1", topic));
            Stopwatch away = Stopwatch.start();
            first.drop();
            try (WireClient again = BROKER.resume(5, id)) {
                if (away.elapsedMs() > 900) {
                    return false;
                }
                watcher.silentFor(1_800);
                again.serves();
                return true;
            }
        }
    }

    @Test
    @Mqtt5({"3.1.2-8"})
    void mqtt_3_1_2_8_theEndOfTheSessionEndsTheDelay() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient watcher = BROKER.connect(5).subscribe(topic, 0)) {
            BROKER.connected(5, withWill(5, WILL, BROKER.name("c"), "", "18 u32:3600", topic))
                    .drop();
            watcher.expect("PUBLISH " + topic + " q0 'gone'");
            String id = BROKER.name("c");
            try (WireClient first = BROKER.connected(5, withWill(5, WILL, id, "11 u32:60", "18 u32:3600", topic));
                    WireClient clean = BROKER.connect(5, id)) {
                first.endedWith(0x8E);
                watcher.expect("PUBLISH " + topic + " q0 'gone'");
                clean.serves();
            }
        }
    }

    @Test
    @Mqtt5({"3.1.2-8"})
    void mqtt_3_1_2_8_theExpiryOfTheSessionEndsTheDelay() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient watcher = BROKER.connect(5).subscribe(topic, 0)) {
            BROKER.connected(5, withWill(5, WILL, BROKER.name("c"), "11 u32:1", "18 u32:3600", topic))
                    .drop();
            watcher.expect("PUBLISH " + topic + " q0 'gone'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void aWillTopicHasNoWildcards(int level) throws Exception {
        try (WireClient client = BROKER.open(level)) {
            client.send(withWill(level, 2 | WILL, "a/#")).refusedWithOrWithout(0x81, 0x82, 0x90);
        }
    }
}
