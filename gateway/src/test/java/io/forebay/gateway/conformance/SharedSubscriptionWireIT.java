package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.connect;
import static io.forebay.gateway.conformance.Packets.subscribe;
import static io.forebay.gateway.conformance.Packets.unsubscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shared subscriptions: MQTT-4.8.2. */
class SharedSubscriptionWireIT {
    private static final int QUIET_MS = 500;
    private static final int PATIENCE_MS = 30_000;

    @RegisterExtension
    static final Broker BROKER = new Broker();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$share/",
                "$share/g",
                "$share/g/",
                "$share//t",
                "$share/g+/t",
                "$share/#/t",
                "$share/+/t",
                "$share/g#/t"
            })
    @Mqtt5({"4.8.2-1", "4.8.2-2"})
    void mqtt_4_8_2_1_shareNamesThatAreNotAllowed(String filter) throws Exception {
        try (WireClient client = BROKER.connect(5)) {
            client.send(subscribe(5, 1, filter, 0));
            String answer = client.next();
            assertTrue(
                    List.of(
                                    "SUBACK 1 [80]",
                                    "SUBACK 1 [8f]",
                                    "DISCONNECT 0x81",
                                    "DISCONNECT 0x82",
                                    "DISCONNECT 0x8f",
                                    "closed")
                            .contains(answer),
                    answer);
        }
    }

    @Test
    @Mqtt5({"4.8.2-1", "4.8.2-2"})
    void mqtt_4_8_2_1_eachMessageGoesToOneMemberOfEachShare() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient a = BROKER.connect(5).subscribe("$share/g/" + topic + "/#", 1);
                WireClient b = BROKER.connect(5).subscribe("$share/g/" + topic + "/#", 1);
                WireClient alone = BROKER.connect(5).subscribe("$share/h/" + topic + "/+", 1);
                WireClient plain = BROKER.connect(5).subscribe(topic + "/x", 1);
                WireClient publisher = BROKER.connect(5)) {
            for (int i = 0; i < 10; i++) {
                publisher.publish(1, topic + "/x", "m" + i);
                alone.take("PUBLISH " + topic + "/x q1 'm" + i + "'");
                plain.take("PUBLISH " + topic + "/x q1 'm" + i + "'");
            }
            assertEquals(10, taken(10, a, b));
        }
    }

    /** Acknowledges what comes, until there are so many, and then until nothing more has come for half a second. */
    private static int taken(int count, WireClient... clients) throws Exception {
        int taken = 0;
        Stopwatch quiet = Stopwatch.start();
        while (quiet.elapsedMs() < (taken < count ? PATIENCE_MS : QUIET_MS)) {
            for (WireClient client : clients) {
                try {
                    client.send(Packets.puback(client.receiveWithin(100).id()));
                    taken++;
                    quiet = Stopwatch.start();
                } catch (SocketTimeoutException nothing) {
                    // The next one is asked.
                }
            }
        }
        return taken;
    }

    @Test
    void aShareIsLeftByUnsubscribe() throws Exception {
        String topic = BROKER.name("t");
        String filter = "$share/g/" + topic;
        try (WireClient a = BROKER.connect(5).subscribe(filter, 1);
                WireClient b = BROKER.connect(5).subscribe(filter, 1);
                WireClient publisher = BROKER.connect(5)) {
            a.send(unsubscribe(5, 5, filter)).expect("UNSUBACK 5 [00]");
            for (int i = 0; i < 4; i++) {
                publisher.publish(1, topic, "m" + i);
                b.take("PUBLISH " + topic + " q1 'm" + i + "'");
            }
            a.serves();
        }
    }

    @Test
    @Mqtt5({"4.8.2-3"})
    void mqtt_4_8_2_3_eachMemberHasTheQosGrantedToIt() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient member = BROKER.connect(5).subscribe("$share/g/" + topic, 1);
                WireClient publisher = BROKER.connect(5)) {
            publisher.publish(2, topic, "x");
            member.take("PUBLISH " + topic + " q1 'x'");
            publisher.publish(0, topic, "y");
            member.take("PUBLISH " + topic + " q0 'y'");
        }
    }

    @Test
    @Mqtt5({"4.8.2-4"})
    void mqtt_4_8_2_4_aQos2MessageInFlightIsCompletedWhenItsMemberReturns() throws Exception {
        String topic = BROKER.name("t");
        String filter = "$share/g/" + topic;
        String id = BROKER.name("c");
        WireClient first = BROKER.resume(5, id).subscribe(filter, 2);
        try (WireClient publisher = BROKER.connect(5)) {
            publisher.publish(2, topic, "x");
            int packetId = first.receive().id();
            try (WireClient other = BROKER.connect(5).subscribe(filter, 2)) {
                first.drop();
                other.silentFor(300);
                try (WireClient again = BROKER.resume(5, id)) {
                    assertEquals(
                            packetId,
                            again.take("PUBLISH " + topic + " q2 dup 'x'").id());
                }
                other.serves();
            }
        }
    }

    @Test
    @Mqtt5({"4.8.2-5"})
    void mqtt_4_8_2_5_aQos2MessageInFlightEndsWithItsMembersSession() throws Exception {
        String topic = BROKER.name("t");
        String filter = "$share/g/" + topic;
        try (WireClient publisher = BROKER.connect(5);
                WireClient other = BROKER.connect(5)) {
            WireClient first = BROKER.connect(5).subscribe(filter, 2);
            publisher.publish(2, topic, "x");
            first.expect("PUBLISH " + topic + " q2 'x'");
            other.subscribe(filter, 2);
            first.drop();
            other.silentFor(400);
        }
    }

    @Test
    @Mqtt5({"4.8.2-6"})
    void mqtt_4_8_2_6_whatAMemberRefusesGoesToNobodyElse() throws Exception {
        String topic = BROKER.name("t");
        String filter = "$share/g/" + topic;
        try (WireClient publisher = BROKER.connect(5);
                WireClient other = BROKER.connect(5);
                WireClient member = BROKER.connect(5).subscribe(filter, 2)) {
            publisher.publish(1, topic, "a").publish(2, topic, "b");
            int first = member.receive().id();
            int second = member.receive().id();
            other.subscribe(filter, 2);
            member.send("40 (u16:" + first + " 80)", "50 (u16:" + second + " 97)")
                    .serves();
            other.silentFor(300);
        }
    }

    @Test
    @Mqtt5({"3.3.1-9"})
    void mqtt_3_3_1_9_retainedMessagesAreNotSentToShares() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(5).publish(0x33, topic, "", "kept")) {
            client.subscribe("$share/g/" + topic, 1).serves();
            client.publish(0x31, topic, "", "").expect("PUBLISH " + topic + " q0 ''");
        }
    }

    @Test
    void aMemberWhoseWindowIsFullDoesNotHoldUpTheOthers() throws Exception {
        String topic = BROKER.name("t");
        String filter = "$share/g/" + topic;
        String connect = connect(5, 2, 60, "21 u16:1", '"' + BROKER.name("c") + '"');
        try (WireClient slow = BROKER.connected(5, connect).subscribe(filter, 1);
                WireClient quick = BROKER.connect(5).subscribe(filter, 1);
                WireClient publisher = BROKER.connect(5)) {
            assumeTrue(BROKER.isOurs(), "not demanded by the standard");
            for (int i = 0; i < 10; i++) {
                publisher.publish(1, topic, "m" + i);
            }
            assertEquals(9, taken(9, quick));
            slow.expect("PUBLISH " + topic + " q1 'm0'");
        }
    }
}
