package io.forebay.storage;

/**
 * What is kept of the log when it is delivered, for a replay. It never makes the log {@link LogState#FULL}: what is kept so
 * goes first, the oldest of it, when the log or the disk has no space for a further segment.
 *
 * @param forMs how long a segment is kept from when it was full; 0 for not at all
 * @param bytesMax of all that is kept so; at the limit the oldest segment goes
 */
public record Retention(long forMs, long bytesMax) {
    public static final Retention NONE = new Retention(0, 0);

    public Retention {
        if (forMs < 0 || bytesMax < 0) {
            throw new IllegalArgumentException("retain-for and retain-size-max must not be negative");
        }
    }

    public boolean isOn() {
        return forMs > 0;
    }
}
