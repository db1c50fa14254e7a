package io.forebay.gateway.mqtt.codec;

/** Checks single values of properties in wire format. Throws {@link MalformedPacket}. */
final class PropertyValues {
    private PropertyValues() {}

    /** @return where the value that begins here ends */
    static int check(Property property, byte[] wire, int at) {
        int end =
                switch (property.type()) {
                    case BYTE -> fixed(wire, at, 1);
                    case TWO_BYTES -> fixed(wire, at, 2);
                    case FOUR_BYTES -> fixed(wire, at, 4);
                    case VARIABLE -> variable(wire, at);
                    case STRING -> string(property, wire, at);
                    case BINARY -> binary(wire, at);
                    case PAIR -> string(property, wire, string(property, wire, at));
                };
        checkRange(property, wire, at);
        return end;
    }

    private static int fixed(byte[] wire, int at, int length) {
        if (wire.length - at < length) {
            throw MalformedPacket.malformed("the properties end within a value");
        }
        return at + length;
    }

    private static int binary(byte[] wire, int at) {
        return fixed(wire, fixed(wire, at, 2), PropertyWire.twoBytes(wire, at));
    }

    private static int string(Property property, byte[] wire, int at) {
        int end = binary(wire, at);
        int found = Utf8.scan(wire, at + 2, end);
        if (found != 0) {
            Cursor.refuse(found, 0, property.toString());
        }
        if (property == Property.RESPONSE_TOPIC && ((found & Utf8.WILDCARD) != 0 || end == at + 2)) {
            throw MalformedPacket.protocolError("the response topic is not a topic name [MQTT-3.3.2-14]");
        }
        return end;
    }

    private static int variable(byte[] wire, int at) {
        int end = at;
        while (end < at + 4) {
            byte one = wire[fixed(wire, end, 1) - 1];
            end++;
            if (one >= 0) {
                if (one == 0 && end > at + 1) {
                    throw MalformedPacket.malformed("a number has more bytes than it needs [MQTT-1.5.5-1]");
                }
                return end;
            }
        }
        throw MalformedPacket.malformed("a number has more than four bytes (section 1.5.5)");
    }

    private static void checkRange(Property property, byte[] wire, int at) {
        switch (property) {
            case PAYLOAD_FORMAT_INDICATOR, REQUEST_PROBLEM_INFORMATION, REQUEST_RESPONSE_INFORMATION -> {
                if (wire[at] != 0 && wire[at] != 1) {
                    throw MalformedPacket.protocolError(property + " is neither 0 nor 1");
                }
            }
            case RECEIVE_MAXIMUM, MAXIMUM_PACKET_SIZE, SUBSCRIPTION_IDENTIFIER -> {
                if (PropertyWire.number(wire, at, property.type()) == 0) {
                    throw MalformedPacket.protocolError(property + " is 0");
                }
            }
            case TOPIC_ALIAS -> {
                if (PropertyWire.twoBytes(wire, at) == 0) {
                    throw new MalformedPacket(ReasonCode.TOPIC_ALIAS_INVALID, "the topic alias is 0 [MQTT-3.3.2-8]");
                }
            }
            default -> {
                // Any value.
            }
        }
    }
}
