package io.forebay.gateway.mqtt.accept;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * Where a connection comes from, as limits see it: an IPv4 address, or the /64 of an IPv6 address, since whoever has one
 * address of a /64 has all of them.
 *
 * @param bits the address, or the upper half of it
 */
record SourceAddress(boolean v6, long bits) {
    /** What has no address: all of it is one. */
    static final SourceAddress NONE = new SourceAddress(false, -1);

    static SourceAddress of(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null ? of(inet.getAddress()) : NONE;
    }

    static SourceAddress of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == Integer.BYTES
                ? new SourceAddress(false, Integer.toUnsignedLong(bytes.getInt()))
                : new SourceAddress(true, bytes.getLong());
    }

    /** For a person. */
    @Override
    public String toString() {
        if (equals(NONE)) {
            return "none";
        }
        return v6
                ? "%x:%x:%x:%x::/64".formatted(part(48), part(32), part(16), part(0))
                : "%d.%d.%d.%d".formatted(bits >>> 24, bits >>> 16 & 0xFF, bits >>> 8 & 0xFF, bits & 0xFF);
    }

    private long part(int shift) {
        return bits >>> shift & 0xFFFF;
    }
}
