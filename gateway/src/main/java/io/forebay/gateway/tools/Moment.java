package io.forebay.gateway.tools;

import io.forebay.gateway.config.Span;
import io.forebay.storage.Position;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.OptionalLong;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where something begins or ends, as somebody types it: a position of the log, or a time. All commands read it here.
 *
 * @param position -1 if it is a time
 * @param atMs milliseconds since 1970, if it is one
 */
record Moment(long position, long atMs) {
    /** For the help of each command that takes one. */
    static final String TIMES =
            "%nTIME is 2026-11-21T10:00:00Z, or 2026-11-21T10:00 or 2026-11-21 in the time zone of this"
                    + " machine, or a span for so long ago: 90s, 30m, 2h, 7d.";

    /** The same. */
    static final String POSITIONS =
            "POSITION is the sixteen hexadecimal digits at which a message stands in the log, or its message-id.";

    private static final long TIME = -1;

    boolean isPosition() {
        return position != TIME;
    }

    static Moment parse(String text) {
        return parse(text, System.currentTimeMillis());
    }

    static Moment parse(String text, long nowMs) {
        try {
            return new Moment(Position.parse(text), 0);
        } catch (IllegalArgumentException time) {
            OptionalLong ago = Span.ms(text);
            return new Moment(
                    TIME,
                    ago.isPresent() ? nowMs - ago.getAsLong() : instant(text).toEpochMilli());
        }
    }

    /** With Z or an offset, or without and then of here; a date is its first moment. */
    private static Instant instant(String text) {
        try {
            if (text.length() <= 10) {
                return LocalDate.parse(text)
                        .atStartOfDay(ZoneId.systemDefault())
                        .toInstant();
            }
            String iso = text.replace(' ', 'T');
            return iso.matches(".*(Z|[+-]\\d\\d:?\\d\\d)")
                    ? OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.parse(iso).atZone(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeException none) {
            throw new TypeConversionException("'" + text + "' is neither a time as in 2026-11-21T10:00:00Z or"
                    + " 2026-11-21T10:00:00 (here) or 2026-11-21 or 2h (ago), nor a position of sixteen hexadecimal"
                    + " digits.");
        }
    }

    /** Whether what stands at a position and arrived at a time is not before this. */
    boolean isReachedBy(long otherPosition, long arrivedAtMs) {
        return isPosition() ? otherPosition >= position : arrivedAtMs >= atMs;
    }

    /** As {@link #parse} reads it anywhere and at any time. */
    String text() {
        return isPosition() ? Position.text(position) : text(atMs);
    }

    static String text(long atMs) {
        return Instant.ofEpochMilli(atMs).toString();
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<Moment> {
        @Override
        public Moment convert(String text) {
            return parse(text);
        }
    }
}
