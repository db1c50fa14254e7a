package io.forebay.gateway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the tables of normative statements and the tests together. */
class ConformanceTableTest {
    /** How many statements each section has; where numbering does not begin with 1, the first number. */
    private static final String SECTIONS_5 =
            "1.5.4 3, 1.5.5 1, 1.5.7 1, 2.1.3 1, 2.2.1 2-6, 2.2.2 1, 3.1.0 2, 3.1.2 30,"
                    + " 3.1.3 12, 3.1.4 6, 3.2.0 2, 3.2.2 22, 3.3.1 13, 3.3.2 20, 3.3.4 10, 3.4.2 3, 3.5.2 3, 3.6.1 1, 3.6.2 3,"
                    + " 3.7.2 3, 3.8.1 1, 3.8.3 5, 3.8.4 8, 3.9.2 2, 3.9.3 2, 3.10.1 1, 3.10.2 2, 3.10.4 6, 3.11.2 2, 3.11.3 2,"
                    + " 3.12.4 1, 3.14.0 1, 3.14.1 1, 3.14.2 4, 3.14.4 3, 3.15.1 1, 3.15.2 3, 4.1.0 2, 4.2 1, 4.3.1 1, 4.3.2 5,"
                    + " 4.3.3 13, 4.4.0 2, 4.5.0 2, 4.6.0 6, 4.7.0 1, 4.7.1 2, 4.7.2 1, 4.7.3 4, 4.8.2 6, 4.9.0 3, 4.12.0 7,"
                    + " 4.12.1 2, 4.13.1 1, 4.13.2 1, 6.0.0 4";

    private static final String SECTIONS_311 =
            "1.5.3 3, 2.2.2 2, 2.3.1 7, 3.1.0 2, 3.1.2 24, 3.1.3 11, 3.1.4 5, 3.2.0 1,"
                    + " 3.2.2 6, 3.3.1 12, 3.3.2 3, 3.3.4 1, 3.3.5 2, 3.6.1 1, 3.8.1 1, 3.8.3 4, 3.8.4 6, 3.9.3 2, 3.10.1 1,"
                    + " 3.10.3 2, 3.10.4 6, 3.12.4 1, 3.14.1 1, 3.14.4 3, 4.1.0 2, 4.3.1 1, 4.3.2 2, 4.3.3 2, 4.4.0 1, 4.5.0 2,"
                    + " 4.6.0 6, 4.7.1 3, 4.7.2 1, 4.7.3 4, 4.8.0 2, 6.0.0 4, 7.0.0 2, 7.1.1 1, 7.1.2 1";

    /** One statement: whom it binds, what it demands, and the tests that show it or, after a dash, why none does. */
    private record Row(String id, String binds, String demand, String evidence) {
        boolean isTested() {
            return !evidence.startsWith("- ");
        }
    }

    @Test
    void everyStatementOfMqtt5IsListedInOrder() throws Exception {
        assertEquals(ids(SECTIONS_5), rows("mqtt5.tsv").stream().map(Row::id).toList());
    }

    @Test
    void everyStatementOfMqtt311IsListedInOrder() throws Exception {
        assertEquals(
                ids(SECTIONS_311), rows("mqtt311.tsv").stream().map(Row::id).toList());
    }

    @Test
    void rowsAreComplete() throws Exception {
        for (String table : List.of("mqtt5.tsv", "mqtt311.tsv")) {
            for (Row row : rows(table)) {
                assertTrue(List.of("server", "client", "both").contains(row.binds), row.toString());
                assertNotEquals("", row.demand, row.toString());
                assertTrue(row.isTested() || row.evidence.length() > 10, row.toString());
            }
        }
    }

    @Test
    void theTableOfMqtt5NamesExactlyTheTestsThatClaimIt() throws Exception {
        assertSameTests("mqtt5.tsv", test -> {
            Mqtt5 claim = test.getAnnotation(Mqtt5.class);
            return claim == null ? List.of() : List.of(claim.value());
        });
    }

