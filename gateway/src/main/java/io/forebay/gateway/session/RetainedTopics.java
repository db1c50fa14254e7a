package io.forebay.gateway.session;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which topics have a retained message, in order, so that those that match a filter are found without walking over what it
 * excludes, and a long search can be left off and taken up again. Owned by the thread of the sessions.
 *
 * <p>In the order of strings, topics with a common beginning stand together. A search looks at the first topic that may
 * match, learns from it which are the next ones that may, and leaps there: over a subtree that a level of the filter
 * excludes, in one step.
 */
final class RetainedTopics {
    private final NavigableSet<String> topics = new TreeSet<>();

    /** @return whether it is new */
    @CanIgnoreReturnValue
    boolean add(String topic) {
        return topics.add(topic);
    }

    /** @return whether it was there */
    @CanIgnoreReturnValue
    boolean remove(String topic) {
        return topics.remove(topic);
    }

    int size() {
        return topics.size();
    }

    /** Shows all topics that match, in order, until one is not wanted. Topics may be added and removed meanwhile. */
    void match(String filter, Predicate<String> out) {
        matchFrom("", filter, out);
    }

    /** The same from {@code first} on, for a search that was left off there. */
    void matchFrom(String first, String filter, Predicate<String> out) {
        FilterLeap leap = new FilterLeap(filter);
        String start = leap.start();
        String topic = topics.ceiling(first.compareTo(start) > 0 ? first : start);
        while (topic != null) {
            boolean matches = leap.look(topic);
            if (matches && !out.test(topic)) {
                return;
            }
            String next = leap.next();
            topic = matches ? topics.higher(topic) : next == null ? null : topics.ceiling(next);
        }
    }
}
