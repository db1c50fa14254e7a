package io.forebay.gateway.session;

/** The levels of a topic name or filter: what stands between slashes, also nothing (MQTT-4.7.1.1). No state. */
final class TopicLevels {
    private TopicLevels() {}

    /** Where the level that begins at {@code from} ends: at the next slash, or with the text. */
    static int end(String text, int from) {
        int slash = text.indexOf('/', from);
        return slash < 0 ? text.length() : slash;
    }
}