    @Test
    void theTableOfMqtt311NamesExactlyTheTestsThatClaimIt() throws Exception {
        assertSameTests("mqtt311.tsv", test -> {
            Mqtt311 claim = test.getAnnotation(Mqtt311.class);
            return claim == null ? List.of() : List.of(claim.value());
        });
    }

    /** A test that carries a statement in its name shows that statement of one version at least. */
    @Test
    void namesAndClaimsAgree() throws Exception {
        for (Method test : tests()) {
            if (test.getName().startsWith("mqtt_")) {
                List<String> claims = new ArrayList<>();
                Mqtt5 five = test.getAnnotation(Mqtt5.class);
                Mqtt311 three = test.getAnnotation(Mqtt311.class);
                claims.addAll(five == null ? List.of() : List.of(five.value()));
                claims.addAll(three == null ? List.of() : List.of(three.value()));
                boolean named = claims.stream().anyMatch(id -> test.getName()
                        .startsWith("mqtt_" + id.replace('.', '_').replace('-', '_') + '_'));
                assertTrue(named, test + " claims " + claims);
            }
        }
    }

    private static void assertSameTests(String table, Function<Method, List<String>> claimsOf) throws Exception {
        Map<String, TreeSet<String>> claimed = new TreeMap<>();
        for (Method test : tests()) {
            for (String id : claimsOf.apply(test)) {
                claimed.computeIfAbsent(id, key -> new TreeSet<>())
                        .add(test.getDeclaringClass().getSimpleName() + '#' + test.getName());
            }
        }
        Map<String, TreeSet<String>> listed = new TreeMap<>();
        for (Row row : rows(table)) {
            if (row.isTested()) {
                listed.put(row.id, new TreeSet<>(List.of(row.evidence.split(" ", -1))));
            }
        }
        assertEquals(claimed, listed);
    }

    /** Those of this package, and those of the connection's own tests that claim a statement. */
    private static Collection<Method> tests() throws IOException, URISyntaxException, ClassNotFoundException {
        Path directory = Path.of(ConformanceTableTest.class
                        .getResource("ConformanceTableTest.class")
                        .toURI())
                .getParent();
        List<Method> tests = new ArrayList<>();
        for (Method method : methods(directory, "conformance")) {
            if (claims(method) || method.getName().startsWith("mqtt_")) {
                tests.add(method);
            }
        }
        for (Method method : methods(directory.resolveSibling("mqtt"), "mqtt")) {
            if (claims(method)) {
                tests.add(method);
            }
        }
        return tests;
    }

    private static boolean claims(Method method) {
        return method.isAnnotationPresent(Mqtt5.class) || method.isAnnotationPresent(Mqtt311.class);
    }

    private static List<Method> methods(Path directory, String subpackage) throws IOException, ClassNotFoundException {
        List<Method> methods = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith("IT.class")).toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                methods.addAll(List.of(Class.forName("io.forebay.gateway." + subpackage + '.' + name)
                        .getDeclaredMethods()));
            }
        }
        return methods;
    }

    private static List<String> ids(String sections) {
        List<String> ids = new ArrayList<>();
        for (String section : sections.split(", ?", -1)) {
            String[] parts = section.strip().split(" ", -1);
            String[] range = parts[1].split("-", -1);
            int first = range.length == 2 ? Integer.parseInt(range[0]) : 1;
            int last = Integer.parseInt(range[range.length - 1]);
            for (int number = first; number <= last; number++) {
                ids.add(parts[0] + '-' + number);
            }
        }
        return ids;
    }

    private static List<Row> rows(String table) throws IOException {
        InputStream resource = ConformanceTableTest.class.getResourceAsStream("/conformance/" + table);
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .map(columns -> new Row(columns[0], columns[1], columns[2], columns[3]))
                    .toList();
        }
    }
}
