package io.forebay.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubscriptionIndexTest {
    private final SubscriptionIndex<Subscriber> index = new SubscriptionIndex<>();

    /** Equal by its name; a later edition takes the place of an earlier one. */
    private record Subscriber(String name, int edition) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Subscriber subscriber && subscriber.name.equals(name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    private static Subscriber subscriber(String name) {
        return new Subscriber(name, 0);
    }

    @CanIgnoreReturnValue
    private boolean add(String filter) {
        return index.add(filter, subscriber(filter));
    }

    private List<String> match(String topic) {
        List<String> found = new ArrayList<>();
        index.match(topic, subscriber -> found.add(subscriber.name));
        assertEquals(!found.isEmpty(), index.matchesAny(topic), topic);
        found.sort(null);
        return found;
    }

    @ParameterizedTest
    @CsvSource({
        "sport/tennis/player1/#, sport/tennis/player1, true",
        "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
        "sport/tennis/player1/#, sport/tennis/player12, false",
        "sport/#, sport, true",
        "#, any/thing, true",
        "#, /, true",
        "+, finance, true",
        "+, /finance, false",
        "/+, /finance, true",
        "+/+, /finance, true",
        "+/tennis/#, sport/tennis, true",
        "sport/+, sport, false",
        "sport/+, sport/, true",
        "sport+, sport+, true",
        "a//b, a//b, true",
        "a//b, a/b, false",
        "a/+/b, a//b, true",
        "a/, a, false",
        "a, a/, false",
        "a/#, a/, true",
        "/#, /, true",
        "/#, a, false",
        "ACCOUNTS, Accounts, false",
    })
    void mqtt_4_7_wildcardsMatchWholeLevels(String filter, String topic, boolean matches) {
        add(filter);

        assertEquals(matches ? List.of(filter) : List.of(), match(topic));
    }

    @Test
    void mqtt_4_7_2_1_leadingWildcardMatchesNoTopicThatBeginsWithDollar() {
        for (String filter : List.of("#", "+", "+/#", "+/monitor/Clients", "$SYS/#", "$SYS/monitor/+", "$SYS")) {
            assertTrue(add(filter));
        }

        assertEquals(List.of("$SYS/#", "$SYS/monitor/+"), match("$SYS/monitor/Clients"));
        assertEquals(List.of("$SYS", "$SYS/#"), match("$SYS"));
        assertEquals(List.of(), match("$other"));
        assertEquals(List.of("#", "+/#"), match("a/$SYS"));
    }

    @Test
    void eachFilterThatMatchesShowsItsValueOnce() {
        Subscriber one = subscriber("one");
        assertTrue(index.add("a/b", one));
        assertTrue(index.add("a/+", one));
        assertTrue(index.add("a/#", one));
        assertTrue(index.add("a/#", subscriber("two")));

        assertEquals(List.of("one", "one", "one", "two"), match("a/b"));
        assertEquals(4, index.size());
    }

    @ParameterizedTest
    @CsvSource({"a/b", "a/+", "a/#"})
    void equalValueTakesThePlaceOfTheEarlierOne(String filter) {
        for (int others = 0; others < 20; others++) {
            assertTrue(index.add(filter, new Subscriber("x", 1)));
            assertFalse(index.add(filter, new Subscriber("x", 2)));

            List<Integer> editions = new ArrayList<>();
            index.match("a/b", subscriber -> editions.add(subscriber.edition));
            assertEquals(others + 1, editions.size());
            assertEquals(1, editions.stream().filter(edition -> edition == 2).count());
            assertEquals(0, editions.stream().filter(edition -> edition == 1).count());

            assertTrue(index.remove(filter, new Subscriber("x", 3)));
            assertFalse(index.remove(filter, new Subscriber("x", 3)));
            assertTrue(index.add(filter, new Subscriber("other" + others, 0)));
        }
        assertEquals(20, index.size());
    }

    @Test
    void whatIsNotThereIsNotRemoved() {
        add("a/b");
        add("a/+/c");

        for (String filter : List.of("a", "a/b/c", "a/+", "a/+/c/d", "a/+/c/#", "#", "+", "b")) {
            assertFalse(index.remove(filter, subscriber(filter)), filter);
        }
        assertFalse(index.remove("a/b", subscriber("other")));
        assertEquals(2, index.size());
    }

    @Test
    void longestTopicOfNothingButSlashesNeedsNoDeepStack() {
        String slashes = "/".repeat(65_535);
        add("+/".repeat(32_767) + "+");
        add("/".repeat(65_533) + "/#");
        add("+" + "/".repeat(65_535) + "+");
        add("/".repeat(65_533) + "+/x");

        assertEquals(2, match(slashes).size());
        assertEquals(1, match("/".repeat(32_767)).size());
        assertTrue(index.remove("/".repeat(65_533) + "/#", subscriber("/".repeat(65_533) + "/#")));
        assertEquals(1, match(slashes).size());
    }

    @Test
    void randomChangesMatchAsTheStandardWordsIt() {
        long seed = System.nanoTime();
        System.out.println("SubscriptionIndexTest seed " + seed);
        Random random = new Random(seed);
        Map<String, Set<String>> model = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            String filter = random.nextBoolean() ? NaiveMatcher.filter(random) : NaiveMatcher.topic(random);
            String name = "s" + random.nextInt(step % 4_000 < 2_000 ? 12 : 2);
            Set<String> names = model.computeIfAbsent(filter, unknown -> new HashSet<>());
            if (random.nextInt(step % 4_000 < 2_000 ? 3 : 2) > 0) {
                assertEquals(names.add(name), index.add(filter, subscriber(name)), "seed " + seed);
            } else {
                assertEquals(names.remove(name), index.remove(filter, subscriber(name)), "seed " + seed);
            }
            if (step % 10 == 0) {
                checkOne(model, NaiveMatcher.topic(random), "seed " + seed + " step " + step);
            }
        }
        model.forEach((filter, names) -> names.forEach(name -> index.remove(filter, subscriber(name))));
        assertEquals(0, index.size());
        assertEquals(List.of(), match("a/b"));
    }

    private void checkOne(Map<String, Set<String>> model, String topic, String run) {
        List<String> expected = new ArrayList<>();
        model.forEach((filter, names) -> {
            if (NaiveMatcher.matches(filter, topic)) {
                expected.addAll(names);
            }
        });
        expected.sort(null);
        assertEquals(expected, match(topic), run + " topic " + topic);
        assertEquals(model.values().stream().mapToInt(Set::size).sum(), index.size(), run);
    }

    @Test
    void whatStaysIsFoundByOtherThreadsWhileAllAroundItChanges() {
        long seed = System.nanoTime();
        System.out.println("SubscriptionIndexTest seed " + seed);
        Random random = new Random(seed);
        List<String> topics = List.of("a/b", "ab/a0/b", "b", "a//b");
        for (String filter : List.of("a/b", "+/b", "ab/+/b", "+", "a/+/b", "a/#")) {
            index.add(filter, subscriber("stays"));
        }
        Map<String, Integer> expected = new HashMap<>();
        topics.forEach(topic -> expected.put(topic, match(topic).size()));
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                topics.forEach(topic -> assertEquals(expected.get(topic), staying(topic), topic + " seed " + seed));
                topics.forEach(topic -> assertTrue(index.matchesAny(topic), topic));
            }
        });
        for (int step = 0; step < 200_000; step++) {
            String filter = NaiveMatcher.filter(random);
            Subscriber passing = subscriber("s" + random.nextInt(20));
            boolean unused = random.nextBoolean() ? index.add(filter, passing) : index.remove(filter, passing);
        }
        done.set(true);
        reader.join();
    }

    private int staying(String topic) {
        int[] count = {0};
        index.match(topic, subscriber -> count[0] += subscriber.name.equals("stays") ? 1 : 0);
        return count[0];
    }
}
