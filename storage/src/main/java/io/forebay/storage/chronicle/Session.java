package io.forebay.storage.chronicle;

/** What the log remembers of one client. Owned by the log's writer thread. */
final class Session {
    static final long CONNECTED = -1;

    /** MQTT 5 says "never" with this; 3.1.1 knows nothing else for a session that is kept. */
    static final long NEVER_EXPIRES_SECONDS = 0xFFFF_FFFFL;

    final String clientId;
    final int clientIdBytes;
    long expirySeconds;
    long closedAtMs = CONNECTED;

    /** Made when first needed: most sessions never see QoS 2. */
    private PacketIds received;

    Session(String clientId, int clientIdBytes, long expirySeconds) {
        this.clientId = clientId;
        this.clientIdBytes = clientIdBytes;
        this.expirySeconds = expirySeconds;
    }

    /** Whether it outlives its connection, and so a restart. */
    boolean persistent() {
        return expirySeconds > 0;
    }

    boolean expired(long nowMs) {
        return closedAtMs != CONNECTED
                && expirySeconds < NEVER_EXPIRES_SECONDS
                && nowMs - closedAtMs >= expirySeconds * 1000;
    }

    PacketIds received() {
        if (received == null) {
            received = new PacketIds();
        }
        return received;
    }

    boolean waitsForRelease(int packetId) {
        return received != null && received.contains(packetId);
    }

    int[] receivedIds() {
        return received == null ? new int[0] : received.toArray();
    }

    void forgetReceived() {
        received = null;
    }
}
