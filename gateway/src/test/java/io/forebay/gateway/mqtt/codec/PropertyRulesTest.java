package io.forebay.gateway.mqtt.codec;

import static io.forebay.gateway.mqtt.codec.Property.AUTHENTICATION_DATA;
import static io.forebay.gateway.mqtt.codec.Property.AUTHENTICATION_METHOD;
import static io.forebay.gateway.mqtt.codec.Property.CONTENT_TYPE;
import static io.forebay.gateway.mqtt.codec.Property.CORRELATION_DATA;
import static io.forebay.gateway.mqtt.codec.Property.MAXIMUM_PACKET_SIZE;
import static io.forebay.gateway.mqtt.codec.Property.MESSAGE_EXPIRY_INTERVAL;
import static io.forebay.gateway.mqtt.codec.Property.PAYLOAD_FORMAT_INDICATOR;
import static io.forebay.gateway.mqtt.codec.Property.REASON_STRING;
import static io.forebay.gateway.mqtt.codec.Property.RECEIVE_MAXIMUM;
import static io.forebay.gateway.mqtt.codec.Property.REQUEST_PROBLEM_INFORMATION;
import static io.forebay.gateway.mqtt.codec.Property.REQUEST_RESPONSE_INFORMATION;
import static io.forebay.gateway.mqtt.codec.Property.RESPONSE_TOPIC;
import static io.forebay.gateway.mqtt.codec.Property.SERVER_REFERENCE;
import static io.forebay.gateway.mqtt.codec.Property.SESSION_EXPIRY_INTERVAL;
import static io.forebay.gateway.mqtt.codec.Property.SUBSCRIPTION_IDENTIFIER;
import static io.forebay.gateway.mqtt.codec.Property.TOPIC_ALIAS;
import static io.forebay.gateway.mqtt.codec.Property.TOPIC_ALIAS_MAXIMUM;
import static io.forebay.gateway.mqtt.codec.Property.USER_PROPERTY;
import static io.forebay.gateway.mqtt.codec.Property.WILL_DELAY_INTERVAL;
import static io.forebay.gateway.mqtt.codec.Wire.assertRefused;
import static io.forebay.gateway.mqtt.codec.Wire.hex;
import static io.forebay.gateway.mqtt.codec.Wire.join;
import static io.forebay.gateway.mqtt.codec.Wire.oneByte;
import static io.forebay.gateway.mqtt.codec.Wire.packet;
import static io.forebay.gateway.mqtt.codec.Wire.string;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT 5 section 2.2.2.2 and table 2-4, property by property and packet by packet. */
class PropertyRulesTest {
    /** Where a property may be, in the order of table 2-4; what only a server sends left out. */
    private enum Place {
        CONNECT,
        WILL,
        PUBLISH,
        PUBACK,
        PUBREC,
        PUBREL,
        PUBCOMP,
        SUBSCRIBE,
        UNSUBSCRIBE,
        DISCONNECT,
        AUTH
    }

    private static final Map<Place, Set<Property>> TABLE = Map.ofEntries(
            Map.entry(
                    Place.CONNECT,
                    EnumSet.of(
                            SESSION_EXPIRY_INTERVAL,
                            AUTHENTICATION_METHOD,
                            AUTHENTICATION_DATA,
                            REQUEST_PROBLEM_INFORMATION,
                            REQUEST_RESPONSE_INFORMATION,
                            RECEIVE_MAXIMUM,
                            TOPIC_ALIAS_MAXIMUM,
                            USER_PROPERTY,
                            MAXIMUM_PACKET_SIZE)),
            Map.entry(
                    Place.WILL,
                    EnumSet.of(
                            PAYLOAD_FORMAT_INDICATOR,
                            MESSAGE_EXPIRY_INTERVAL,
                            CONTENT_TYPE,
                            RESPONSE_TOPIC,
                            CORRELATION_DATA,
                            WILL_DELAY_INTERVAL,
                            USER_PROPERTY)),
            Map.entry(
                    Place.PUBLISH,
                    EnumSet.of(
                            PAYLOAD_FORMAT_INDICATOR,
                            MESSAGE_EXPIRY_INTERVAL,
                            CONTENT_TYPE,
                            RESPONSE_TOPIC,
                            CORRELATION_DATA,
                            TOPIC_ALIAS,
                            USER_PROPERTY)),
            Map.entry(Place.PUBACK, EnumSet.of(REASON_STRING, USER_PROPERTY)),
            Map.entry(Place.PUBREC, EnumSet.of(REASON_STRING, USER_PROPERTY)),
            Map.entry(Place.PUBREL, EnumSet.of(REASON_STRING, USER_PROPERTY)),
            Map.entry(Place.PUBCOMP, EnumSet.of(REASON_STRING, USER_PROPERTY)),
            Map.entry(Place.SUBSCRIBE, EnumSet.of(SUBSCRIPTION_IDENTIFIER, USER_PROPERTY)),
            Map.entry(Place.UNSUBSCRIBE, EnumSet.of(USER_PROPERTY)),
            Map.entry(
                    Place.DISCONNECT,
                    EnumSet.of(SESSION_EXPIRY_INTERVAL, SERVER_REFERENCE, REASON_STRING, USER_PROPERTY)),
            Map.entry(
                    Place.AUTH, EnumSet.of(AUTHENTICATION_METHOD, AUTHENTICATION_DATA, REASON_STRING, USER_PROPERTY)));

