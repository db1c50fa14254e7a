package io.forebay.gateway.mqtt.codec;

import java.util.ArrayList;
import java.util.List;

/** Reads SUBSCRIBE and UNSUBSCRIBE (MQTT-3.8, MQTT-3.10). Every method throws {@link MalformedPacket}. */
final class SubscriptionReader {
    private static final String SHARED = "$share/";
    private static final int NO_LOCAL = 0x04;
    private static final int RETAIN_AS_PUBLISHED = 0x08;

    private SubscriptionReader() {}

    static Packet subscribe(Cursor in, int level, int filtersMax) {
        int packetId = packetId(in);
        Properties properties = level == 5 ? in.properties(PropertyRules.SUBSCRIBE) : Properties.NONE;
        expectFilter(in, level, "MQTT-3.8.3-2");
        List<Packet.Requested> filters = new ArrayList<>();
        while (in.remaining() > 0) {
            String filter = in.topicFilter();
            filters.add(requested(filter, in.oneByte(), level));
            expectBelow(filters.size(), filtersMax);
        }
        return new Packet.Subscribe(packetId, properties, filters);
    }

    static Packet unsubscribe(Cursor in, int level, int filtersMax) {
        int packetId = packetId(in);
        Properties properties = level == 5 ? in.properties(PropertyRules.UNSUBSCRIBE) : Properties.NONE;
        expectFilter(in, level, "MQTT-3.10.3-2");
        List<String> filters = new ArrayList<>();
        while (in.remaining() > 0) {
            filters.add(in.topicFilter());
            expectBelow(filters.size(), filtersMax);
        }
        return new Packet.Unsubscribe(packetId, properties, filters);
    }

    /** The standard does not say which reason a packet id of 0 is; here Mosquitto says malformed, elsewhere it does not. */
    private static int packetId(Cursor in) {
        int packetId = in.twoBytes();
        if (packetId == 0) {
            throw MalformedPacket.malformed("the packet identifier is 0 [MQTT-2.2.1-3]");
        }
        return packetId;
    }

    private static void expectFilter(Cursor in, int level, String statement) {
        if (in.remaining() == 0) {
            String sentence = "there is no topic filter [" + statement + "]";
            throw level == 5 ? MalformedPacket.protocolError(sentence) : MalformedPacket.malformed(sentence);
        }
    }

    /** A packet that is bounded in bytes may still have filters by the hundred thousand. */
    private static void expectBelow(int filters, int filtersMax) {
        if (filters > filtersMax) {
            throw new MalformedPacket(
                    ReasonCode.QUOTA_EXCEEDED, "a packet has more than " + filtersMax + " topic filters");
        }
    }

    /** MQTT 5 section 3.8.3.1. */
    private static Packet.Requested requested(String filter, int options, int level) {
        int qos = options & 3;
        if (level > 3 && (options & (level == 5 ? 0xC0 : 0xFC)) != 0) { // In MQTT 3.1 they are not used.
            throw MalformedPacket.malformed("reserved bits of the subscription options are set [MQTT-3.8.3-5]");
        }
        if (qos == 3) {
            throw MalformedPacket.protocolError("a subscription asks for QoS 3 [section 3.8.3.1]");
        }
        if (level < 5) {
            return new Packet.Requested(filter, qos, false, false, 0);
        }
        int retainHandling = options >>> 4;
        if (retainHandling == 3) {
            throw MalformedPacket.protocolError("the retain handling is 3 [section 3.8.3.1]");
        }
        boolean noLocal = (options & NO_LOCAL) != 0;
        if (noLocal && filter.startsWith(SHARED)) {
            throw MalformedPacket.protocolError("No Local is set on a shared subscription [MQTT-3.8.3-4]");
        }
        return new Packet.Requested(filter, qos, noLocal, (options & RETAIN_AS_PUBLISHED) != 0, retainHandling);
    }
}
