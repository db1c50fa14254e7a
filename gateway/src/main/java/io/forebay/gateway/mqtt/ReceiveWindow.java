package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.ReasonCode;
import java.util.HashSet;
import java.util.Set;

/**
 * What a device has published and nobody has acknowledged: Receive Maximum (MQTT-4.9), and the packet ids of QoS 2. Owned by the
 * connection's event loop.
 */
final class ReceiveWindow {
    private final Violations violations;
    private final boolean v5;
    private final int max;
    private int qos1;
    /** Packet ids whose PUBCOMP has not left: they count against Receive Maximum (MQTT-4.9). */
    private final Set<Integer> qos2 = new HashSet<>();

    ReceiveWindow(Violations violations, boolean v5, int max) {
        this.violations = violations;
        this.v5 = v5;
        this.max = max;
    }

    /** A PUBLISH has come. Throws {@link ProtocolViolation}. */
    void claim(int qos, int packetId) {
        boolean isNew = qos == 1 || !qos2.contains(packetId);
        if (isNew && v5 && qos1 + qos2.size() >= max) {
            violations.bear(
                    Violations.Kind.RECEIVE_MAXIMUM,
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, // MQTT-3.3.4-9
                    "more than receive-maximum, " + max + ", messages are unacknowledged");
        }
        if (qos == 1) {
            qos1++;
        } else {
            qos2.add(packetId);
        }
    }

    /** A QoS 1 PUBLISH with the packet id of a QoS 2 message that is not released (MQTT-2.2.1-3). */
    boolean isInUse(int qos, int packetId) {
        boolean inUse = qos == 1 && !qos2.isEmpty() && qos2.contains(packetId);
        if (inUse) {
            violations.count(Violations.Kind.PACKET_IDENTIFIER_IN_USE);
        }
        return inUse && v5 && !violations.areBorne();
    }

    /** It is answered with PUBACK or PUBREC. */
    void answered(int qos, int packetId, ReasonCode reason) {
        if (qos == 1) {
            qos1--;
        } else if (reason.isFailure()) {
            qos2.remove(packetId); // Such a PUBREC ends the handshake (MQTT 5 section 4.3.3).
        }
    }

    /** PUBCOMP leaves. */
    void released(int packetId) {
        qos2.remove(packetId);
    }
}