    @ParameterizedTest
    @EnumSource
    void aPropertyOfAnotherPacketIsRefused(Place place) {
        for (Property property : Property.values()) {
            Packet packet = decode(place, withMethod(place, property, value(property)));
            if (TABLE.get(place).contains(property)) {
                assertFalse(packet instanceof Packet.Malformed, () -> property + ": " + packet);
            } else if (place == Place.SUBSCRIBE || place == Place.UNSUBSCRIBE) {
                assertRefused(ReasonCode.MALFORMED_PACKET, 5, packet);
            } else {
                assertRefused(ReasonCode.PROTOCOL_ERROR, 5, packet); // Among them MQTT-3.3.4-6.
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPropertyThatComesTwiceIsAProtocolErrorUnlessItIsAUserProperty(Place place) {
        for (Property property : TABLE.get(place)) {
            byte[] twice = join(value(property), value(property));
            Packet packet = decode(place, withMethod(place, property, twice));
            if (property == USER_PROPERTY) {
                assertFalse(packet instanceof Packet.Malformed, () -> property + ": " + packet);
            } else {
                assertRefused(ReasonCode.PROTOCOL_ERROR, 5, packet);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPropertyThatEndsWithinItsValueIsMalformedWhereverItIs(Place place) {
        for (Property property : Property.values()) {
            byte[] value = value(property);
            for (int length = 1; length < value.length; length++) {
                Packet packet = decode(place, Arrays.copyOf(value, length));
                assertRefused(ReasonCode.MALFORMED_PACKET, 5, packet);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anUnknownIdentifierIsMalformed(Place place) {
        for (int id = 0; id < 256; id++) {
            if (Property.of(id) == null) {
                assertRefused(ReasonCode.MALFORMED_PACKET, 5, decode(place, join(oneByte(id), hex("01"))));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"17 02", "17 FF", "19 02", "21 0000", "27 00000000"})
    void valuesOutOfRangeInConnectAreProtocolErrors(String property) {
        assertRefused(ReasonCode.PROTOCOL_ERROR, 5, decode(Place.CONNECT, hex(property)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"17 00", "17 01", "19 00", "19 01", "21 0001", "22 0000", "27 00000001", "11 FFFFFFFF"})
    void theLimitsOfTheRangesAreTaken(String property) {
        Packet packet = decode(Place.CONNECT, hex(property));
        assertFalse(packet instanceof Packet.Malformed, packet::toString);
    }

    @ParameterizedTest
    @EnumSource(
            value = Place.class,
            names = {"PUBLISH", "WILL"})
    void aPayloadFormatIndicatorIs0Or1(Place place) {
        assertRefused(ReasonCode.PROTOCOL_ERROR, 5, decode(place, hex("01 02")));
        assertFalse(decode(place, hex("01 00")) instanceof Packet.Malformed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0B 8000", "0B 808000", "0B 80808080 01", "0B FFFFFFFF 7F"})
    void mqtt_1_5_5_1_aNumberOfTooManyBytesIsMalformed(String property) {
        assertRefused(ReasonCode.MALFORMED_PACKET, 5, decode(Place.SUBSCRIBE, hex(property)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0B 00"})
    void subscriptionIdentifier0IsAProtocolError(String property) {
        assertRefused(ReasonCode.PROTOCOL_ERROR, 5, decode(Place.SUBSCRIBE, hex(property)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"03 0001 FF", "03 0001 00", "26 0001 00 0000", "26 0000 0003 EDA080", "08 0001 00"})
    void mqtt_1_5_4_1_and_2_stringsThatAreNoneAreMalformed(String property) {
        assertRefused(ReasonCode.MALFORMED_PACKET, 5, decode(Place.PUBLISH, hex(property)));
    }

    private static byte[] value(Property property) {
        byte[] value =
                switch (property.type()) {
                    case BYTE -> hex("01");
                    case TWO_BYTES -> hex("0001");
                    case FOUR_BYTES -> hex("00000001");
                    case VARIABLE -> hex("8101");
                    case STRING -> string("s");
                    case BINARY -> hex("0001 00");
                    case PAIR -> join(string("name"), string("value"));
                };
        return join(oneByte(property.id()), value);
    }

    /** AUTH, and authentication data, are nothing without a method. */
    private static byte[] withMethod(Place place, Property property, byte[] wire) {
        boolean needed = property != AUTHENTICATION_METHOD
                && (place == Place.AUTH || (place == Place.CONNECT && property == AUTHENTICATION_DATA));
        return needed ? join(wire, value(AUTHENTICATION_METHOD)) : wire;
    }

    private static Packet decode(Place place, byte[] wire) {
        byte[] properties = Wire.properties(wire);
        byte[] acknowledged = join(hex("0001 00"), properties);
        return switch (place) {
            case CONNECT -> Wire.decodeFirst(Wire.connect(5, 0x02, properties, string("device")));
            case WILL ->
                Wire.decodeFirst(Wire.connect(
                        5, 0x06, Wire.properties(), string("device"), properties, string("topic"), string("payload")));
            case PUBLISH -> Wire.decode(5, packet(0x30, string("a"), properties));
            case PUBACK -> Wire.decode(5, packet(0x40, acknowledged));
            case PUBREC -> Wire.decode(5, packet(0x50, acknowledged));
            case PUBREL -> Wire.decode(5, packet(0x62, acknowledged));
            case PUBCOMP -> Wire.decode(5, packet(0x70, acknowledged));
            case SUBSCRIBE -> Wire.decode(5, packet(0x82, hex("0001"), properties, string("a"), hex("00")));
            case UNSUBSCRIBE -> Wire.decode(5, packet(0xA2, hex("0001"), properties, string("a")));
            case DISCONNECT -> Wire.decode(5, packet(0xE0, hex("00"), properties));
            case AUTH -> Wire.decode(5, packet(0xF0, hex("18"), properties));
        };
    }
}
