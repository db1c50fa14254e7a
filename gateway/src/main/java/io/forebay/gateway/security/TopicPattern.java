package io.forebay.gateway.security;

/** A topic filter of the configuration, taken apart once (MQTT-4.7). Immutable. */
public final class TopicPattern {
    private static final String ANY_LEVEL = "+";
    private static final String ANY_REST = "#";

    private final String filter;
    private final String[] levels;

    /** Throws IllegalArgumentException for what is no topic filter. */
    public TopicPattern(String filter) {
        if (!isValid(filter)) {
            throw new IllegalArgumentException("topic filter '" + filter
                    + "': it must not be empty, + must fill a whole level, # must fill the last one (MQTT-4.7.1)");
        }
        this.filter = filter;
        this.levels = filter.split("/", -1);
    }

    /** Whether this is a topic filter (MQTT-4.7.1-1, -2, MQTT-4.7.3-1). */
    public static boolean isValid(String filter) {
        int length = filter.length();
        for (int i = 0; i < length; i++) {
            char c = filter.charAt(i);
            boolean wildcard = c == '#' || c == '+';
            boolean begins = i == 0 || filter.charAt(i - 1) == '/';
            boolean ends = i == length - 1 || (c == '+' && filter.charAt(i + 1) == '/');
            if (wildcard && !(begins && ends)) {
                return false;
            }
        }
        return length > 0;
    }

    /** Whether a message of this topic belongs to it. */
    public boolean matches(String topic) {
        if (sparesDollar(topic)) {
            return false;
        }
        int from = 0;
        for (String level : levels) {
            if (level.equals(ANY_REST)) {
                return true; // Also the parent level: "a/#" matches "a" (MQTT-4.7.1.2).
            }
            if (from > topic.length()) {
                return false;
            }
            int slash = topic.indexOf('/', from);
            int to = slash < 0 ? topic.length() : slash;
            boolean same = level.length() == to - from && topic.startsWith(level, from);
            if (!same && !level.equals(ANY_LEVEL)) {
                return false;
            }
            from = to + 1;
        }
        return from > topic.length();
    }

    /** Whether every topic that the other filter matches belongs to this one. */
    public boolean covers(String other) {
        if (sparesDollar(other)) {
            return false;
        }
        String[] others = other.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            if (levels[i].equals(ANY_REST)) {
                return true;
            }
            if (i == others.length || others[i].equals(ANY_REST)) {
                return false;
            }
            if (!levels[i].equals(others[i]) && !levels[i].equals(ANY_LEVEL)) {
                return false;
            }
        }
        return others.length == levels.length;
    }

    /** Whether there are topics that both this one and the other filter match. */
    public boolean overlaps(String other) {
        String[] others = other.split("/", -1);
        if (sparesDollar(other) || (filter.startsWith("$") && isWildcard(others[0]))) {
            return false;
        }
        for (int i = 0; i < levels.length && i < others.length; i++) {
            if (levels[i].equals(ANY_REST) || others[i].equals(ANY_REST)) {
                return true;
            }
            if (!levels[i].equals(others[i]) && !levels[i].equals(ANY_LEVEL) && !others[i].equals(ANY_LEVEL)) {
                return false;
            }
        }
        String[] longer = levels.length > others.length ? levels : others;
        int shorter = Math.min(levels.length, others.length);
        return longer.length == shorter || longer[shorter].equals(ANY_REST); // "a/#" matches "a" (MQTT-4.7.1.2).
    }

    private static boolean isWildcard(String level) {
        return level.equals(ANY_REST) || level.equals(ANY_LEVEL);
    }

    /** A wildcard at the beginning does not stand for topics that begin with a dollar (MQTT-4.7.2-1). */
    private boolean sparesDollar(String topic) {
        return topic.startsWith("$") && (levels[0].equals(ANY_REST) || levels[0].equals(ANY_LEVEL));
    }

    @Override
    public String toString() {
        return filter;
    }
}
