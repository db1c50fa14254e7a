package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.connect;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Enhanced authentication: MQTT-3.15 and MQTT-4.12. */
class AuthWireIT {
    @RegisterExtension
    static final Broker BROKER = new Broker();

    @Test
    @Mqtt5({"4.12.0-1"})
    void mqtt_4_12_0_1_anUnknownMethodIsRefused() throws Exception {
        try (WireClient client = BROKER.open(5)) {
            client.send(connect(5, 2, 60, "15 \"no such method\" 16 0001 41", "\"c\""))
                    .refusedWith(0x8C, 0x87);
        }
    }

    @Test
    @Mqtt5({"4.12.0-7"})
    void mqtt_4_12_0_7_authWithoutAMethodInConnectIsAProtocolError() throws Exception {
        for (String auth : new String[] {"F0 ()", "F0 (19 (15 \"SCRAM-SHA-256\"))", "F0 (18 (15 \"SCRAM-SHA-256\"))"}) {
            try (WireClient client = BROKER.connect(5)) {
                client.send(auth).endedWith(0x82, 0x8C, 0x87);
            }
        }
    }

    @Test
    @Mqtt5({"3.15.1-1"})
    void mqtt_3_15_1_1_reservedFlags() throws Exception {
        for (String auth : new String[] {"F1 ()", "F2 (19 (15 \"m\"))", "F8 ()"}) {
            try (WireClient client = BROKER.connect(5)) {
                client.send(auth).endedWith(0x81, 0x82);
            }
        }
    }

    @Test
    @Mqtt5({"3.15.2-1"})
    void mqtt_3_15_2_1_reasonsThatAuthDoesNotHave() throws Exception {
        try (WireClient client = BROKER.connect(5)) {
            client.send("F0 (04 (15 \"m\"))").endedWith(0x81, 0x82);
        }
    }
}
