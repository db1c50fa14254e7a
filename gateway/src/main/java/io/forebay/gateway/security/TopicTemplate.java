package io.forebay.gateway.security;

import java.util.Optional;

/**
 * A topic filter of a rule, in which a level may be {@code %c}, the client id, or {@code %u}, the user. Such a level stands for
 * exactly one level: for a client id or user that is none, because it has a slash or a wildcard, it stands for nothing.
 * Immutable.
 */
final class TopicTemplate {
    private static final String CLIENT = "%c";
    private static final String USER = "%u";

    private final String filter;
    /** Null if there is something to fill in. */
    private final TopicPattern fixed;

    /** Throws IllegalArgumentException for what is no topic filter. */
    TopicTemplate(String filter) {
        this.filter = filter;
        TopicPattern pattern = new TopicPattern(filter);
        boolean filled = false;
        for (String level : filter.split("/", -1)) {
            boolean placeholder = level.equals(CLIENT) || level.equals(USER);
            if (!placeholder && (level.contains(CLIENT) || level.contains(USER))) {
                throw new IllegalArgumentException("topic '" + filter + "': %c and %u must fill a whole level");
            }
            filled |= placeholder;
        }
        fixed = filled ? null : pattern;
    }

    /** @return empty if it stands for no topic of this subject */
    Optional<TopicPattern> of(AccessSubject subject) {
        if (fixed != null) {
            return Optional.of(fixed);
        }
        String[] levels = filter.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            if (levels[i].equals(CLIENT) || levels[i].equals(USER)) {
                String value = levels[i].equals(CLIENT)
                        ? subject.clientId()
                        : subject.identity().anonymous()
                                ? ""
                                : subject.identity().user();
                // What begins with a dollar is another tree of topics, which nobody gets by choosing a name
                // (MQTT-4.7.2).
                if (!isOneLevel(value) || (i == 0 && value.startsWith("$"))) {
                    return Optional.empty();
                }
                levels[i] = value;
            }
        }
        return Optional.of(new TopicPattern(String.join("/", levels)));
    }

    private static boolean isOneLevel(String value) {
        return !value.isEmpty() && value.indexOf('/') < 0 && value.indexOf('+') < 0 && value.indexOf('#') < 0;
    }
}
