package io.forebay.gateway.mqtt.accept;

/**
 * How long those who have got CONNACK needed for it, of late. Who never gets it does not count, so that strangers have no say
 * in it. Owned by the thread that accepts.
 */
final class TimeToConnack {
    /** Of the newest in the mean: some sixteen devices make it. */
    private static final double WEIGHT = 1.0 / 16;
    /** Of the time that a device has: then as many as are on their way already are enough. */
    private static final int LONG_PARTS = 4;
    /** Then they are too many. */
    private static final int TOO_LONG_PARTS = 2;

    private final long connectTimeoutNs;
    private boolean known;
    private long lastAt;
    private double meanNs;

    TimeToConnack(long connectTimeoutNs) {
        this.connectTimeoutNs = connectTimeoutNs;
    }

    void took(long ns, long now) {
        meanNs = isKnown(now) ? meanNs + (ns - meanNs) * WEIGHT : ns;
        known = true;
        lastAt = now;
    }

    /** Nobody may begin but for somebody who has got CONNACK. */
    boolean isLong(long now) {
        return isKnown(now) && meanNs * LONG_PARTS >= connectTimeoutNs;
    }

    /** Not even then. */
    boolean isTooLong(long now) {
        return isKnown(now) && meanNs * TOO_LONG_PARTS >= connectTimeoutNs;
    }

    /** @return how long until it is not known any more, if it is now and nobody else gets CONNACK */
    long untilForgotten(long now) {
        return lastAt + connectTimeoutNs / LONG_PARTS - now;
    }

    private boolean isKnown(long now) {
        return known && untilForgotten(now) > 0;
    }
}
