package io.forebay.storage.chronicle;

import io.forebay.storage.Forecast;
import io.forebay.storage.LogConfig;
import io.forebay.storage.LogCursor;
import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import io.forebay.storage.LogState;
import io.forebay.storage.LogStatus;
import io.forebay.storage.Message;
import io.forebay.storage.MessageLog;
import io.forebay.storage.Position;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log on Chronicle Queue: the parts of this package put together. Any thread may call it; it has no state of its own
 * but whether it is closed.
 */
public final class ChronicleMessageLog implements MessageLog {
    private static final Logger LOG = LoggerFactory.getLogger(ChronicleMessageLog.class);

    private final LogConfig config;
    private final LogDirectory directory;
    private final Segments segments;
    private final SegmentPreparer preparer;
    private final Space space;
    private final RetainedSegments kept;
    private final LogKeeper keeper;
    private final ActiveSegment active;
    private final LogCondition condition;
    private final LogWriter writer;
    private final Thread writerThread;
    private final Inbox inbox;
    private final LossReport losses;
    private final Healing healing;
    private final LogMeters meters;
    private final long resumePosition;
    private boolean closed;

    /**
     * Opens the log in its directory, which is made if missing. Blocks while the end of the last segment is looked for
     * and the first new one is made.
     *
     * @param onFatal is told once, on the writer thread, of a bug that has stopped it; the process should end then
     * @throws LogException if the directory cannot be used
     */
    public static ChronicleMessageLog open(LogConfig config, MeterRegistry registry, Consumer<Throwable> onFatal) {
        return open(config, registry, onFatal, Disk.real());
    }

    /** As above, on a disk that a test can make fail, fill or wait. */
    public static ChronicleMessageLog open(
            LogConfig config, MeterRegistry registry, Consumer<Throwable> onFatal, Disk disk) {
        return open(config, registry, onFatal, disk, System::currentTimeMillis);
    }

    static ChronicleMessageLog open(
            LogConfig config, MeterRegistry registry, Consumer<Throwable> onFatal, Disk disk, LongSupplier clockMs) {
        return open(config, registry, onFatal, disk, clockMs, () -> System.nanoTime() / 1_000_000);
    }

    /** @param steadyMs a clock that nobody sets */
    static ChronicleMessageLog open(
            LogConfig config,
            MeterRegistry registry,
            Consumer<Throwable> onFatal,
            Disk disk,
            LongSupplier clockMs,
            LongSupplier steadyMs) {
        LogDirectory directory = LogDirectory.open(config.directory(), disk);
        try {
            ChronicleMessageLog log =
                    new ChronicleMessageLog(config, registry, onFatal, disk, clockMs, steadyMs, directory);
            log.start();
            return log;
        } catch (IOException cause) {
            directory.close();
            throw new LogException(
                    Kind.UNUSABLE_DIRECTORY,
                    "The log in " + config.directory().toAbsolutePath() + " cannot be opened: " + cause,
                    cause);
        } catch (RuntimeException cause) {
            directory.close();
            throw cause;
        }
    }

    private ChronicleMessageLog(
            LogConfig config,
            MeterRegistry registry,
            Consumer<Throwable> onFatal,
            Disk disk,
            LongSupplier clockMs,
            LongSupplier steadyMs,
            LogDirectory directory)
            throws IOException {
        this.config = config;
        this.directory = directory;
        meters = new LogMeters(registry);
        losses = new LossReport(meters);
        Disk watched = new WatchedDisk(disk, meters);
        RecordCipher cipher = new RecordCipher(config.keys());
        segments = new Segments(directory.segments(), watched, cipher);
        Sessions sessions = new Sessions(config.sessionsMax(), SegmentWriter.roomOf(config.segmentBytes()) / 4, cipher);
        PositionFile positionFile = PositionFile.open(directory.positionFile(), watched);
        Recovery.Recovered recovered = new Recovery(segments, sessions, losses)
                .run(clockMs.getAsLong(), positionFile.position().orElse(Position.START));
        resumePosition = resumeAt(positionFile);
        segments.settledBefore(resumePosition);
        int firstNumber = Math.max(recovered.lastNumber(), Position.segment(resumePosition)) + 1;
        space = new Space(segments, config, watched, new FillingOfThis(), () -> System.nanoTime() / 1_000_000);
        preparer = new SegmentPreparer(segments, config, watched, space, firstNumber);
        kept = new RetainedSegments(config.retention(), clockMs, steadyMs, this::firstArrivalMs);
        keeper = new LogKeeper(segments, positionFile, resumePosition, config, watched, kept, preparer::spaceFreed);
        inbox = new Inbox(config.queueMessagesMax(), config.queueBytesMax());
        healing = new Healing(meters);
        active = new ActiveSegment(recovered, segments, keeper, watched, meters);
        condition = new LogCondition(healing, onFatal);
        writer = new LogWriter(inbox, sessions, active, preparer, condition, clockMs);
        writerThread = new Thread(writer, "forebay-log-writer");
        // What is acknowledged is on the disk: nothing keeps a process from ending but close().
        writerThread.setDaemon(true);
        meters.watch(inbox, segments, kept, writer, condition, space);
    }

