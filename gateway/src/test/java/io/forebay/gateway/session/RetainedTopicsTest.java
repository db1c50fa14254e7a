package io.forebay.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RetainedTopicsTest {
    private final RetainedTopics retained = new RetainedTopics();

    private List<String> match(String filter) {
        List<String> found = new ArrayList<>();
        retained.search(filter).goOn(Integer.MAX_VALUE, found::add);
        return found;
    }

    private void add(String... topics) {
        for (String topic : topics) {
            assertTrue(retained.add(topic));
        }
    }

    @Test
    void topicIsThereOnce() {
        assertTrue(retained.add("a"));
        assertFalse(retained.add("a"));
        assertEquals(1, retained.size());
        assertTrue(retained.remove("a"));
        assertFalse(retained.remove("a"));
        assertEquals(0, retained.size());
    }

    @Test
    void matchesComeInOrder() {
        add("b/x", "a/x", "a!/x", "a", "a/y", "a/x/1", "/x", "x");

        assertEquals(List.of("/x", "a!/x", "a/x", "b/x"), match("+/x"));
        assertEquals(List.of("a", "a/x", "a/x/1", "a/y"), match("a/#"));
        assertEquals(List.of("a", "x"), match("+"));
        assertEquals(List.of("a/x"), match("a/x"));
        assertEquals(List.of("a/x/1"), match("+/+/+"));
        assertEquals(8, match("#").size());
        assertEquals(List.of(), match("c/#"));
    }

    @Test
    void mqtt_4_7_2_1_leadingWildcardFindsNoTopicThatBeginsWithDollar() {
        add("$SYS/a", "$", "a", "!");

        assertEquals(List.of("!", "a"), match("#"));
        assertEquals(List.of("!", "a"), match("+"));
        assertEquals(List.of(), match("+/a"));
        assertEquals(List.of("$SYS/a"), match("$SYS/+"));
    }

    @Test
    void searchIsTakenUpWhereItWasLeftOff() {
        add("a/1", "a/2", "a/3", "b/1");
        List<String> found = new ArrayList<>();
        RetainedTopics.Search search = retained.search("a/+");
        search.goOn(100, topic -> found.add(topic) && found.size() < 2);
        assertEquals(List.of("a/1", "a/2"), found);

        retained.remove("a/2");
        add("a/25");
        assertTrue(search.isBefore("a/25"));
        assertFalse(search.isBefore("a/15"));
        assertFalse(search.isBefore("a/25/1"));
        search.goOn(100, found::add);

        assertEquals(List.of("a/1", "a/2", "a/25", "a/3"), found);
        assertTrue(search.isComplete());
        assertFalse(search.isBefore("a/4"));
    }

    @Test
    void topicsMayChangeWhileTheyAreShown() {
        add("a/1", "a/2", "a/3");
        List<String> found = new ArrayList<>();

        retained.search("a/+")
                .goOn(
                        100,
                        topic -> retained.remove(topic)
                                && retained.add(topic + "0")
                                && found.add(topic)
                                && found.size() < 4);

        assertEquals(List.of("a/1", "a/10", "a/100", "a/1000"), found);
    }

    @Test
    void searchThatFindsNothingStopsAllTheSame() {
        for (int i = 0; i < 1_000; i++) {
            add("in/" + i + "/x");
        }
        List<String> found = new ArrayList<>();
        RetainedTopics.Search search = retained.search("+/+/y");
        int looks = 0;
        for (int part = 0; part < 10; part++) {
            assertFalse(search.isComplete());
            looks += search.goOn(100, found::add);
            assertEquals(100 * (part + 1), looks);
        }
        search.goOn(100, found::add);

        assertTrue(search.isComplete());
        assertEquals(List.of(), found);
    }

    @Test
    void whatAFilterExcludesIsLeaptOver() {
        for (int i = 0; i < 1_000; i++) {
            add("in/" + i + "/x", "in/" + i + "/y", "out/" + i + "/x");
        }
        FilterLeap leap = new FilterLeap("in/+/y");

        assertEquals("in/", leap.start());
        assertFalse(leap.look("in/5/x"));
        assertEquals("in/5/y", leap.next());
        assertFalse(leap.look("in/5/y/z"));
        assertEquals("in/5/y0", leap.next());
        assertFalse(leap.look("in/5/z"));
        assertEquals("in/50", leap.next());
        assertFalse(leap.look("out/5/x"));
        assertEquals(null, leap.next());
        assertEquals(1_000, match("in/+/y").size());
    }

    @Test
    void randomTopicsMatchAsTheStandardWordsIt() {
        long seed = System.nanoTime();
        System.out.println("RetainedTopicsTest seed " + seed);
        Random random = new Random(seed);
        TreeSet<String> model = new TreeSet<>();
        for (int step = 0; step < 20_000; step++) {
            String topic = NaiveMatcher.topic(random);
            if (random.nextInt(3) > 0) {
                assertEquals(model.add(topic), retained.add(topic), "seed " + seed);
            } else {
                assertEquals(model.remove(topic), retained.remove(topic), "seed " + seed);
            }
            if (step % 10 == 0) {
                String filter = NaiveMatcher.filter(random);
                List<String> expected = model.stream()
                        .filter(one -> NaiveMatcher.matches(filter, one))
                        .toList();
                assertEquals(expected, match(filter), "seed " + seed + " filter " + filter);
                assertEquals(model.size(), retained.size());
            }
        }
    }
}
