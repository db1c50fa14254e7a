package io.forebay.simulator;

/**
 * A message that a device has published at QoS 1 or 2 and that is not yet through: enough to send the very same packet
 * again. Owned by its device.
 */
final class InFlight {
    final int packetId;
    final int topic;
    final long sequence;
    final int qos;
    final long dueUs;
    /** Null if it can be made again. */
    final byte[] payload;
    /** QoS 2: PUBREC was received, from now on PUBREL is what may be repeated. */
    boolean released;

    InFlight(int packetId, int topic, long sequence, int qos, long dueUs, byte[] payload) {
        this.packetId = packetId;
        this.topic = topic;
        this.sequence = sequence;
        this.qos = qos;
        this.dueUs = dueUs;
        this.payload = payload;
    }
}
