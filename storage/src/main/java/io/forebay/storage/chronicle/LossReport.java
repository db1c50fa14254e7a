package io.forebay.storage.chronicle;

import io.forebay.storage.Position;
import io.forebay.storage.ProbableLanes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports each range of lost records once, though several readers come across it; the first ones by a log line, all by
 * the meter. Any thread.
 */
final class LossReport implements SegmentReader.Losses {
    private static final Logger LOG = LoggerFactory.getLogger(LossReport.class);
    private static final int REMEMBERED_MAX = 10_000;
    private static final int TOLD_MAX = 100;

    private final LogMeters meters;
    private final Set<Long> reported = ConcurrentHashMap.newKeySet();

    LossReport(LogMeters meters) {
        this.meters = meters;
    }

    @Override
    public void lost(int segment, long fromIndex, long toIndex, ProbableLanes lanes) {
        long from = Position.of(segment, fromIndex);
        // Beyond the bound a range is counted each time that somebody comes across it: rather too much than nothing.
        if (reported.size() < REMEMBERED_MAX && !reported.add(from)) {
            return;
        }
        meters.skipped(toIndex - fromIndex);
        if (reported.size() > TOLD_MAX) {
            return;
        }
        LOG.error(
                "Records of the log that were once safe cannot be read, the disk has lost them{} [from={}, to={}, records={}]",
                lanes.words(),
                Position.text(from),
                Position.text(Position.of(segment, toIndex)),
                toIndex - fromIndex);
    }
}
