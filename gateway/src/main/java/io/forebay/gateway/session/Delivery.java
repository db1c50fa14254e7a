package io.forebay.gateway.session;

/** One packet for a device. */
public sealed interface Delivery {

    /**
     * A PUBLISH. The arrays are shared with other devices: nobody changes them.
     *
     * @param packetId 0 at QoS 0
     * @param dup whether it may have been sent before (MQTT-3.3.1-1)
     * @param properties in wire format as the publisher sent them; the Message Expiry Interval is still the original one
     * @param subscriptionIds of all matching subscriptions that have one
     * @param arrivedAtMs when the gateway got it, to count the Message Expiry Interval down (MQTT-3.3.2-6)
     */
    record Publication(
            int packetId,
            int qos,
            boolean dup,
            boolean retain,
            String topic,
            byte[] properties,
            byte[] payload,
            int[] subscriptionIds,
            long arrivedAtMs)
            implements Delivery {

        /** The same at QoS 0 or 1 instead. */
        public Publication at(int lower) {
            return new Publication(
                    lower == 0 ? 0 : packetId,
                    lower,
                    dup,
                    retain,
                    topic,
                    properties,
                    payload,
                    subscriptionIds,
                    arrivedAtMs);
        }
    }

    /** PUBREL once more, on a resumed session (MQTT-4.4.0-1). */
    record Release(int packetId) implements Delivery {}
}
