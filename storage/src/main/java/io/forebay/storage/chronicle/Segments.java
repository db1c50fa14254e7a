package io.forebay.storage.chronicle;

import io.forebay.storage.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The segments that there are. Shared by all threads: the writer adds the finished ones, the keeper takes away the
 * deleted ones, cursors look them up.
 */
final class Segments {
    private final Path directory;
    private final Disk disk;
    private final RecordCipher cipher;
    private final ForgottenSegments forgotten;
    private final NavigableMap<Integer, Segment> finished = new ConcurrentSkipListMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private volatile long deletedBefore;
    private final SegmentOffsets offsets = new SegmentOffsets();

    Segments(Path directory) {
        this(directory, Disk.real(), RecordCipher.NONE);
    }

    /** @param cipher what their records are encrypted with */
    Segments(Path directory, Disk disk, RecordCipher cipher) {
        this.directory = directory;
        this.disk = disk;
        this.cipher = cipher;
        this.forgotten = new ForgottenSegments(directory.resolve("forgotten"), disk);
    }

    Disk disk() {
        return disk;
    }

    ForgottenSegments forgotten() {
        return forgotten;
    }

    RecordCipher cipher() {
        return cipher;
    }

    /** Of a finished segment or of the one that is written. */
    SegmentReader reader(int number) throws IOException {
        return new SegmentReader(number, directoryOf(number), offsets, disk, cipher);
    }

    Path directory() {
        return directory;
    }

    Path directoryOf(int number) {
        return directory.resolve(Segment.directoryName(number));
    }

    /** Numbers of all segment directories on disk, ascending; whatever else lies there is left alone. */
    int[] numbersOnDisk() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.matches("[0-9]{10}"))
                    .mapToLong(Long::parseLong)
                    .filter(number -> number > 0 && number <= Integer.MAX_VALUE)
                    .mapToInt(number -> (int) number)
                    .sorted()
                    .toArray();
        }
    }

    SegmentOffsets offsets() {
        return offsets;
    }

    void add(Segment segment) {
        finished.put(segment.number(), segment);
    }

    void remove(Segment segment) {
        if (!forgotten.contains(segment.number())) {
            deletedBefore = Math.max(deletedBefore, segment.end());
        }
        finished.remove(segment.number());
    }

    /** Everything before was settled before the start, and segments of it may have been deleted. */
    void settledBefore(long position) {
        deletedBefore = position;
    }

    /** Whether what stands before this position need not be there. */
    boolean mayBeDeletedBefore(long position) {
        return position <= deletedBefore || forgotten.contains(Position.segment(position));
    }

    /** The finished segment of this number, or null: it is being written, or deleted. */
    Segment get(int number) {
        return finished.get(number);
    }

    /** The first finished segment at or after {@code number}, or null. */
    Segment atOrAfter(int number) {
        var entry = finished.ceilingEntry(number);
        return entry == null ? null : entry.getValue();
    }

    Iterable<Segment> all() {
        return finished.values();
    }

    long bytes() {
        return bytes.get();
    }

    void addBytes(long more) {
        bytes.addAndGet(more);
    }

    /** How much of the segment of a position stands before it, by the number of its records. */
    long bytesBefore(long position) {
        Segment segment = finished.get(Position.segment(position));
        if (segment == null || segment.records() == 0) {
            return 0;
        }
        long bytes = ChronicleFiles.data(segment.directory()).toFile().length();
        return (long) (bytes * Math.min(1.0, Position.index(position) / (double) segment.records()));
    }

    /** @param end the durable end, which speaks for the segment that is being written */
    long recordsBetween(long from, long to, long end) {
        int first = Position.segment(from);
        int last = Position.segment(to);
        long records = 0;
        for (Segment segment :
                finished.subMap(first, true, Math.max(first, last), true).values()) {
            records += overlap(segment.number(), segment.records(), from, to);
        }
        int written = Position.segment(end);
        if (!finished.containsKey(written)) {
            records += overlap(written, Position.index(end), from, to);
        }
        return records;
    }

    private static long overlap(int number, long records, long from, long to) {
        long first = Math.max(from, Position.of(number, 0));
        long last = Math.min(to, Position.of(number, records));
        return Math.max(0, last - first);
    }
}
