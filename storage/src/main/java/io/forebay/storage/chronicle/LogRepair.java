package io.forebay.storage.chronicle;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import io.forebay.storage.LogFindings;
import io.forebay.storage.Position;
import io.forebay.storage.StoredLogReader;
import io.forebay.storage.StoredRecord;
import io.forebay.storage.StoredSegment;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
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
    private static final long SEGMENT_BYTES_MIN = 8L << 20;
    private static final long SLACK = 1L << 20;
    private static final int LOST_FRAME = 64;

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
            requireFresh(target);
            copyBeside(target);
            Path log = Files.createDirectories(target.resolve("log"));
            for (StoredSegment segment : archive.segments()) {
                place(segment, log);
            }
            makeMissing(log);
            copyIfThere(archive.directory().resolve("log").resolve("forgotten"), log.resolve("forgotten"));
            positionIn(target);
            Disk.real().forceNames(log);
            Disk.real().forceNames(target);
            return null;
        });
    }

    /** Copies the segments that hold something from {@code from} to {@code to}, and what names the gateway. */
    public static int export(LogArchive archive, Path target, long from, long to) {
        return LogArchive.reading(target, () -> {
            requireFresh(target);
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
            try (PositionFile position = PositionFile.open(target.resolve("position"))) {
                position.save(from);
            }
            Disk.real().forceNames(log);
            return segments;
        });
    }

    private static void copy(LogArchive archive, StoredSegment segment, Path log) throws IOException {
        if (segment.sealed()) {
            copyAsItIs(archive.directoryOf(segment.number()), log.resolve(Segment.directoryName(segment.number())));
        } else {
            rewrite(archive, segment, segment.records(), log.resolve(Segment.directoryName(segment.number())));
        }
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
        rewrite(archive, segment, endOf(segment), fresh);
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

    private static void requireFresh(Path target) throws IOException {
        Files.createDirectories(target);
        try (Stream<Path> there = Files.list(target)) {
            if (there.findAny().isPresent()) {
                throw new LogException(
                        Kind.UNUSABLE_DIRECTORY, target.toAbsolutePath() + " is not empty: name a new directory.");
            }
        }
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
                sync(to);
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
            rewrite(archive, segment, endOf(segment), to);
            done.accept("Segment " + segment.number() + " is written anew.");
        } else {
            copyAsItIs(archive.directoryOf(segment.number()), to);
            done.accept("Segment " + segment.number() + " is copied as it is.");
        }
    }

    private static void copyAsItIs(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        for (Path name : List.of(ChronicleFiles.data(from).getFileName(), Path.of("sealed"))) {
            Files.copy(from.resolve(name), to.resolve(name));
            sync(to.resolve(name));
        }
        copyIfThere(from.resolve("key"), to.resolve("key"));
        Disk.real().forceNames(to);
    }

    private static void copyIfThere(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.copy(from, to);
            sync(to);
        }
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static void rewrite(LogArchive archive, StoredSegment segment, long end, Path to) throws IOException {
        List<Long> holes = new ArrayList<>();
        archive.read(segment.begin(), segment.end(), new StoredLogReader() {
            @Override
            public boolean onRecord(StoredRecord record) {
                return true;
            }

            @Override
            public void onLost(long from, long upTo) {
                holes.add(upTo - from);
            }
        });
        long lost = holes.stream().mapToLong(records -> records).sum() + end - segment.records();
        try (Rewriting rewriting = new Rewriting(segment.number(), to, segment.bytes() + lost * LOST_FRAME)) {
            archive.read(segment.begin(), segment.end(), rewriting);
            rewriting.fill(Position.of(segment.number(), end));
        }
        copyIfThere(archive.directoryOf(segment.number()).resolve("key"), to.resolve("key"));
    }

    private void makeMissing(Path log) throws IOException {
        for (long end : check.missing()) {
            Path to = log.resolve(Segment.directoryName(Position.segment(end)));
            try (Rewriting rewriting =
                    new Rewriting(Position.segment(end), to, SEGMENT_BYTES_MIN + Position.index(end) * LOST_FRAME)) {
                rewriting.fill(end);
            }
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

    /** A segment that is written anew. */
    private static final class Rewriting implements StoredLogReader, AutoCloseable {
        private final SegmentWriter writer;

        Rewriting(int number, Path directory, long bytes) throws IOException {
            long space = (Math.max(bytes, SEGMENT_BYTES_MIN) / SLACK + 2) * SLACK;
            writer = SegmentWriter.create(directory, number, space, Disk.real());
        }

        @Override
        public boolean onRecord(StoredRecord record) {
            fill(record.position());
            RecordView view = ((ViewedRecord) record).view();
            byte[] whole = view.unsealed();
            requireRoom(whole.length);
            writer.append(whole, view.syncedBefore(), view.remembered());
            return true;
        }

        void fill(long position) {
            while (writer.position() < position) {
                requireRoom(LOST_FRAME);
                writer.append(RecordCipher.NONE.seal(RecordCodec.lost()), Position.START, false);
            }
        }

        private void requireRoom(int bytes) {
            if (!writer.hasRoomFor(bytes)) {
                throw new IllegalStateException("a segment that is written anew takes more than it had");
            }
        }

        @Override
        public void close() throws IOException {
            writer.force(Disk.real());
            long unused = writer.finish(Disk.real());
        }
    }
}
