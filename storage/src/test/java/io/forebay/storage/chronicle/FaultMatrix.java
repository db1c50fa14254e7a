package io.forebay.storage.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.chronicle.Publishers.Counts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The table "Fault matrix of the log" of ARCHITECTURE.md, with which tests compare what they have counted. No state. */
final class FaultMatrix {
    private static final String TITLE = "### Fault matrix of the log";

    private FaultMatrix() {}

    /** Each figure is what the table says: a number, or words where it may be more than none. */
    static void holds(String fault, Counts counts) throws IOException {
        System.out.println("Fault matrix: " + fault + ": " + counts);
        List<String> cells = row(fault);
        assertTrue(counts.acknowledged() > 0, "nothing was acknowledged: " + fault);
        compare(fault, "lost", cells.get(2), counts.lost());
        compare(fault, "duplicated", cells.get(3), counts.repeated() + counts.repeatedQos2());
        assertEquals(0, counts.repeatedQos2(), "QoS 2 is once, whatever happens: " + fault);
        compare(fault, "out of order", cells.get(4), counts.outOfOrder());
    }

    private static void compare(String fault, String column, String says, int counted) {
        if (says.matches("[0-9]+")) {
            assertEquals(Integer.parseInt(says), counted, fault + ", " + column);
        }
    }

    private static List<String> row(String fault) throws IOException {
        List<String> rows = Files.readAllLines(Path.of("..", "ARCHITECTURE.md")).stream()
                .dropWhile(line -> !line.equals(TITLE))
                .dropWhile(line -> !line.startsWith("|---"))
                .skip(1)
                .takeWhile(line -> line.startsWith("|"))
                .filter(line -> line.startsWith("| " + fault + " |"))
                .toList();
        assertEquals(1, rows.size(), "ARCHITECTURE.md has one row for: " + fault);
        return List.of(rows.get(0).substring(1).split("\\|", -1)).stream()
                .map(String::trim)
                .toList();
    }
}
