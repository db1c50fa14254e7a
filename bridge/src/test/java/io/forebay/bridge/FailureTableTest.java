package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each failure that ARCHITECTURE.md lists names tests, in whatever module, and they are there. */
class FailureTableTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> MODULES = List.of("bridge", "gateway", "storage", "device-simulator");
    /** {@code Class#method}, or {@code #method} for another one of the class before. */
    private static final Pattern TEST = Pattern.compile("`([A-Za-z0-9]*)#([A-Za-z0-9_]+)`");

    private final List<String> missing = new ArrayList<>();

    private static List<String> rows(String title) throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve("ARCHITECTURE.md"));
        int section = lines.indexOf(title);
        assertTrue(section >= 0, "the section is there");
        return lines.subList(section, lines.size()).stream()
                .dropWhile(line -> !line.startsWith("|---"))
                .skip(1)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }

    @Test
    void everyFailureNamesTestsThatExist() throws IOException {
        List<String> rows = new ArrayList<>(rows("## 7 Failures"));
        rows.addAll(rows("### Fault matrix of the log"));
        for (String row : rows) {
            String[] cells = row.split("\\|", -1);
            checkTests(cells[1].trim(), cells[cells.length - 2]);
        }
        assertTrue(rows.size() > 20, "the table is read");
        assertEquals(List.of(), missing);
    }

    private void checkTests(String failure, String tests) throws IOException {
        Matcher each = TEST.matcher(tests);
        String type = "";
        int found = 0;
        while (each.find()) {
            type = each.group(1).isEmpty() ? type : each.group(1);
            found++;
            if (!exists(type, each.group(2))) {
                missing.add(failure + ": " + type + "#" + each.group(2));
            }
        }
        if (found == 0) {
            missing.add(failure + ": no test");
        }
    }

    private static boolean exists(String type, String method) throws IOException {
        Pattern declared = Pattern.compile("@(Test|ParameterizedTest)\\b(?s:.{0,2000}?)\\bvoid " + method + "\\(");
        for (String module : MODULES) {
            try (Stream<Path> files = Files.find(
                    ROOT.resolve(module).resolve("src/test/java"),
                    20,
                    (path, attributes) -> path.endsWith(type + ".java"))) {
                for (Path file : files.toList()) {
                    if (declared.matcher(Files.readString(file)).find()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
