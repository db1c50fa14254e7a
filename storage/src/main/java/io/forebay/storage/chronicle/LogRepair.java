package io.forebay.storage.chronicle;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import io.forebay.storage.LogFindings;
import io.forebay.storage.Position;
import io.forebay.storage.StoredLogReader;
import io.forebay.storage.StoredSegment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Writes a stored log anew where it is damaged. Owned by the thread that uses it.
 *
 * <p>Each record that can be read keeps its position, which message-ids and all other tables name. In the place of one that
 * cannot, stands a LOST record: readers pass over it, and a start that comes across it forgets the packet ids that wait for
 * their release, as it does where there is a hole. What was never synced is left out.
 */
public final class LogRepair {
    private final LogArchive archive;
    private final LogCheck check;
    private final LogFindings findings;
    private final Consumer<String> done;

    /**
     * Reads all of the log first.
     *
     * @param done told of each thing that was done, in a sentence
     */
    public LogRepair(LogArchive archive, StoredLogReader watcher, Consumer<String> done) {
        this.archive = archive;
        Path dataDir = archive.directory();
        if (archive.isInUse()) {
            throw new LogException(
                    Kind.UNUSABLE_DIRECTORY,
                    "A gateway holds " + dataDir.toAbsolutePath() + ": stop it first, or repair a copy.");
        }
        this.check = new LogCheck(archive);
        this.findings = LogArchive.reading(dataDir, () -> check.run(watcher));
        this.done = done;
    }

    public LogFindings findings() {
        return findings;
    }

    /** Copies the data directory to one that is not there yet, and what is damaged as it can be. */
    public void into(Path target) {
        LogArchive.reading(target, () -> {
            StoredFiles.requireFresh(target);
            copyBeside(target);
            Path log = Files.createDirectories(target.resolve("log"));
            for (StoredSegment segment : archive.segments()) {
                place(segment, log);
            }
            makeMissing(log);
            StoredFiles.copyIfThere(archive.directory().resolve("log").resolve("forgotten"), log.resolve("forgotten"));
            positionIn(target);
            Disk.real().forceNames(log);
            Disk.real().forceNames(target);
            return null;
        });
    }

    /** Writes what is damaged anew, and keeps what was there beside the log. @return where */
    @CanIgnoreReturnValue
    public Path inPlace() {
        Path directory = archive.directory();
        Path kept = directory.resolve("damaged-" + System.currentTimeMillis());
        try (LogDirectory held = LogDirectory.open(directory, Disk.real())) {
            LogArchive.reading(directory, () -> {
                for (int number : check.damagedSegments()) {
                    replace(number, held.segments(), kept);
                }
                makeMissing(held.segments());
                positionIn(directory);
                Disk.real().forceNames(held.segments());
                return null;
            });
        }
        return kept;
    }

    private void replace(int number, Path log, Path kept) throws IOException {
        Path fresh = log.resolve("repaired-" + number);
        if (Files.exists(fresh)) {
            SyncedFiles.deleteDirectory(fresh); // Of a repair that did not come to its end.
        }
        StoredSegment segment = segment(number);
        SegmentRewriting.rewrite(archive, segment, endOf(segment), fresh);
        Files.createDirectories(kept);
        Files.move(archive.directoryOf(number), kept.resolve(Segment.directoryName(number)));
        Files.move(fresh, archive.directoryOf(number));
        Disk.real().forceNames(log);
        done.accept("Segment " + number + " is written anew; what was there is in " + kept + ".");
    }

    private StoredSegment segment(int number) {
        return archive.segments().stream()
                .filter(segment -> segment.number() == number)
                .findFirst()
                .orElseThrow();
    }

    /** Where it ended once, which may be behind what is left of it. */
    private long endOf(StoredSegment segment) {
        return findings.damage().stream()
                .map(LogFindings.Damage::to)
                .filter(to -> Position.segment(to) == segment.number())
                .mapToLong(Position::index)
                .reduce(segment.records(), Math::max);
    }

    private void copyBeside(Path target) throws IOException {
        Set<String> ownWay = Set.of("log", "lock", "position");
        List<Path> files;
        try (Stream<Path> all = Files.walk(archive.directory())) {
            files = all.filter(path -> Files.isDirectory(path) || Files.isRegularFile(path))
                    .filter(path -> !ownWay.contains(
                            archive.directory().relativize(path).getName(0).toString()))
                    .toList();
        }
        for (Path file : files) {
            Path to = target.resolve(archive.directory().relativize(file).toString());
            if (Files.isDirectory(file)) {
                Files.createDirectories(to);
            } else {
                Files.copy(file, to);
                StoredFiles.sync(to);
            }
        }
        done.accept("What is beside the log is copied as it is.");
    }

    private void place(StoredSegment segment, Path log) throws IOException {
        if (segment.records() == 0) {
            return;
        }
        Path to = log.resolve(Segment.directoryName(segment.number()));
        boolean damaged = check.damagedSegments().contains(segment.number());
        if (damaged || !segment.sealed()) {
            SegmentRewriting.rewrite(archive, segment, endOf(segment), to);
            done.accept("Segment " + segment.number() + " is written anew.");
        } else {
            StoredFiles.copySegment(archive.directoryOf(segment.number()), to);
            done.accept("Segment " + segment.number() + " is copied as it is.");
        }
    }

    private void makeMissing(Path log) throws IOException {
        for (long end : check.missing()) {
            Path to = log.resolve(Segment.directoryName(Position.segment(end)));
            SegmentRewriting.writeLost(to, end);
            done.accept("Segment " + Position.segment(end) + " was missing: it holds nothing but that.");
        }
    }

    private void positionIn(Path target) throws IOException {
        Path file = target.resolve("position");
        if (check.isPositionUsable()) {
            if (!target.equals(archive.directory()) && archive.settledBefore().isPresent()) {
                Files.copy(archive.directory().resolve("position"), file);
            }
            return;
        }
        Files.deleteIfExists(file);
        long oldest = archive.segments().isEmpty()
                ? Position.START
                : archive.segments().get(0).begin();
        try (PositionFile position = PositionFile.open(file)) {
            position.save(oldest);
        }
        done.accept("The bridge begins at " + Position.text(oldest) + ": what is there is carried again.");
    }
}
