package io.forebay.gateway.session;

/**
 * Compares topics with one filter, and says where in their order the next one may be that matches. Owned by one search.
 */
final class FilterLeap {
    /** The least string behind all that begin with a level's text and a slash is that text and this. */
    private static final char AFTER_SLASH = '/' + 1;

    private static final String AFTER_HIDDEN = Character.toString('$' + 1);

    private final String filter;
    private String next;

    FilterLeap(String filter) {
        this.filter = filter;
    }

    /** Before every topic that may match: the filter up to its first wildcard. */
    String start() {
        int plus = filter.indexOf('+');
        int hash = filter.indexOf('#');
        if (plus < 0 && hash < 0) {
            return filter;
        }
        int wildcard = plus < 0 ? hash : hash < 0 ? plus : Math.min(plus, hash);
        // The parent level of a/# is a.
        return filter.substring(0, wildcard == hash ? Math.max(0, wildcard - 1) : wildcard);
    }

    /** Where the next topic that may match stands at the earliest, after one that did not; null if there is none. */
    String next() {
        return next;
    }

    /** @return whether it matches; if not, {@link #next} says where to look */
    boolean look(String topic) {
        boolean wildAtFirst = filter.startsWith("+") || filter.startsWith("#");
        if (wildAtFirst && topic.startsWith("$")) {
            // MQTT-4.7.2-1
            return miss(AFTER_HIDDEN);
        }
        int inFilter = 0;
        int inTopic = 0;
        while (inFilter <= filter.length()) {
            int filterEnd = TopicLevels.end(filter, inFilter);
            if (is('#', inFilter, filterEnd)) {
                return true;
            }
            if (inTopic > topic.length()) {
                // Levels are missing: those that have them come later.
                return miss(topic + '\0');
            }
            int topicEnd = TopicLevels.end(topic, inTopic);
            if (!is('+', inFilter, filterEnd) && !sameLevel(filterEnd, inFilter, topic, inTopic, topicEnd)) {
                return miss(afterOtherLevel(topic, inTopic, filter.substring(inFilter, filterEnd)));
            }
            inFilter = filterEnd + 1;
            inTopic = topicEnd + 1;
        }
        return inTopic > topic.length() || miss(topic.substring(0, inTopic - 1) + AFTER_SLASH);
    }

    private boolean miss(String leapTo) {
        next = leapTo;
        return false;
    }

    private boolean is(char wildcard, int from, int to) {
        return to - from == 1 && filter.charAt(from) == wildcard;
    }

    private boolean sameLevel(int filterEnd, int inFilter, String topic, int inTopic, int topicEnd) {
        int length = filterEnd - inFilter;
        return topicEnd - inTopic == length && filter.regionMatches(inFilter, topic, inTopic, length);
    }

    /** Where to look after {@code topic}, which has another level than the wanted one at {@code from}. */
    private static String afterOtherLevel(String topic, int from, String wanted) {
        String alone = topic.substring(0, from) + wanted;
        if (alone.compareTo(topic) > 0) {
            return alone;
        }
        // Other levels that begin like the wanted one may stand between it alone and it with more levels.
        String withMore = alone + '/';
        if (withMore.compareTo(topic) > 0) {
            return withMore;
        }
        return from == 0 ? null : topic.substring(0, from - 1) + AFTER_SLASH;
    }
}
