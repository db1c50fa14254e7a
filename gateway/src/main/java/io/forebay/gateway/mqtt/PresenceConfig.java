package io.forebay.gateway.mqtt;

/**
 * Whether and where it is told which devices are there.
 *
 * @param topic of the events of one device, with <code>{clientId}</code> in it
 * @param address of the broker that they go to; empty for no events
 */
public record PresenceConfig(String topic, String address) {
    /** What stands for the device. */
    static final String CLIENT_ID = "{clientId}";

    public static final PresenceConfig NONE = new PresenceConfig("$forebay/presence/" + CLIENT_ID, "");

    public PresenceConfig {
        if (topic.indexOf(CLIENT_ID) < 0 || topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0) {
            throw new IllegalArgumentException("must be a topic name with {clientId} in it, not '" + topic + "'");
        }
    }

    public boolean isOn() {
        return !address.isEmpty();
    }

    /** The filter that matches the events of all devices. */
    public String topicFilter() {
        String[] levels = topic.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            levels[i] = levels[i].contains(CLIENT_ID) ? "+" : levels[i];
        }
        return String.join("/", levels);
    }
}
