package io.forebay.simulator;

import java.util.Locale;

/** Numbers as a person reads them, the same in every locale. */
final class Text {
    private Text() {}

    /** Thousands apart by a space: {@code 1 234 567}. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    /** Three digits of weight: {@code 0.12}, {@code 3.1}, {@code 250}. */
    static String decimal(double number) {
        String format = number < 1 ? "%.2f" : number < 100 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, format, number);
    }
}
