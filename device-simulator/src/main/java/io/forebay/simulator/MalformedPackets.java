package io.forebay.simulator;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Bytes that no device may send. Each names the rule that it breaks. */
final class MalformedPackets {
    /**
     * @param name what is wrong, with the clause of the standard
     * @param bytes as they are sent behind a CONNECT that was in order
     */
    record Packet(String name, byte[] bytes) {}

    private static final String NOISE = "noise";
    private static final int NOISE_BYTES = 64;

    private static final List<Packet> PACKETS = List.of(
            packet("packet type 0 (MQTT-2.2.1)", "0000"),
            packet("QoS 3 (MQTT-3.3.1-4)", "36060001610001ff"),
            packet("remaining length of five bytes (MQTT-2.2.3)", "30ffffffff7f00"),
            packet("flags of SUBSCRIBE (MQTT-3.8.1-1)", "8006000100016100"),
            packet("flags of PUBREL (MQTT-3.6.1-1)", "60020001"),
            packet("wildcard in a topic name (MQTT-3.3.2-2)", "30050003612f23"),
            packet("topic name that is not UTF-8 (MQTT-1.5.3-1)", "30040002c328"),
            packet("NUL in a topic name (MQTT-1.5.3-2)", "300400026100"),
            packet("packet id 0 (MQTT-2.3.1-1)", "32060001610000ff"),
            packet("topic longer than its packet", "3004ffff6161"),
            packet("second CONNECT (MQTT-3.1.0-2)", "100f00044d5154540402003c0003783132"),
            packet("SUBSCRIBE without a filter (MQTT-3.8.3-3)", "82020001"),
            new Packet(NOISE, new byte[0]));

    private MalformedPackets() {}

    static Packet any(Random random) {
        Packet packet = PACKETS.get(random.nextInt(PACKETS.size()));
        if (!packet.name().equals(NOISE)) {
            return packet;
        }
        byte[] noise = new byte[NOISE_BYTES];
        random.nextBytes(noise);
        return new Packet(NOISE, noise);
    }

    private static Packet packet(String name, String hex) {
        return new Packet(name, HexFormat.of().parseHex(hex));
    }
}
