package io.forebay.gateway.mqtt.codec;

import static io.forebay.gateway.mqtt.codec.Wire.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PropertiesTest {
    private static final Properties ALL_TYPES = Properties.builder()
            .number(Property.PAYLOAD_FORMAT_INDICATOR, 1)
            .number(Property.MESSAGE_EXPIRY_INTERVAL, 0xFFFF_FFFEL)
            .userProperty("k", "é")
            .number(Property.TOPIC_ALIAS, 65_535)
            .number(Property.SUBSCRIPTION_IDENTIFIER, 268_435_455)
            .text(Property.CONTENT_TYPE, "text")
            .binary(Property.CORRELATION_DATA, hex("00FF"))
            .userProperty("k", "")
            .build();

    @Test
    void areWrittenInTheOrderGiven() {
        assertArrayEquals(
                hex("01 01 02 FFFFFFFE 26 0001 6B 0002 C3A9 23 FFFF 0B FFFFFF7F 03 0004 74657874 09 0002 00FF"
                        + "26 0001 6B 0000"),
                ALL_TYPES.wire());
    }

    @Test
    void valuesAreFoundWhereverTheyAre() {
        assertEquals(1, ALL_TYPES.number(Property.PAYLOAD_FORMAT_INDICATOR, 0));
        assertEquals(0xFFFF_FFFEL, ALL_TYPES.number(Property.MESSAGE_EXPIRY_INTERVAL, 0));
        assertEquals(65_535, ALL_TYPES.number(Property.TOPIC_ALIAS, 0));
        assertEquals(268_435_455, ALL_TYPES.number(Property.SUBSCRIPTION_IDENTIFIER, 0));
        assertEquals("text", ALL_TYPES.text(Property.CONTENT_TYPE));
        assertArrayEquals(hex("00FF"), ALL_TYPES.binary(Property.CORRELATION_DATA));
        assertTrue(ALL_TYPES.has(Property.USER_PROPERTY));
    }

    @Test
    void whatIsNotThereIsToldApart() {
        assertEquals(-1, ALL_TYPES.number(Property.RECEIVE_MAXIMUM, -1));
        assertNull(ALL_TYPES.text(Property.RESPONSE_TOPIC));
        assertNull(ALL_TYPES.binary(Property.AUTHENTICATION_DATA));
        assertFalse(Properties.NONE.has(Property.USER_PROPERTY));
    }

    @Test
    void everyVariableByteIntegerComesBack() {
        for (int value : new int[] {0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455}) {
            Properties properties = Properties.builder()
                    .number(Property.SUBSCRIPTION_IDENTIFIER, value)
                    .build();
            assertArrayEquals(Wire.join(hex("0B"), Wire.variable(value)), properties.wire());
            assertEquals(value, properties.number(Property.SUBSCRIPTION_IDENTIFIER, -1));
        }
    }

    @Test
    void withoutLeavesTheOthersInOrder() {
        Properties without = ALL_TYPES.without(Property.USER_PROPERTY, Property.TOPIC_ALIAS);

        assertArrayEquals(hex("01 01 02 FFFFFFFE 0B FFFFFF7F 03 0004 74657874 09 0002 00FF"), without.wire());
        assertSame(without, without.without(Property.TOPIC_ALIAS));
        assertSame(
                Properties.NONE,
                Properties.builder().userProperty("a", "b").build().without(Property.USER_PROPERTY));
    }

    @Test
    void allAppendsWhatExists() {
        Properties twice = Properties.builder().all(ALL_TYPES).all(ALL_TYPES).build();
        assertArrayEquals(Wire.join(ALL_TYPES.wire(), ALL_TYPES.wire()), twice.wire());
        assertSame(Properties.NONE, Properties.builder().all(Properties.NONE).build());
    }

    @Test
    void valuesThatDoNotFitAreRefused() {
        Properties.Builder builder = Properties.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.number(Property.TOPIC_ALIAS, 65_536));
        assertThrows(IllegalArgumentException.class, () -> builder.number(Property.TOPIC_ALIAS, -1));
        assertThrows(IllegalArgumentException.class, () -> builder.number(Property.CONTENT_TYPE, 1));
        assertThrows(IllegalArgumentException.class, () -> builder.text(Property.TOPIC_ALIAS, "1"));
        assertThrows(IllegalArgumentException.class, () -> builder.text(Property.REASON_STRING, "x".repeat(65_536)));
    }

    @Test
    void aRefusedValueLeavesNothingBehind() {
        Properties.Builder builder = Properties.builder().number(Property.TOPIC_ALIAS, 1);
        assertThrows(IllegalArgumentException.class, () -> builder.number(Property.TOPIC_ALIAS, 65_536));
        assertThrows(IllegalArgumentException.class, () -> builder.userProperty("a", "x".repeat(65_536)));
        assertArrayEquals(hex("23 0001"), builder.build().wire());
    }

    @Test
    void theirTextNamesNoValues() {
        assertFalse(ALL_TYPES.toString().contains("text"));
        assertTrue(ALL_TYPES.toString().contains("USER_PROPERTY"));
    }
}
