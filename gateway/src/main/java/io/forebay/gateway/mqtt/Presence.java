package io.forebay.gateway.mqtt;

/** Hears which devices are there. Called on any event loop; does not block. */
public interface Presence {
    /** Nobody wants to know. */
    Presence UNHEARD = new Presence() {
        @Override
        public long connected(String clientId, String address, int protocolLevel) {
            return 0;
        }

        @Override
        public void disconnected(String clientId, long epoch, String reason) {}
    };

    /**
     * A device is connected, and its session open.
     *
     * @param address where from
     * @return the epoch of this connection, greater than those of all earlier ones
     */
    long connected(String clientId, String address, int protocolLevel);

    /** The connection of this epoch has ended; its session may be opened by the next one. */
    void disconnected(String clientId, long epoch, String reason);
}
