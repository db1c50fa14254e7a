package io.forebay.simulator.scenario;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with units, as people write them. */
public enum Quantity {
    COUNT("(\\d{1,15})()", "a whole number"),
    BYTES("(\\d{1,12}) ?(KiB|MiB|GiB|B|)", "a size such as 200, 64KiB or 4MiB"),
    RATE("(\\d{1,9}(?:\\.\\d+)?)(?:/s)?()", "a number per second such as 5000 or 5000/s"),
    SHARE("(\\d{1,6}(?:\\.\\d+)?) ?(%|)", "a share such as 50% or 0.5"),
    DURATION("(\\d{1,9}(?:\\.\\d+)?) ?(ms|s|m|h|d)", "a time such as 500ms, 30s, 5m or 24h");

    private final Pattern pattern;
    private final String what;

    Quantity(String pattern, String what) {
        this.pattern = Pattern.compile(pattern);
        this.what = what;
    }

    /** The number in its basic unit: bytes, milliseconds, per second, 1 for all. */
    public Optional<Double> parse(String text) {
        Matcher matcher = pattern.matcher(text.trim());
        return matcher.matches()
                ? Optional.of(Double.parseDouble(matcher.group(1)) * unit(matcher.group(2)))
                : Optional.empty();
    }

    private static double unit(String name) {
        return switch (name) {
            case "KiB" -> 1 << 10;
            case "MiB" -> 1 << 20;
            case "GiB" -> 1 << 30;
            case "%" -> 0.01;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 1;
        };
    }

    String expected(double min, double max) {
        return what + " from " + written(min) + " to " + written(max);
    }

    private String written(double number) {
        if (this == DURATION) {
            return number >= 3_600_000 ? plain(number / 3_600_000) + "h" : plain(number / 1_000) + "s";
        }
        return plain(number);
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : String.format(Locale.ROOT, "%s", number);
    }
}
