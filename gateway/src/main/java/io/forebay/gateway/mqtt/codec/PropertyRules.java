package io.forebay.gateway.mqtt.codec;

/** Which properties a device may put where, and with what values (MQTT 5, table 2-4 and the sections on each packet). */
enum PropertyRules {
    CONNECT(
            Property.SESSION_EXPIRY_INTERVAL,
            Property.RECEIVE_MAXIMUM,
            Property.MAXIMUM_PACKET_SIZE,
            Property.TOPIC_ALIAS_MAXIMUM,
            Property.REQUEST_RESPONSE_INFORMATION,
            Property.REQUEST_PROBLEM_INFORMATION,
            Property.AUTHENTICATION_METHOD,
            Property.AUTHENTICATION_DATA,
            Property.USER_PROPERTY),
    WILL(
            Property.WILL_DELAY_INTERVAL,
            Property.PAYLOAD_FORMAT_INDICATOR,
            Property.MESSAGE_EXPIRY_INTERVAL,
            Property.CONTENT_TYPE,
            Property.RESPONSE_TOPIC,
            Property.CORRELATION_DATA,
            Property.USER_PROPERTY),
    /** Subscription Identifier has a place in a PUBLISH, but not in one from a device (MQTT-3.3.4-6). */
    PUBLISH(
            Property.PAYLOAD_FORMAT_INDICATOR,
            Property.MESSAGE_EXPIRY_INTERVAL,
            Property.TOPIC_ALIAS,
            Property.CONTENT_TYPE,
            Property.RESPONSE_TOPIC,
            Property.CORRELATION_DATA,
            Property.USER_PROPERTY),
    /** PUBACK, PUBREC, PUBREL and PUBCOMP. */
    ACKNOWLEDGEMENT(Property.REASON_STRING, Property.USER_PROPERTY),
    SUBSCRIBE(Property.SUBSCRIPTION_IDENTIFIER, Property.USER_PROPERTY),
    UNSUBSCRIBE(Property.USER_PROPERTY),
    DISCONNECT(
            Property.SESSION_EXPIRY_INTERVAL,
            Property.REASON_STRING,
            Property.SERVER_REFERENCE,
            Property.USER_PROPERTY),
    AUTH(Property.AUTHENTICATION_METHOD, Property.AUTHENTICATION_DATA, Property.REASON_STRING, Property.USER_PROPERTY);

    /** A bit for each property that may be there. */
    private final long allowed;

    PropertyRules(Property... properties) {
        long bits = 0;
        for (Property property : properties) {
            bits |= bit(property);
        }
        this.allowed = bits;
    }

    /** Where no property is. Throws {@link MalformedPacket}. */
    Properties none() {
        if (this == AUTH) {
            throw MalformedPacket.protocolError("AUTH has no authentication method (section 3.15.2.2.2)");
        }
        return Properties.NONE;
    }

    /** Throws {@link MalformedPacket}. */
    void check(byte[] wire) {
        long seen = 0;
        for (int at = 0; at < wire.length; ) {
            Property property = Property.of(wire[at]);
            if (property == null) {
                throw MalformedPacket.malformed("there is no property with the identifier " + (wire[at] & 0xFF));
            }
            at = PropertyValues.check(property, wire, at + 1);
            long bit = bit(property);
            if ((allowed & bit) == 0) {
                throw misplaced(property);
            }
            if ((seen & bit) != 0 && property != Property.USER_PROPERTY) {
                throw MalformedPacket.protocolError(property + " is there more than once");
            }
            seen |= bit;
        }
        checkMethod(seen);
    }

    /**
     * A property of another packet. Section 2.2.2.2 calls that malformed (0x81), Mosquitto 2.1 a protocol error (0x82) but in
     * SUBSCRIBE and UNSUBSCRIBE. The connection ends either way; devices hear of us what they know.
     */
    private MalformedPacket misplaced(Property property) {
        String sentence = property + " has no place in " + this + " [section 2.2.2.2]";
        return this == SUBSCRIBE || this == UNSUBSCRIBE
                ? MalformedPacket.malformed(sentence)
                : MalformedPacket.protocolError(sentence);
    }

    /** MQTT 5 sections 3.1.2.11.10 and 3.15.2.2.2: no data without a method, and no AUTH without one. */
    private void checkMethod(long seen) {
        boolean method = (seen & bit(Property.AUTHENTICATION_METHOD)) != 0;
        boolean data = (seen & bit(Property.AUTHENTICATION_DATA)) != 0;
        if (!method && (data || this == AUTH)) {
            throw MalformedPacket.protocolError(this + " has no authentication method");
        }
    }

    private static long bit(Property property) {
        return 1L << property.id();
    }
}
