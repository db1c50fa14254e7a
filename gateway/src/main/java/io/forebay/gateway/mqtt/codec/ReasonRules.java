package io.forebay.gateway.mqtt.codec;

/** Which reason codes a device may send in which packet (MQTT 5, the tables in sections 3.4 to 3.7, 3.14 and 3.15). */
enum ReasonRules {
    /** PUBACK and PUBREC; No matching subscribers is the server's, but devices echo what they got. */
    RECEIVED(
            ReasonCode.SUCCESS,
            ReasonCode.NO_MATCHING_SUBSCRIBERS,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.TOPIC_NAME_INVALID,
            ReasonCode.PACKET_IDENTIFIER_IN_USE,
            ReasonCode.QUOTA_EXCEEDED,
            ReasonCode.PAYLOAD_FORMAT_INVALID),
    /** PUBREL and PUBCOMP. */
    RELEASED(ReasonCode.SUCCESS, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND),
    DISCONNECT(
            ReasonCode.SUCCESS,
            ReasonCode.DISCONNECT_WITH_WILL_MESSAGE,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.MALFORMED_PACKET,
            ReasonCode.PROTOCOL_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.TOPIC_NAME_INVALID,
            ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
            ReasonCode.TOPIC_ALIAS_INVALID,
            ReasonCode.PACKET_TOO_LARGE,
            ReasonCode.MESSAGE_RATE_TOO_HIGH,
            ReasonCode.QUOTA_EXCEEDED,
            ReasonCode.ADMINISTRATIVE_ACTION,
            ReasonCode.PAYLOAD_FORMAT_INVALID),
    AUTH(ReasonCode.CONTINUE_AUTHENTICATION, ReasonCode.RE_AUTHENTICATE);

    /** A bit for each code below 0x40. */
    private final long good;
    /** A bit for each code from 0x80 to 0xBF. */
    private final long bad;

    ReasonRules(ReasonCode... codes) {
        long goodBits = 0;
        long badBits = 0;
        for (ReasonCode code : codes) {
            goodBits |= code.isFailure() ? 0 : bit(code.value());
            badBits |= code.isFailure() ? bit(code.value()) : 0;
        }
        this.good = goodBits;
        this.bad = badBits;
    }

    /** Throws {@link MalformedPacket}. */
    int check(int code) {
        long bits = (code & 0x40) != 0 ? 0 : code < 0x80 ? good : bad;
        if ((bits & bit(code)) == 0) {
            MalformedPacket wrong = MalformedPacket.protocolError(
                    String.format("a device does not send the reason code 0x%02x in such a packet", code));
            // Who says DISCONNECT listens no more (MQTT-3.14.4-2).
            throw this == DISCONNECT ? wrong.untold() : wrong;
        }
        return code;
    }

    private static long bit(int code) {
        return 1L << (code & 0x3F);
    }
}
