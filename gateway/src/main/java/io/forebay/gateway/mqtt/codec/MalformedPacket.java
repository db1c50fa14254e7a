package io.forebay.gateway.mqtt.codec;

/** Thrown while a packet is read that is none; without a stack trace, for devices can cause it as often as they like. */
final class MalformedPacket extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ReasonCode reason;
    private final boolean told;

    MalformedPacket(ReasonCode reason, String sentence) {
        this(reason, sentence, true);
    }

    private MalformedPacket(ReasonCode reason, String sentence, boolean told) {
        super(sentence, null, false, false);
        this.reason = reason;
        this.told = told;
    }

    /** It cannot be parsed according to the standard (MQTT 5 section 1.2). */
    static MalformedPacket malformed(String sentence) {
        return new MalformedPacket(ReasonCode.MALFORMED_PACKET, sentence);
    }

    /** It can be parsed, but contains what the protocol does not allow (MQTT 5 section 1.2). */
    static MalformedPacket protocolError(String sentence) {
        return new MalformedPacket(ReasonCode.PROTOCOL_ERROR, sentence);
    }

    /** The same, but the connection ends without a word: the standard leaves that to the server (section 4.13.1). */
    MalformedPacket untold() {
        return new MalformedPacket(reason, getMessage(), false);
    }

    /** Whether the device hears of it. */
    boolean isTold() {
        return told;
    }

    ReasonCode reason() {
        return reason;
    }
}
