package io.forebay.simulator.scenario;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A text with placeholders such as {@code ${sine 20 5 60s}}, taken apart. Immutable.
 *
 * @param parts literal texts and fields, in order
 */
public record Template(List<Part> parts) {
    /** What can stand in a placeholder, with the arguments it takes. */
    public enum Field {
        LITERAL(""),
        /** Number of the message within its topic, from 0. */
        COUNTER(""),
        DEVICE(""),
        TOPIC(""),
        /** ISO 8601, by the clock of the device, which may be wrong. */
        TIMESTAMP(""),
        /** Milliseconds since 1970, by the same clock. */
        MILLIS(""),
        SINE("middle amplitude period"),
        /** Begins at the first number and moves by up to the second, kept between the third and the fourth. */
        WALK("start step min max"),
        RANDOM("min max");

        private final String arguments;

        Field(String arguments) {
            this.arguments = arguments;
        }

        int count() {
            return arguments.isEmpty() ? 0 : arguments.split(" ").length;
        }

        private String spelled() {
            return "${" + name().toLowerCase(Locale.ROOT) + (arguments.isEmpty() ? "" : " ") + arguments + "}";
        }
    }

    /**
     * @param field what it is
     * @param text of a LITERAL
     * @param numbers the arguments; a period in seconds
     */
    public record Part(Field field, String text, List<Double> numbers) {}

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)\\}");

    public Template {
        parts = List.copyOf(parts);
    }

    public static Template of(String text) {
        List<Part> parts = new ArrayList<>();
        Matcher placeholder = PLACEHOLDER.matcher(text);
        int end = 0;
        while (placeholder.find()) {
            parts.add(new Part(Field.LITERAL, text.substring(end, placeholder.start()), List.of()));
            parts.add(parse(placeholder.group(1)).orElseThrow(() -> new IllegalArgumentException(text)));
            end = placeholder.end();
        }
        parts.add(new Part(Field.LITERAL, text.substring(end), List.of()));
        return new Template(parts);
    }

    static Optional<String> mistakeIn(String text) {
        Matcher placeholder = PLACEHOLDER.matcher(text);
        while (placeholder.find()) {
            if (parse(placeholder.group(1)).isEmpty()) {
                return Optional.of("has a placeholder " + placeholder.group() + "; known are "
                        + Stream.of(Field.values()).skip(1).map(Field::spelled).collect(Collectors.joining(", ")));
            }
        }
        return Optional.empty();
    }

    private static Optional<Part> parse(String inner) {
        List<String> words = Arrays.asList(inner.trim().split("\\s+"));
        for (Field field : Field.values()) {
            if (field != Field.LITERAL
                    && field.name().equalsIgnoreCase(words.get(0))
                    && field.count() == words.size() - 1) {
                List<Double> numbers = new ArrayList<>();
                for (String word : words.subList(1, words.size())) {
                    number(word).ifPresent(numbers::add);
                }
                return numbers.size() == field.count() ? Optional.of(new Part(field, "", numbers)) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<Double> number(String word) {
        if (word.matches("-?\\d{1,15}(\\.\\d{1,15})?")) {
            return Optional.of(Double.parseDouble(word));
        }
        return Quantity.DURATION.parse(word).map(ms -> ms / 1000);
    }
}
