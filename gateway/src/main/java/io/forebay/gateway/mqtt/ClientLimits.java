package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Properties;
import io.forebay.gateway.mqtt.codec.Property;

/**
 * What a device bears, as its CONNECT says (MQTT 5 section 3.1.2.11); a device before MQTT 5 says nothing.
 *
 * @param receiveMaximum how many QoS 1 and 2 messages at once
 * @param packetBytesMax the largest packet
 * @param topicAliasMaximum how many topic aliases, 0 for none
 * @param problemInformation whether it wants reasons in words
 */
record ClientLimits(int receiveMaximum, long packetBytesMax, int topicAliasMaximum, boolean problemInformation) {
    private static final int RECEIVE_MAXIMUM_DEFAULT = 65_535;

    static ClientLimits read(Properties properties) {
        return new ClientLimits(
                (int) properties.number(Property.RECEIVE_MAXIMUM, RECEIVE_MAXIMUM_DEFAULT),
                properties.number(Property.MAXIMUM_PACKET_SIZE, Long.MAX_VALUE),
                (int) properties.number(Property.TOPIC_ALIAS_MAXIMUM, 0),
                properties.number(Property.REQUEST_PROBLEM_INFORMATION, 1) == 1);
    }
}
