package io.forebay.simulator.ledger;

import java.time.Duration;
import java.util.Locale;

/** Numbers as a person reads them, the same in every locale. */
public final class Text {
    private Text() {}

    /** Thousands apart by a space: {@code 1 234 567}. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    /** Three digits of weight: {@code 0.12}, {@code 3.1}, {@code 250}. */
    public static String decimal(double number) {
        String format = number < 1 ? "%.2f" : number < 100 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, format, number);
    }

    /** A time in the unit that suits it: {@code 850 µs}, {@code 12.3 ms}, {@code 1.2 s}. */
    public static String micros(long us) {
        if (us < 1000) {
            return us + " µs";
        }
        return us < 1_000_000 ? decimal(us / 1e3) + " ms" : decimal(us / 1e6) + " s";
    }

    /** {@code 45 s}, {@code 3 min 20 s}, {@code 5 h 07 min}. */
    public static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
        }
        return seconds / 3600 + " h " + String.format(Locale.ROOT, "%02d", seconds / 60 % 60) + " min";
    }
}
