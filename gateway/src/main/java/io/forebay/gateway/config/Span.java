package io.forebay.gateway.config;

import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A span of time as people write it: 90s, 30m, 12h, 7d. No state. */
public final class Span {
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9})([smhd])");
    private static final Map<String, TimeUnit> UNITS =
            Map.of("s", TimeUnit.SECONDS, "m", TimeUnit.MINUTES, "h", TimeUnit.HOURS, "d", TimeUnit.DAYS);

    private Span() {}

    /** Milliseconds; empty if it is written in another way. */
    public static OptionalLong ms(String text) {
        Matcher written = WRITTEN.matcher(text);
        return written.matches()
                ? OptionalLong.of(UNITS.get(written.group(2)).toMillis(Long.parseLong(written.group(1))))
                : OptionalLong.empty();
    }
}
