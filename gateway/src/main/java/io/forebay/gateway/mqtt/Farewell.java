package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.Properties;
import io.forebay.gateway.mqtt.codec.Property;
import io.forebay.gateway.mqtt.codec.ReasonCode;

/**
 * The last packet of a connection that we end, CONNACK or DISCONNECT, in as many words as the device wants and takes.
 * Owned by the connection's event loop.
 */
final class Farewell {
    private final Outbound outbound;
    private final ProtocolConfig config;

    Farewell(Outbound outbound, ProtocolConfig config) {
        this.outbound = outbound;
        this.config = config;
    }

    /** @param level whose words the refusal is told in */
    void refuse(ConnectRefused refusal, int level, boolean wantsWords) {
        int code = refusal.codeFor(level);
        if (code != ConnectRefused.SILENT) {
            String words = wantsWords ? refusal.getMessage() : "";
            // Session Present is 0 (MQTT-3.2.2-6).
            sendIfItFits(
                    new Packet.Connack(false, code, properties(refusal.reason(), words)),
                    new Packet.Connack(false, code, properties(refusal.reason(), "")));
        }
    }

    void disconnect(ReasonCode reason, String sentence, boolean wantsWords) {
        sendIfItFits(
                new Packet.Disconnect(reason.value(), properties(reason, wantsWords ? sentence : "")),
                new Packet.Disconnect(reason.value(), properties(reason, "")));
    }

    private Properties properties(ReasonCode reason, String words) {
        Properties.Builder properties = Properties.builder();
        if (reason == ReasonCode.USE_ANOTHER_SERVER) {
            properties.text(Property.SERVER_REFERENCE, config.serverReference());
        }
        if (config.reasonStrings() && !words.isEmpty()) {
            properties.text(Property.REASON_STRING, words);
        }
        return properties.build();
    }

    /** The words are left out if they make it too large (MQTT-3.2.2-19, MQTT-3.14.2-3). */
    private void sendIfItFits(Packet packet, Packet shorter) {
        if (outbound.fits(packet)) {
            outbound.packet(packet);
        } else if (outbound.fits(shorter)) {
            outbound.packet(shorter);
        }
    }
}
