package io.forebay.storage;

import java.util.concurrent.TimeUnit;

/**
 * When the log will be full if it goes on filling as it did in the last minutes.
 *
 * @param seconds until then; NaN if it does not fill up
 * @param bytesPerSecond how fast it fills: what comes in, less what is done with
 */
public record Forecast(double seconds, long bytesPerSecond) {
    /** Nothing to fear. */
    public static final Forecast NONE = new Forecast(Double.NaN, 0);

    /** Whether it will be full in less than this. */
    public boolean isBelow(long limitSeconds) {
        return seconds < limitSeconds;
    }

    /** As one would say it: {@code 3 h 12 m}. */
    public String words() {
        if (Double.isNaN(seconds)) {
            return "for ever";
        }
        long whole = (long) seconds;
        long days = TimeUnit.SECONDS.toDays(whole);
        long hours = TimeUnit.SECONDS.toHours(whole) % 24;
        long minutes = TimeUnit.SECONDS.toMinutes(whole) % 60;
        if (days > 0) {
            return days + " d " + hours + " h";
        }
        return hours > 0 ? hours + " h " + minutes + " m" : minutes > 0 ? minutes + " m" : whole + " s";
    }
}
