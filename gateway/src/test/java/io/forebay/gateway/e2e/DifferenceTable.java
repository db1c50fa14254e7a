package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What is known to differ between two deliveries of the same message, and why; {@code *} stands for anything. */
final class DifferenceTable {
    private static final String ABSENT = "-";

    private record Row(Pattern sample, Pattern field, Pattern theirs, Pattern ours, String text) {
        static Row of(String line) {
            String[] columns = line.split("\t", -1);
            if (columns.length != 5 || columns[4].isBlank()) {
                throw new IllegalStateException("not five columns: " + line);
            }
            return new Row(pattern(columns[0]), pattern(columns[1]), pattern(columns[2]), pattern(columns[3]), line);
        }

        private static Pattern pattern(String text) {
            StringBuilder regex = new StringBuilder();
            for (String part : text.split("\\*", -1)) {
                regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
            }
            return Pattern.compile(regex.toString());
        }

        boolean explains(String name, String which, String their, String our) {
            return sample.matcher(name).matches()
                    && field.matcher(which).matches()
                    && theirs.matcher(their).matches()
                    && ours.matcher(our).matches();
        }
    }

    private final List<Row> rows;
    private final List<Row> unused;
    private final Set<String> unexplained = new TreeSet<>();

    DifferenceTable(String resource) throws IOException {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(DifferenceTable.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
            rows = reader.lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .map(Row::of)
                    .toList();
        }
        unused = new ArrayList<>(rows);
    }

    void compare(String sample, Map<String, String> theirs, Map<String, String> ours) {
        Set<String> fields = new TreeSet<>(theirs.keySet());
        fields.addAll(ours.keySet());
        for (String field : fields) {
            String their = theirs.getOrDefault(field, ABSENT);
            String our = ours.getOrDefault(field, ABSENT);
            if (!their.equals(our)) {
                List<Row> found = rows.stream()
                        .filter(row -> row.explains(sample, field, their, our))
                        .toList();
                unused.removeAll(found);
                if (found.isEmpty()) {
                    unexplained.add(String.join("\t", sample, field, their, our));
                }
            }
        }
    }

    /** Every difference is in the table, and everything in the table is a difference. */
    void check() {
        assertEquals("", String.join("\n", unexplained), "differences without an explanation");
        assertEquals(List.of(), unused.stream().map(Row::text).toList(), "explanations without a difference");
    }
}
