package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.Properties;
import org.junit.jupiter.api.Test;

class ConnackTest {
    @Test
    void propertiesAreInTheOrderThatTestsOfBrokersExpect() {
        Packet.Connect connect = new Packet.Connect(5, true, 60, "", null, null, null, Properties.NONE);

        Packet.Connack connack = Connack.accepted(ConnectRequest.read(connect, Rig.CONFIG), false, null, Rig.CONFIG);

        assertEquals(
                "[TOPIC_ALIAS_MAXIMUM, ASSIGNED_CLIENT_IDENTIFIER, MAXIMUM_PACKET_SIZE, RECEIVE_MAXIMUM]",
                connack.properties().toString());
    }
}
