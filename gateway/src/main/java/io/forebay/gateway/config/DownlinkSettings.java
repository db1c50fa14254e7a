package io.forebay.gateway.config;

import io.forebay.bridge.downlink.DownlinkAddress;
import io.forebay.bridge.downlink.DownlinkAddress.Settle;
import io.forebay.bridge.downlink.DownlinkConfig;
import io.forebay.bridge.downlink.TopicSource;
import io.forebay.gateway.mqtt.PresenceConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads what goes from the broker to devices, and what is told of devices to the broker. */
final class DownlinkSettings {
    private static final String ADDRESSES = "downlink.addresses";
    private static final int LINKS_MAX = 65_535;
    private static final int COUNT_MAX = 100_000_000;
    private static final List<String> OPTIONAL =
            List.of("topic", "topic-from", "hold", "settle", "deliver-within-s", "credit", "reply-in-topic");

    private DownlinkSettings() {}

    static DownlinkConfig read(Settings settings, int packetBytesMax) {
        DownlinkConfig limited = DownlinkConfig.usual()
                .withAddresses(List.of())
                .withLimits(
                        packetBytesMax,
                        settings.size("downlink.waiting-size-max", 1, Long.MAX_VALUE),
                        settings.integer("downlink.device-links-max", 0, LINKS_MAX))
                .withWatched(settings.integer("downlink.watched-max", 1, COUNT_MAX));
        List<DownlinkAddress> addresses = new ArrayList<>();
        for (Map<String, String> entry : settings.entries(ADDRESSES, List.of("address"), OPTIONAL)) {
            try {
                addresses.add(address(entry));
            } catch (IllegalArgumentException wrong) {
                settings.mistake(ADDRESSES, entry, wrong.getMessage());
            }
        }
        try {
            return limited.withAddresses(addresses);
        } catch (IllegalArgumentException wrong) {
            settings.mistake(ADDRESSES, "are not right: " + wrong.getMessage());
            return limited;
        }
    }

    private static DownlinkAddress address(Map<String, String> entry) {
        DownlinkAddress address = DownlinkAddress.of(entry.get("address"));
        if (entry.containsKey("topic")) {
            address = address.withTopic(entry.get("topic"));
        }
        if (entry.containsKey("topic-from")) {
            address =
                    address.withTopicFrom(Arrays.stream(entry.get("topic-from").split(",", -1))
                            .map(word -> word("topic-from", word.strip(), TopicSource.class))
                            .toArray(TopicSource[]::new));
        }
        address = settled(address, entry);
        if (entry.containsKey("hold")) {
            address = address.withHold(flag("hold", entry.get("hold")));
        }
        if (entry.containsKey("credit")) {
            address = address.withCredit(number("credit", entry.get("credit")));
        }
        if (entry.containsKey("reply-in-topic")) {
            address = address.withReplyInTopic(flag("reply-in-topic", entry.get("reply-in-topic")));
        }
        return address;
    }

    private static <E extends Enum<E>> E word(String key, String text, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        String all = Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT);
        throw new IllegalArgumentException(key + " must be of " + all + ", not '" + text + "'");
    }

    private static boolean flag(String key, String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(key + " must be true or false, not '" + text + "'");
        }
        return text.equals("true");
    }

    private static DownlinkAddress settled(DownlinkAddress address, Map<String, String> entry) {
        boolean whenDelivered =
                entry.containsKey("settle") && word("settle", entry.get("settle"), Settle.class) == Settle.DELIVERED;
        if (!whenDelivered) {
            if (entry.containsKey("deliver-within-s")) {
                throw new IllegalArgumentException("deliver-within-s needs settle: delivered");
            }
            return address;
        }
        return entry.containsKey("deliver-within-s")
                ? address.settledWhenDelivered(1_000L * number("deliver-within-s", entry.get("deliver-within-s")))
                : address.settledWhenDelivered(address.deliverWithinMs());
    }

    private static int number(String key, String text) {
        if (!text.matches("\\d{1,6}")) {
            throw new IllegalArgumentException(key + " must be a number, not '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    static PresenceConfig presence(Settings settings) {
        try {
            return new PresenceConfig(settings.text("presence.topic"), settings.text("presence.address"));
        } catch (IllegalArgumentException wrong) {
            settings.mistake("presence.topic", wrong.getMessage());
            return PresenceConfig.NONE;
        }
    }
}
