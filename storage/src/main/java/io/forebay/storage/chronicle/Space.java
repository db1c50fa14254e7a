package io.forebay.storage.chronicle;

import io.forebay.storage.Forecast;
import io.forebay.storage.LogConfig;
import io.forebay.storage.SpaceConfig;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log's limits leave it: measured by the thread forebay-log-preparer about every second and before each segment;
 * what came out of it may be asked from any thread.
 */
final class Space {
    /** How far the log has come. Any thread. */
    interface Filling {
        /** Bytes of the segments that hold what somebody still needs. */
        long used();

        /** Bytes that are taken on the disk for records to come. */
        long spare();

        boolean isFull();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Space.class);
    private static final long RATE_CONSTANT_MS = TimeUnit.MINUTES.toMillis(5);
    /** What is settled is given back in whole segments: only the lowest of such a time says what stays. */
    private static final long SAMPLE_EVERY_MS = TimeUnit.SECONDS.toMillis(30);

    private static final long WARN_EVERY_MS = TimeUnit.MINUTES.toMillis(10);
    private static final double SECONDS_TOLD_MAX = TimeUnit.DAYS.toSeconds(365);

    /** Who has fallen below a limit must come back by this part of it, or the log opened and filled every second. */
    private static final int MARGIN_DIVISOR = 64;

    private final Segments segments;
    private final LogConfig config;
    private final SpaceConfig shared;
    private final Disk disk;
    private final Filling filling;
    private final LongSupplier nowMs;
    private final FillRate rate = new FillRate(RATE_CONSTANT_MS);
    private boolean unmeasurable;
    private long lowest = Long.MAX_VALUE;
    private long sampleAtMs;
    private boolean warned;
    private long warnAgainAtMs;
    private volatile long others;
    private volatile String overdrawn;
    private volatile Forecast forecast = Forecast.NONE;

    /** @param nowMs never goes back */
    Space(Segments segments, LogConfig config, Disk disk, Filling filling, LongSupplier nowMs) {
        this.segments = segments;
        this.config = config;
        this.shared = config.space();
        this.disk = disk;
        this.filling = filling;
        this.nowMs = nowMs;
        sampleAtMs = nowMs.getAsLong() + SAMPLE_EVERY_MS;
    }

    // ---- any thread ----

    /** Why nothing more may be written, though the present segment has room, as the rest of a sentence; or null. */
    String overdrawn() {
        return overdrawn;
    }

    Forecast forecast() {
        return forecast;
    }

    /** What the log and the others take. */
    long together() {
        return segments.bytes() + others;
    }

    // ---- forebay-log-preparer ----

    void measure() {
        measureOthers();
        long together = segments.bytes() + others;
        overdrawn = together > limit() ? shortage(together) : null;
        try {
            foresee();
        } catch (IOException cause) {
            LOG.debug("The space on the disk cannot be told [cause={}]", cause.toString());
        }
    }

    /** Whether there must be less before anything may be written. */
    boolean isOver() {
        measureOthers();
        return segments.bytes() + others > limit();
    }

    private long limit() {
        return overdrawn == null ? shared.bytesMax() : shared.bytesMax() - shared.bytesMax() / MARGIN_DIVISOR;
    }

    private void measureOthers() {
        try {
            others = shared.others().getAsLong();
            unmeasurable = false;
        } catch (RuntimeException cause) {
            if (!unmeasurable) {
                LOG.warn(
                        "What is stored beside the log cannot be measured, the last size counts: {}", cause.toString());
            }
            unmeasurable = true;
        }
    }

    private String shortage(long together) {
        return "it holds " + segments.bytes() + " bytes, what is stored beside it " + (together - segments.bytes())
                + ", and both may hold " + shared.bytesMax();
    }

    /** Why there must be no further segment, as the rest of a sentence; null if there may be one. */
    String reasonAgainst() throws IOException {
        long held = segments.bytes();
        long segment = config.segmentBytes();
        if (held + segment > config.bytesMax()) {
            return "it holds " + held + " bytes and may hold " + config.bytesMax();
        }
        measureOthers();
        if (held + others > shared.bytesMax() - segment) {
            return shortage(held + others) + ", a segment takes " + segment;
        }
        long usable = disk.usableBytes(segments.directory());
        if (usable - segment - ChronicleFiles.METADATA_BYTES < config.freeBytesMin()) {
            return "the disk has " + usable + " bytes left, a segment takes " + segment + " and "
                    + config.freeBytesMin() + " must stay free";
        }
        return null;
    }

    private void foresee() throws IOException {
        long now = nowMs.getAsLong();
        lowest = Math.min(lowest, filling.used());
        if (now >= sampleAtMs) {
            rate.sample(now, lowest);
            lowest = Long.MAX_VALUE;
            sampleAtMs = now + SAMPLE_EVERY_MS;
        }
        double perSecond = rate.bytesPerSecond();
        double seconds = filling.isFull() ? 0 : (filling.spare() + roomForSegments()) / perSecond;
        boolean fills = filling.isFull() || (perSecond > 0 && seconds < SECONDS_TOLD_MAX);
        forecast = fills ? new Forecast(seconds, Math.max(0, (long) perSecond)) : Forecast.NONE;
        warn(now);
    }

    /** A segment is made whole or not at all. */
    private double roomForSegments() throws IOException {
        long onDisk = disk.usableBytes(segments.directory()) - config.freeBytesMin();
        long byLimits = Math.min(config.bytesMax(), shared.bytesMax() - others) - segments.bytes();
        long room = Math.max(0, Math.min(onDisk, byLimits));
        return room - room % config.segmentBytes();
    }

    private void warn(long now) {
        if (!forecast.isBelow(shared.warnBelowSeconds())) {
            if (warned && !forecast.isBelow(2 * shared.warnBelowSeconds())) {
                warned = false;
                LOG.info("The log does not fill up any more, or not soon [lasts={}]", forecast.words());
            }
        } else if (!filling.isFull() && (!warned || now >= warnAgainAtMs)) { // That it is full is told by the writer.
            warned = true;
            warnAgainAtMs = now + WARN_EVERY_MS;
            LOG.warn(
                    "At the present rate the log is full in {} [bytesPerSecond={}]",
                    forecast.words(),
                    forecast.bytesPerSecond());
        }
    }
}
