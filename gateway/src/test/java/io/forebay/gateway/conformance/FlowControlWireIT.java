package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.connect;
import static io.forebay.gateway.conformance.Packets.publish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receive Maximum in both directions: MQTT-3.3.4 and MQTT-4.9. */
class FlowControlWireIT {
    @RegisterExtension
    static final Broker BROKER = new Broker(Map.of("FOREBAY_MQTT_RECEIVE_MAXIMUM", "8"));

    private static WireClient withWindow(int size) throws Exception {
        String properties = "21 u16:" + size;
        return BROKER.connected(5, connect(5, 2, 60, properties, '"' + BROKER.name("c") + '"'));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Mqtt5({"3.3.4-9", "4.9.0-1", "4.9.0-2"})
    void mqtt_3_3_4_9_theServerKeepsToTheClientsWindow(int qos) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient subscriber = withWindow(2).subscribe(topic, 2);
                WireClient publisher = BROKER.connect(5)) {
            for (int i = 0; i < 6; i++) {
                publisher.publish(qos, topic, "m" + i);
            }
            Packet first = subscriber.receive();
            Packet second = subscriber.receive();
            assertEquals("m0 m1", first.payload() + ' ' + second.payload());
            subscriber.silentFor(300);
            complete(subscriber, first);
            Packet third = subscriber.receive();
            assertEquals("m2", third.payload());
            subscriber.silentFor(200);
            complete(subscriber, second);
            complete(subscriber, third);
        }
    }

    private static void complete(WireClient subscriber, Packet packet) throws Exception {
        if (packet.qos() == 1) {
            subscriber.send(Packets.puback(packet.id()));
        } else {
            subscriber.send(Packets.pubrec(packet.id()));
            for (Packet answer = subscriber.receive(); answer.type() != 6; answer = subscriber.receive()) {
                assertEquals(3, answer.type());
            }
            subscriber.send(Packets.pubcomp(packet.id()));
        }
    }

    @Test
    @Mqtt5({"3.3.4-10", "4.9.0-3"})
    void mqtt_3_3_4_10_aFullWindowHoldsUpNothingElse() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient subscriber = withWindow(1).subscribe(topic, 2);
                WireClient publisher = BROKER.connect(5)) {
            publisher.publish(1, topic, "a").publish(1, topic, "b");
            Packet first = subscriber.receive();
            assertEquals("a", first.payload());
            subscriber.serves();
            subscriber.subscribe(topic + "/x", 1).publish(2, topic + "/y", "");
            publisher.publish(0, topic + "/x", "zero");
            subscriber.expect("PUBLISH " + topic + "/x q0 'zero'");
            subscriber.send(Packets.puback(first.id()));
            assertEquals("b", subscriber.receive().payload());
        }
    }

    @Test
    @Mqtt5({"3.3.4-9"})
    void mqtt_3_3_4_9_aRefusalFreesItsPlaceInTheWindow() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient subscriber = withWindow(1).subscribe(topic, 2);
                WireClient publisher = BROKER.connect(5)) {
            publisher.publish(2, topic, "a").publish(2, topic, "b");
            subscriber.send("50 (u16:" + subscriber.receive().id() + " 80)");
            subscriber.take("PUBLISH " + topic + " q2 'b'");
        }
    }

    @Test
    @Mqtt5({"3.3.4-7"})
    void mqtt_3_3_4_7_moreThanTheServersWindowEndsTheConnection() throws Exception {
        assumeTrue(BROKER.isOurs(), "the window of a foreign broker is unknown");
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(5)) {
            assertEquals("8", client.connack.property(33));
            StringBuilder packets = new StringBuilder();
            for (int i = 1; i <= 9; i++) {
                packets.append(publish(5, 2, i, topic, "x"));
            }
            client.send(packets.toString());
            String answer = client.next();
            while (answer.startsWith("PUBREC")) {
                answer = client.next();
            }
            assertEquals("DISCONNECT 0x93", answer);
            client.expect("closed");
        }
    }

    @Test
    @Mqtt5({"3.3.4-7", "3.3.4-8"})
    void mqtt_3_3_4_7_aFullWindowOfTheServerIsServed() throws Exception {
        assumeTrue(BROKER.isOurs(), "the window of a foreign broker is unknown");
        try (WireClient client = BROKER.connect(5)) {
            for (int i = 1; i <= 8; i++) {
                client.send(publish(5, 2, i, "t", "x")).expect("PUBREC " + i);
            }
            client.serves();
            for (int i = 1; i <= 8; i++) {
                client.send(Packets.pubrel(i)).expect("PUBCOMP " + i);
            }
            client.send(publish(5, 2, 9, "t", "x")).expect("PUBREC 9");
        }
    }
}
