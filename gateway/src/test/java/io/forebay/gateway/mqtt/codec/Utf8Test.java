package io.forebay.gateway.mqtt.codec;

import static io.forebay.gateway.mqtt.codec.Wire.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "BF",
                "C0 80",
                "C1 BF",
                "C2",
                "C2 20",
                "E0 9F BF",
                "E0 A0",
                "E1 80 C0",
                "ED A0 80",
                "ED BF BF",
                "F0 8F BF BF",
                "F0 90 80",
                "F4 90 80 80",
                "F5 80 80 80",
                "FF",
                "FE",
                "61 62 63 64 65 66 67 68 80"
            })
    void mqtt_1_5_4_1_illFormedSequencesAreFound(String bytes) {
        assertFalse(Utf8.isValid(hex(bytes)));
        assertTrue((Utf8.scan(hex(bytes), 0, hex(bytes).length) & Utf8.ILL_FORMED) != 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "7F",
                "C2 80",
                "DF BF",
                "E0 A0 80",
                "ED 9F BF",
                "EE 80 80",
                "EF BF BF",
                "F0 90 80 80",
                "F4 8F BF BF",
                "61 62 63 64 65 66 67 68 C3 A9"
            })
    void theLimitsOfEachLengthAreWellFormed(String bytes) {
        assertTrue(Utf8.isValid(hex(bytes)));
    }

    @Test
    void mqtt_1_5_4_2_nulIsFound() {
        assertEquals(Utf8.NUL, Utf8.scan(hex("61 00 62"), 0, 3));
    }

    @Test
    void mqtt_1_5_4_3_theByteOrderMarkIsALetterLikeAnyOther() {
        assertEquals(Utf8.WIDE, Utf8.scan(hex("EF BB BF"), 0, 3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"01", "1F", "7F", "C2 80", "C2 9F", "EF B7 90", "EF B7 AF", "EF BF BE", "EF BF BF", "F0 9F BF BE"
            })
    void controlCharactersAndNonCharactersAreFound(String bytes) {
        assertTrue((Utf8.scan(hex(bytes), 0, hex(bytes).length) & Utf8.CONTROL) != 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"20", "7E", "C2 A0", "EF B7 8F", "EF B7 B0", "EF BF BD", "F0 9F BF BD"})
    void theirNeighboursAreNoControlCharacters(String bytes) {
        assertEquals(0, Utf8.scan(hex(bytes), 0, hex(bytes).length) & Utf8.CONTROL);
    }

    @Test
    void isAlwaysOfOneMindWithTheJdk() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] alphabet = hex("00 20 41 7F 80 8F 90 9F A0 BF C0 C1 C2 DF E0 E1 ED EF F0 F3 F4 F5 FF");

        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[random.nextInt(12)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = alphabet[random.nextInt(alphabet.length)];
            }
            assertEquals(
                    isValidForTheJdk(bytes),
                    Utf8.isValid(bytes),
                    () -> "seed " + seed + ", " + new String(bytes, StandardCharsets.ISO_8859_1));
        }
    }

    private static boolean isValidForTheJdk(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .limit()
                    >= 0;
        } catch (CharacterCodingException illFormed) {
            return false;
        }
    }
}
