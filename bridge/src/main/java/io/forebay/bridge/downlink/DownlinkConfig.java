package io.forebay.bridge.downlink;

import io.forebay.bridge.Backoff;
import java.util.List;

/**
 * What is received from the broker, and how.
 *
 * @param addresses where from
 * @param packetBytesMax the largest MQTT packet; what would be larger is rejected
 * @param waitingBytesMax what may wait for the log, in bytes; beyond it nothing more is read
 * @param deviceLinksMax how many links to addresses of single devices there are at most; further devices wait
 * @param watchedMax of how many copies for subscribers it is watched whether they are acknowledged; a message of which no
 *     copy can be watched is released when its time is up
 * @param attachAgain pause before a link that was refused or ended is tried again
 * @param attachTimeoutMs a link that is not answered for so long counts as refused
 * @param releasePause how long the credit of a released message is kept back, so that it does not come again at once; and
 *     how long a message is kept back that is rejected not for the first time
 * @param stopTimeoutMs how long a stop waits for the log
 */
public record DownlinkConfig(
        List<DownlinkAddress> addresses,
        int packetBytesMax,
        long waitingBytesMax,
        int deviceLinksMax,
        int watchedMax,
        Backoff attachAgain,
        long attachTimeoutMs,
        Backoff releasePause,
        long stopTimeoutMs) {

    /** What an AMQP message may have beside what becomes the MQTT packet. */
    private static final int ENVELOPE_BYTES = 256 << 10;

    /** Each has a session, and some brokers allow few of them. */
    private static final int ADDRESSES_MAX = 32;

    public DownlinkConfig {
        addresses = List.copyOf(addresses);
        if (addresses.size() > ADDRESSES_MAX) {
            throw new IllegalArgumentException("there may be " + ADDRESSES_MAX + " downlink addresses");
        }
        if (addresses.stream().map(DownlinkAddress::address).distinct().count() < addresses.size()) {
            throw new IllegalArgumentException("an address stands twice among the downlink addresses");
        }
        if (packetBytesMax < 1 || waitingBytesMax < 1 || deviceLinksMax < 0 || watchedMax < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
        if (attachTimeoutMs < 1 || stopTimeoutMs < 0) {
            throw new IllegalArgumentException("times must be positive");
        }
    }

    /** The address {@code downlink}, and everything as usual. */
    public static DownlinkConfig usual() {
        return new DownlinkConfig(
                List.of(DownlinkAddress.of("downlink")),
                2 << 20,
                16L << 20,
                1_000,
                100_000,
                new Backoff(1_000, 60_000),
                10_000,
                new Backoff(500, 5_000),
                2_000);
    }

    public DownlinkConfig withAddresses(DownlinkAddress... others) {
        return withAddresses(List.of(others));
    }

    public DownlinkConfig withAddresses(List<DownlinkAddress> others) {
        return new DownlinkConfig(
                others,
                packetBytesMax,
                waitingBytesMax,
                deviceLinksMax,
                watchedMax,
                attachAgain,
                attachTimeoutMs,
                releasePause,
                stopTimeoutMs);
    }

    public DownlinkConfig withLimits(int packetBytes, long waitingBytes, int deviceLinks) {
        return new DownlinkConfig(
                addresses,
                packetBytes,
                waitingBytes,
                deviceLinks,
                watchedMax,
                attachAgain,
                attachTimeoutMs,
                releasePause,
                stopTimeoutMs);
    }

    public DownlinkConfig withWatched(int max) {
        return new DownlinkConfig(
                addresses,
                packetBytesMax,
                waitingBytesMax,
                deviceLinksMax,
                max,
                attachAgain,
                attachTimeoutMs,
                releasePause,
                stopTimeoutMs);
    }

    public DownlinkConfig withPauses(Backoff attach, long attachTimeout, Backoff release) {
        return new DownlinkConfig(
                addresses,
                packetBytesMax,
                waitingBytesMax,
                deviceLinksMax,
                watchedMax,
                attach,
                attachTimeout,
                release,
                stopTimeoutMs);
    }

    /** Whether any address wants to know what became of its messages. */
    public boolean isSettledWhenDelivered() {
        return addresses.stream().anyMatch(address -> address.settle() == DownlinkAddress.Settle.DELIVERED);
    }

    /** The largest AMQP message that is looked at. */
    int messageBytesMax() {
        return packetBytesMax + ENVELOPE_BYTES;
    }
}
