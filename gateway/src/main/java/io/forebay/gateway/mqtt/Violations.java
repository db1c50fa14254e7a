package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.ReasonCode;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * Faults of devices in the field that do no harm to anybody else: a strict listener ends the connection, a lenient one
 * bears them. Counted on both. Owned by the connection's event loop.
 */
final class Violations {
    /** What a lenient listener bears; there is no other list. */
    enum Kind {
        /** More unacknowledged messages than Receive Maximum (MQTT-3.3.4-9): borne, the socket is paused instead. */
        RECEIVE_MAXIMUM,
        /** A payload that is not UTF-8 though its Payload Format Indicator says so: carried as it is. */
        PAYLOAD_FORMAT,
        /** A topic alias above our maximum beside a topic: the topic counts. */
        TOPIC_ALIAS_MAXIMUM,
        /** DISCONNECT raises the Session Expiry Interval from 0 (MQTT-3.14.2-2): it stays 0. */
        SESSION_EXPIRY_RAISED,
        /** A packet id that is still used by a QoS 2 message: taken all the same. */
        PACKET_IDENTIFIER_IN_USE,
        /** PUBACK, PUBREC or PUBCOMP that is not the one due for a message: passed over. */
        WRONG_ACKNOWLEDGEMENT,
        /** A share name that is none (MQTT-4.8.2-1, -2): the filter alone is refused. */
        SHARE_NAME;

        final String tag = name().toLowerCase(Locale.ROOT);
    }

    private final boolean lenient;
    private final MqttMeters meters;
    private final BiConsumer<String, String> operator;

    /** @param operator is told, by kind and sentence, what a lenient listener bears */
    Violations(boolean lenient, MqttMeters meters, BiConsumer<String, String> operator) {
        this.lenient = lenient;
        this.meters = meters;
        this.operator = operator;
    }

    boolean areBorne() {
        return lenient;
    }

    /** Counts it; throws {@link ProtocolViolation} on a strict listener. */
    void bear(Kind kind, ReasonCode reason, String sentence) {
        meters.violated(kind.tag);
        if (!lenient) {
            throw new ProtocolViolation(reason, sentence);
        }
        operator.accept("borne-" + kind.tag, "A fault of a device is borne: " + sentence);
    }

    /** Counts what is answered and not punished. */
    void count(Kind kind) {
        meters.violated(kind.tag);
    }
}