    private long resumeAt(PositionFile positionFile) throws IOException {
        if (positionFile.position().isPresent()) {
            return positionFile.position().getAsLong();
        }
        Segment oldest = segments.atOrAfter(0);
        if (oldest != null) {
            LOG.warn(
                    "The position of the bridge is lost, it starts at the oldest segment and repeats messages [segment={}]",
                    oldest.number());
        }
        positionFile.save(Position.START);
        return oldest == null ? Position.START : Position.of(oldest.number(), 0);
    }

    private void start() {
        keeper.start(active::snapshotSegment);
        writerThread.start();
        preparer.start(writerThread, keeper::makeSpace);
        try {
            condition.awaitBegun();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Future<Appended> append(Message message) {
        return append(message, null);
    }

    @Override
    public Future<Appended> append(Message message, Runnable onWritten) {
        Submissions.Append append = new Submissions.Append(message, segments.cipher(), onWritten);
        if (append.bytes()
                > config.recordBytesMax()
                        + RecordCodec.MESSAGE_OVERHEAD
                        + segments.cipher().overhead()) {
            throw new IllegalArgumentException("A message of " + append.bytes()
                    + " bytes is larger than the log is configured for: " + config.recordBytesMax());
        }
        return submit(append);
    }

    private <T> Future<T> submit(Submission<T> submission) {
        if (!inbox.put(submission)) {
            submission.failsWith(new LogException(Kind.CLOSED, "The log is closed"));
            submission.settle();
        }
        return submission.future();
    }

    @Override
    public boolean hasRoom() {
        return inbox.hasRoom();
    }

    @Override
    public Future<Void> room() {
        return hasRoom() ? Future.succeededFuture() : submit(new Submissions.Room());
    }

    @Override
    public Future<Boolean> openSession(String clientId, boolean cleanStart, long expirySeconds) {
        return submit(new Submissions.OpenSession(clientId, cleanStart, expirySeconds));
    }

    @Override
    public Future<Released> release(String clientId, int packetId) {
        return submit(new Submissions.Release(clientId, packetId));
    }

    @Override
    public Future<Void> closeSession(String clientId, long expirySeconds) {
        return submit(new Submissions.CloseSession(clientId, expirySeconds));
    }

    @Override
    public long durableEnd() {
        return active.durableEnd();
    }

    @Override
    public Runnable onDurable(Runnable listener) {
        return writer.onDurable(listener);
    }

    @Override
    public long resumePosition() {
        return resumePosition;
    }

    @Override
    public LogCursor cursor(long from) {
        return new ChronicleCursor(segments, active::durableEnd, losses, from);
    }

    @Override
    public long firstPosition() {
        Segment first = segments.atOrAfter(0);
        return first == null ? Position.of(Position.segment(durableEnd()), 0) : Position.of(first.number(), 0);
    }

    /** 0 if there is no message in it. */
    private long firstArrivalMs(Segment segment) {
        try (LogCursor cursor = cursor(Position.of(segment.number(), 0))) {
            return cursor.next() && cursor.position() < segment.end() ? cursor.arrivedAtMs() : 0;
        }
    }

    @Override
    public void forgetBefore(long position) {
        keeper.forgetBefore(position);
    }

    @Override
    public void forget(int segment) {
        keeper.forget(segment);
    }

    @Override
    public void retainFrom(long position) {
        keeper.retainFrom(position);
    }

    @Override
    public long recordsBetween(long from, long to) {
        return segments.recordsBetween(from, to, durableEnd());
    }

    @Override
    public Forecast forecast() {
        return space.forecast();
    }

    @Override
    public LogState state() {
        return condition.state();
    }

    @Override
    public LogStatus status() {
        return new LogStatus(condition.state(), healing.fault(), meters.faults(), meters.skipped());
    }

    @Override
    public String gatewayId() {
        return directory.gatewayId();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        inbox.stop();
        awaitWriter();
        preparer.close();
        try {
            keeper.close();
        } catch (IOException cause) {
            LOG.warn("The file with the position of the bridge does not close", cause);
        }
        meters.close();
        directory.close();
    }

    /** However long it takes: what is queued is synced before the directory is let go. */
    private void awaitWriter() {
        boolean interrupted = false;
        while (writerThread.isAlive()) {
            try {
                writerThread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class FillingOfThis implements Space.Filling {
        @Override
        public long used() {
            long needed = keeper.neededFrom();
            long end = active.durableEnd();
            boolean inLast = Position.segment(needed) == Position.segment(end);
            long done = inLast
                    ? active.writtenBytes() * Position.index(needed) / Math.max(1, Position.index(end))
                    : segments.bytesBefore(needed);
            return Math.max(0, segments.bytes() - spare() - done);
        }

        @Override
        public long spare() {
            long written = active.writtenBytes();
            // What is kept without need makes room.
            return kept.bytes() + preparer.readyBytes() + (written == 0 ? 0 : config.segmentBytes() - written);
        }

        @Override
        public boolean isFull() {
            return state() == LogState.FULL;
        }
    }
}
