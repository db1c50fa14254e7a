package io.forebay.storage.chronicle;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import io.forebay.storage.LogFindings;
import io.forebay.storage.Position;
import io.forebay.storage.ProbableLanes;
import io.forebay.storage.StoredLogReader;
import io.forebay.storage.StoredRecord;
import io.forebay.storage.StoredSegment;
import io.forebay.storage.encryption.Keyring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The log in a data directory as it lies there, of a gateway that is stopped, of a copy, or of one that runs. Owned by the
 * thread that uses it. It holds no more than one record at a time, and writes nothing.
 *
 * <p>To read one that runs is safe for both: a record counts only in whole, by its CRC; what is written later than the
 * moment of {@link #open} is not looked for; and the writer's file is read, not mapped. A segment that is deleted meanwhile
 * is left out. What has reached the file but not the disk may be shown.
 */
public final class LogArchive {
    private final Path directory;
    private final Path log;
    private final boolean inUse;
    private final RecordCipher cipher;
    private final ForgottenSegments forgotten;
    private final List<StoredSegment> segments = new ArrayList<>();

    /** Of a log that is not encrypted. */
    public static LogArchive open(Path dataDir) {
        return open(dataDir, Keyring.NONE);
    }

    /** Blocks while segments without a seal are read. Throws {@link LogException} if there is no log there, or a key lacks. */
    public static LogArchive open(Path dataDir, Keyring keys) {
        return reading(dataDir, () -> new LogArchive(dataDir, new RecordCipher(keys)));
    }

    private LogArchive(Path directory, RecordCipher cipher) throws IOException {
        this.directory = directory;
        this.log = directory.resolve("log");
        if (!Files.isDirectory(log)) {
            throw new LogException(
                    Kind.UNUSABLE_DIRECTORY,
                    nothingIn(directory.toAbsolutePath().normalize()));
        }
        inUse = LogDirectory.isHeld(directory);
        Segments there = new Segments(log, Disk.real(), cipher);
        this.cipher = cipher;
        forgotten = there.forgotten();
        forgotten.read();
        int[] numbers = there.numbersOnDisk();
        for (int i = 0; i < numbers.length; i++) {
            find(there, numbers[i], Arrays.copyOfRange(numbers, i + 1, numbers.length))
                    .ifPresent(segments::add);
        }
    }

    private static String nothingIn(Path directory) {
        if (Files.notExists(directory)) {
            return "There is no directory " + directory + " (--data-dir).";
        }
        Path parent = directory.getParent();
        boolean tooDeep = parent != null && directory.equals(parent.resolve("log")) && Files.isDirectory(directory);
        return "There is no log in " + directory + (tooDeep ? ": it is one. Name " + parent + "." : " (--data-dir).");
    }

    private Optional<StoredSegment> find(Segments all, int number, int[] later) throws IOException {
        Path there = directoryOf(number);
        try {
            KeyNote.check(number, there, cipher.keys());
            Optional<Segment> seal = Segment.readSeal(there, number);
            long bytes = Files.size(ChronicleFiles.data(there));
            long records = seal.isPresent()
                    ? seal.get().records()
                    : StoredSegmentReader.recordsOf(number, there, cipher, Recovery.validEnd(all, number, later));
            return Optional.of(new StoredSegment(number, bytes, seal.isPresent(), records));
        } catch (NoSuchFileException neverUsedOrDeleted) {
            return Optional.empty();
        }
    }

    RecordCipher cipher() {
        return cipher;
    }

    /** Whether it was deleted on purpose, though an earlier one was still needed. */
    boolean isForgotten(int number) {
        return forgotten.contains(number);
    }

    Path directoryOf(int number) {
        return log.resolve(Segment.directoryName(number));
    }

    public Path directory() {
        return directory;
    }

    /** Whether a gateway held it when it was opened. */
    public boolean isInUse() {
        return inUse;
    }

    /** Those with a file, in their order; a prepared one has no records. */
    public List<StoredSegment> segments() {
        return List.copyOf(segments);
    }

    /** The end of the last record. */
    public long end() {
        return segments.stream()
                .filter(segment -> segment.records() > 0)
                .mapToLong(StoredSegment::end)
                .max()
                .orElse(Position.START);
    }

    /** The part of message-ids that names the gateway; empty if that is lost. */
    public String gatewayId() {
        try {
            return LogDirectory.readGatewayId(directory.resolve("gateway-id"));
        } catch (IOException lost) {
            return "";
        }
    }

    /** Everything before it is settled; empty if that is not known. */
    public OptionalLong settledBefore() {
        return reading(directory, () -> {
            try {
                return PositionFile.read(directory.resolve("position"));
            } catch (NoSuchFileException none) {
                return OptionalLong.empty();
            }
        });
    }

    /** Shows the records from {@code from} to {@code to} (exclusive). */
    public void read(long from, long to, StoredLogReader reader) {
        reading(directory, () -> {
            Progress progress = new Progress(reader, from, to);
            for (StoredSegment segment : segments) {
                if (isWithin(segment, from, to) && !read(segment, from, to, progress)) {
                    break;
                }
            }
            return null;
        });
    }

    private static boolean isWithin(StoredSegment segment, long from, long to) {
        return segment.end() > from && segment.begin() < to;
    }

    private boolean read(StoredSegment segment, long from, long to, Progress progress) throws IOException {
        boolean more = true;
        try (StoredSegmentReader reader = new StoredSegmentReader(segment, directoryOf(segment.number()), cipher)) {
            progress.current = reader;
            more = reader.read(
                    from <= segment.begin() ? 0 : Position.index(from),
                    to >= segment.end() ? segment.records() : Position.index(to),
                    progress);
        } catch (NoSuchFileException deletedMeanwhile) {
            if (!inUse) {
                throw deletedMeanwhile;
            }
        }
        progress.before += segment.bytes();
        return more;
    }

    /** Tells how far it is now and then. */
    private final class Progress implements StoredLogReader {
        private static final int TELL_EVERY = 1_024;

        private final StoredLogReader reader;
        private final long total;
        private StoredSegmentReader current;
        private long before;
        private long records;

        Progress(StoredLogReader reader, long from, long to) {
            this.reader = reader;
            this.total = segments.stream()
                    .filter(segment -> isWithin(segment, from, to))
                    .mapToLong(StoredSegment::bytes)
                    .sum();
        }

        @Override
        public boolean onRecord(StoredRecord record) {
            if (records++ % TELL_EVERY == 0) {
                reader.onProgress(before + current.bytes(), total);
            }
            return reader.onRecord(record);
        }

        @Override
        public void onLost(long from, long to, ProbableLanes lanes) {
            reader.onLost(from, to, lanes);
        }
    }

    /**
     * The first position and the last (exclusive) between which everything stands that arrived in a time, if no clock was
     * set back by more than {@code slackMs}: told by the first message of each segment, without reading the rest.
     */
    public long[] positionsOf(long fromMs, long toMs, long slackMs) {
        long begin = Position.START;
        long end = Long.MAX_VALUE;
        for (StoredSegment segment : segments) {
            OptionalLong first = firstArrival(segment);
            if (first.isPresent() && first.getAsLong() < fromMs - slackMs) {
                begin = segment.begin();
            }
            if (first.isPresent() && first.getAsLong() > toMs + slackMs && end == Long.MAX_VALUE) {
                end = segment.begin();
            }
        }
        return new long[] {begin, Math.max(begin, end)};
    }

    private OptionalLong firstArrival(StoredSegment segment) {
        long[] found = {-1};
        read(segment.begin(), segment.end(), record -> {
            if (record.isMessage()) {
                found[0] = record.arrivedAtMs();
            }
            return found[0] < 0;
        });
        return found[0] < 0 ? OptionalLong.empty() : OptionalLong.of(found[0]);
    }

    /** Reads all of it, and says what is not as it was written. */
    public LogFindings verify(StoredLogReader watcher) {
        return reading(directory, () -> new LogCheck(this).run(watcher));
    }

    /** What reading does, with its faults in a sentence. */
    interface Reading<T> {
        T run() throws IOException;
    }

    @CanIgnoreReturnValue
    static <T> T reading(Path directory, Reading<T> reading) {
        try {
            return reading.run();
        } catch (IOException cause) {
            throw new LogException(
                    Kind.UNUSABLE_DIRECTORY,
                    "The log in " + directory.toAbsolutePath() + " cannot be read: " + cause,
                    cause);
        }
    }
}
