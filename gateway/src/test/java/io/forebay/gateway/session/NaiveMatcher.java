package io.forebay.gateway.session;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Matching as the standard words it (MQTT-4.7), level by level, and random topics and filters to compare with. No state. */
final class NaiveMatcher {
    private static final List<String> LEVELS = List.of("a", "b", "ab", "a!", "a0", "", "$SYS", "$", "ä", "b-c");

    private NaiveMatcher() {}

    static boolean matches(String filter, String topic) {
        String[] wanted = filter.split("/", -1);
        String[] found = topic.split("/", -1);
        if (topic.startsWith("$") && (wanted[0].equals("+") || wanted[0].equals("#"))) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("#")) {
                return true;
            }
            if (i == found.length || !(wanted[i].equals("+") || wanted[i].equals(found[i]))) {
                return false;
            }
        }
        return wanted.length == found.length;
    }

    static String topic(Random random) {
        String topic = IntStream.rangeClosed(0, random.nextInt(4))
                .mapToObj(level -> LEVELS.get(random.nextInt(LEVELS.size())))
                .collect(Collectors.joining("/"));
        return topic.isEmpty() ? "/" : topic;
    }

    static String filter(Random random) {
        String[] levels = topic(random).split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            if (random.nextInt(3) == 0) {
                levels[i] = "+";
            }
        }
        if (random.nextInt(3) == 0) {
            levels[levels.length - 1] = "#";
        }
        return String.join("/", levels);
    }
}
