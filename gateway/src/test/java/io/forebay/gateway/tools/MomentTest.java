package io.forebay.gateway.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.Position;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class MomentTest {
    @ParameterizedTest
    @ValueSource(strings = {"2026-11-21T10:00:00Z", "2026-11-21 10:00:00Z", "2026-11-21T11:00:00+01:00"})
    void aTimeWithAnOffsetIsThatTime(String text) {
        assertEquals(
                Instant.parse("2026-11-21T10:00:00Z").toEpochMilli(),
                Moment.parse(text).atMs());
    }

    @Test
    void aTimeWithoutAnOffsetIsOfHere() {
        long here = LocalDateTime.of(2026, 11, 21, 10, 0)
                .atZone(ZoneId.systemDefault())
                .toInstant()
                .toEpochMilli();

        assertEquals(here, Moment.parse("2026-11-21T10:00").atMs());
        assertEquals(here - 10 * 3_600_000, Moment.parse("2026-11-21").atMs());
    }

    @Test
    void aPositionIsKnownByItsDigitsAndAMessageIdToo() {
        assertTrue(Moment.parse("0000000700000012").isPosition());
        assertEquals(
                Position.of(7, 0x12), Moment.parse("a1b2c3d4-0000000700000012").position());
    }

    @Test
    void aSpanIsSoLongAgo() {
        assertEquals(1_000_000 - 90_000, Moment.parse("90s", 1_000_000).atMs());
        assertEquals(
                10 * 86_400_000L - 7 * 86_400_000L,
                Moment.parse("7d", 10 * 86_400_000L).atMs());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000000700000012", "a1b2c3d4-0000000700000012", "2h", "2026-11-21", "2026-11-21T10:00"})
    void whatIsSaidToTheGatewayIsWhatWasTyped(String text) {
        Moment typed = Moment.parse(text);

        assertEquals(typed, Moment.parse(typed.text(), 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "2026-13-01", "00000007"})
    void anythingElseIsAMistake(String text) {
        assertThrows(TypeConversionException.class, () -> Moment.parse(text));
    }
}
