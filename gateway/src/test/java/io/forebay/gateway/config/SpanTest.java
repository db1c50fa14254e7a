package io.forebay.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpanTest {
    @ParameterizedTest
    @CsvSource({"0s, 0", "90s, 90000", "30m, 1800000", "12h, 43200000", "7d, 604800000", "999999999d, 86399999913600000"
    })
    void aNumberWithItsUnitIsSoManyMilliseconds(String text, long ms) {
        assertEquals(ms, Span.ms(text).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9", "s", "90 s", "-1s", "1w", "1h30m", "1234567890s", "1s\n"})
    void anythingElseIsNone(String text) {
        assertTrue(Span.ms(text).isEmpty());
    }
}
