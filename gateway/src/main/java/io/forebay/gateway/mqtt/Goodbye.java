package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.Properties;
import io.forebay.gateway.mqtt.codec.Property;
import io.forebay.gateway.mqtt.codec.ReasonCode;

/** DISCONNECT packets of ours (MQTT-3.14). */
final class Goodbye {
    private Goodbye() {}

    /** @param sentence empty for none */
    static Packet.Disconnect packet(ReasonCode reason, String sentence, ProtocolConfig config) {
        Properties.Builder properties = Properties.builder();
        if (reason == ReasonCode.USE_ANOTHER_SERVER) {
            properties.text(Property.SERVER_REFERENCE, config.serverReference());
        }
        if (!sentence.isEmpty()) {
            properties.text(Property.REASON_STRING, sentence);
        }
        return new Packet.Disconnect(reason.value(), properties.build());
    }
}
