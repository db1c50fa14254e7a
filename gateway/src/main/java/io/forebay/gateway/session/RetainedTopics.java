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

    Search search(String filter) {
        return new Search(filter);
    }

    /**
     * Looks for the topics that match one filter, in order, in parts. Topics may be added and removed meanwhile; one that is
     * added behind where it stands is not found.
     */
    final class Search {
        private final FilterLeap leap;

        /** Where it goes on; null when it is complete. */
        private String from;

        private Search(String filter) {
            leap = new FilterLeap(filter);
            from = leap.start();
        }

        boolean isComplete() {
            return from == null;
        }

        /** Whether it would still find this topic. */
        boolean isBefore(String topic) {
            return from != null && topic.compareTo(from) >= 0 && leap.look(topic);
        }

        /**
         * Goes on until a topic is not wanted, or it is complete.
         *
         * @param max how many topics it looks at, at most
         * @return at how many it has looked
         */
        @CanIgnoreReturnValue
        int goOn(int max, Predicate<String> out) {
            boolean wanted = true;
            int looks = 0;
            while (from != null && wanted && looks < max) {
                String topic = topics.ceiling(from);
                looks++;
                if (topic == null) {
                    from = null;
                } else if (leap.look(topic)) {
                    from = topic + '\0'; // The least string behind it.
                    wanted = out.test(topic);
                } else {
                    from = leap.next();
                }
            }
            return looks;
        }
    }
}
