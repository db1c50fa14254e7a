package io.forebay.gateway.security;

import java.util.Optional;

/**
 * A topic filter as a device subscribes to it, taken apart. Immutable.
 *
 * @param written as SUBSCRIBE has it
 * @param topics without {@code $share/group/}
 * @param group of a shared subscription
 */
public record AccessFilter(String written, String topics, Optional<String> group) {
    private static final String SHARE = "$share/";

    public static boolean isShared(String filter) {
        return filter.startsWith(SHARE);
    }

    /** Of a filter that is one, with a group and a filter behind it if it is shared (MQTT-4.8.2-1). */
    public static AccessFilter of(String filter) {
        if (!isShared(filter)) {
            return new AccessFilter(filter, filter, Optional.empty());
        }
        int slash = filter.indexOf('/', SHARE.length());
        return new AccessFilter(
                filter, filter.substring(slash + 1), Optional.of(filter.substring(SHARE.length(), slash)));
    }

    public boolean isShared() {
        return group.isPresent();
    }
}
