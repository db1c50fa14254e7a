package io.forebay.gateway.security;

import java.util.List;

/**
 * Topics that nobody may publish, or nobody may subscribe to. A topic is denied if one of the filters matches it. A
 * subscription is refused if it could bring denied topics only; a wider one is granted, and denied topics are left out
 * of what it delivers. Immutable.
 */
public final class DenyList {
    public static final DenyList NONE = new DenyList(List.of());

    private final TopicPattern[] denied;

    /** @param filters throws IllegalArgumentException if one of them is no topic filter */
    public DenyList(List<String> filters) {
        denied = filters.stream().map(TopicPattern::new).toArray(TopicPattern[]::new);
    }

    public boolean deniesTopic(String topic) {
        for (TopicPattern pattern : denied) {
            if (pattern.matches(topic)) {
                return true;
            }
        }
        return false;
    }

    /** @param filter without {@code $share/group/} */
    public boolean deniesFilter(String filter) {
        for (TopicPattern pattern : denied) {
            if (pattern.covers(filter)) {
                return true;
            }
        }
        return false;
    }
}
