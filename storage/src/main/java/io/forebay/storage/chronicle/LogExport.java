package io.forebay.storage.chronicle;

import io.forebay.storage.StoredSegment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A part of a stored log as a log of its own. No state. */
public final class LogExport {
    private LogExport() {}

    /** Copies the segments that hold something from {@code from} to {@code to}, and what names the gateway. */
    public static int write(LogArchive archive, Path target, long from, long to) {
        return LogArchive.reading(target, () -> {
            StoredFiles.requireFresh(target);
            Path log = Files.createDirectories(target.resolve("log"));
            if (!archive.gatewayId().isEmpty()) {
                Files.copy(archive.directory().resolve("gateway-id"), target.resolve("gateway-id"));
            }
            int segments = 0;
            for (StoredSegment segment : archive.segments()) {
                if (segment.records() > 0 && segment.end() > from && segment.begin() < to) {
                    copy(archive, segment, log);
                    segments++;
                }
            }
            StoredFiles.copyIfThere(archive.directory().resolve("log").resolve("forgotten"), log.resolve("forgotten"));
            try (PositionFile position = PositionFile.open(target.resolve("position"))) {
                position.save(from);
            }
            Disk.real().forceNames(log);
            return segments;
        });
    }

    private static void copy(LogArchive archive, StoredSegment segment, Path log) throws IOException {
        if (segment.sealed()) {
            StoredFiles.copySegment(
                    archive.directoryOf(segment.number()), log.resolve(Segment.directoryName(segment.number())));
        } else {
            SegmentRewriting.rewrite(
                    archive, segment, segment.records(), log.resolve(Segment.directoryName(segment.number())));
        }
    }
}
