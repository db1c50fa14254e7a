package io.forebay.gateway.mqtt;

/**
 * What a connection offers to a device and bears from it; forebay.yaml says what each key means.
 *
 * @param keepAliveMaxSeconds 0 for no limit
 * @param reasonStrings whether MQTT 5 devices are told in words what was wrong
 * @param responseInformation a topic prefix for devices that ask for it, empty for none
 * @param serverReference where devices are sent when this gateway is full or stops, empty for nowhere
 * @param outboundBytesMax what may wait for a device that does not read
 * @param slowReaderTimeoutMs how long it may be above that
 * @param outboundTopicAliasMaximum how many topics are abbreviated to one device, if it allows as many
 * @param topicLevelsMax of a topic or a filter
 * @param controlCharacters whether client ids, user names, topics and filters may contain them
 */
public record ProtocolConfig(
        int keepAliveMaxSeconds,
        boolean reasonStrings,
        String responseInformation,
        String serverReference,
        int outboundBytesMax,
        int slowReaderTimeoutMs,
        int outboundTopicAliasMaximum,
        int topicLevelsMax,
        WhenLogFull whenLogFull,
        boolean controlCharacters) {

    /** What a PUBLISH meets while the log is full. */
    public enum WhenLogFull {
        /** Its socket is not read until there is space. */
        PAUSE,
        /** MQTT 5: it is refused with Quota exceeded, at QoS 0 it is dropped; before MQTT 5 as {@link #PAUSE}. */
        REFUSE
    }

    /** As forebay.yaml has them. */
    public static final ProtocolConfig DEFAULT =
            new ProtocolConfig(0, true, "", "", 256 << 10, 30_000, 16, 128, WhenLogFull.PAUSE, false);
}
