package io.forebay.bridge;

import java.util.List;

/**
 * Where the messages of some topics go.
 *
 * @param topicFilter an MQTT topic filter; {@code +} and {@code #} as in MQTT, and as there a leading one does not match
 *     topics that begin with {@code $}
 * @param addressTemplate an AMQP address in which <code>{topic}</code>, <code>{clientId}</code>,
 *     <code>{username}</code> (empty if the publisher has none) and <code>{topic:n}</code> (the n-th level, from 1; empty if
 *     the topic has fewer) stand for parts of the message, percent-encoded if the address
 *     begins with {@code /queues/} or {@code /exchanges/}, or if asked for as in <code>{topic|percent}</code>. Empty if
 *     messages of these topics go nowhere: they are settled and counted.
 * @param options how they are treated
 * @param target the name of the broker, see {@link BridgeConfig#targets}
 */
public record Route(String topicFilter, String addressTemplate, RouteOptions options, String target) {
    public Route(String topicFilter, String addressTemplate) {
        this(topicFilter, addressTemplate, RouteOptions.USUAL);
    }

    public Route(String topicFilter, String addressTemplate, RouteOptions options) {
        this(topicFilter, addressTemplate, options, BridgeConfig.DEFAULT_TARGET);
    }

    public Route {
        checkFilter(topicFilter);
        // A mistake in the template is told here and not when the first message comes.
        List<AddressTemplate.Part> unused = AddressTemplate.parse(addressTemplate);
    }

    static void checkFilter(String filter) {
        if (filter.isEmpty()) {
            throw new IllegalArgumentException("topic filter must not be empty");
        }
        String[] levels = filter.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            String level = levels[i];
            boolean last = i == levels.length - 1;
            boolean wildcard = level.indexOf('#') >= 0 || level.indexOf('+') >= 0;
            if (wildcard && !(level.equals("+") || (level.equals("#") && last))) {
                throw new IllegalArgumentException("topic filter '" + filter
                        + "': + must fill a whole level, # must fill the last one (MQTT-4.7.1)");
            }
        }
    }
}
