package io.forebay.storage.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogException;
import io.forebay.storage.LogState;
import io.forebay.storage.Position;
import io.forebay.storage.ProbableLanes;
import io.forebay.storage.chronicle.Publishers.Counts;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One fault after the other under devices that publish; what is counted is what ARCHITECTURE.md promises. */
@Timeout(180)
class FaultMatrixTest {
    private static final int ACTS = 300;

    @TempDir
    Path temporary;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final FaultyDisk disk = new FaultyDisk();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong nowMs = new AtomicLong(1_700_000_000_000L);
    private Publishers devices = new Publishers(200);

    private ChronicleMessageLog open(Path directory) {
        return ChronicleMessageLog.open(Fixture.config(directory), meters, Fixture.NOT_EXPECTED, disk, nowMs::get);
    }

    private interface Moment {
        void at(int act) throws Exception;
    }

    private void publish(ChronicleMessageLog log, Moment moment) throws Exception {
        devices.connect(log);
        List<Future<?>> all = new ArrayList<>();
        for (int act = 0; act < ACTS; act++) {
            moment.at(act);
            all.add(devices.act(log, random));
        }
        moment.at(ACTS);
        Fixture.await(Future.join(all));
    }

    private void check(Path directory, String fault) throws IOException {
        try (ChronicleMessageLog log = open(directory)) {
            List<String> wrong = new ArrayList<>();
            Counts counts = devices.check(log, Position.START, wrong);
            assertEquals(List.of(), wrong, "seed " + seed);
            FaultMatrix.holds(fault, counts);
        }
    }

    @Test
    void killAtEveryStepOfTheDiskLosesNothing() throws Exception {
        Counts sum = Counts.NONE;
        for (int step = 1; step <= 40; step++) {
            PowerDisk first = new PowerDisk(Files.createDirectory(temporary.resolve("step-" + step)), random);
            Publishers[] atKill = new Publishers[1];
            Publishers now = new Publishers(100);
            first.killAt(step, () -> atKill[0] = now.reconnected());
            try (ChronicleMessageLog log = open(first)) {
                now.connect(log);
                for (int i = 0; i < 60 && !first.isCut(); i++) {
                    Fixture.await(now.act(log, random));
                }
                first.cutNow();
            }
            PowerDisk second = first.after(Files.createDirectory(temporary.resolve("after-" + step)));
            try (ChronicleMessageLog log = open(second)) {
                atKill[0].connect(log);
                for (int i = 0; i < 12; i++) {
                    Fixture.await(atKill[0].act(log, random));
                }
                List<String> wrong = new ArrayList<>();
                sum = sum.plus(atKill[0].check(log, Position.START, wrong));
                assertEquals(List.of(), wrong, "seed " + seed + ", step " + step);
            }
        }
        FaultMatrix.holds("`kill -9` at any step", sum);
    }

    private ChronicleMessageLog open(PowerDisk power) {
        return ChronicleMessageLog.open(Fixture.config(power.root()), meters, Fixture.NOT_EXPECTED, power);
    }

    @Test
    void syncsThatFailLoseAndRepeatNothing() throws Exception {
        try (ChronicleMessageLog log = open(temporary)) {
            publish(log, act -> {
                if (act % 60 == 30) {
                    disk.failForces(1 + random.nextInt(3));
                }
            });
        }
        check(temporary, "a sync fails (EIO)");
    }

    @Test
    void storesThatFailLoseAndRepeatNothing() throws Exception {
        try (ChronicleMessageLog log = open(temporary)) {
            publish(log, act -> {
                boolean fails = act % 60 == 30;
                disk.forceBreaks =
                        fails ? new InternalError("a fault occurred in an unsafe memory access operation") : null;
                if (fails) {
                    long before = log.status().faults();
                    Future<?> written = devices.act(log, random);
                    while (written.isComplete()) {
                        written = devices.act(log, random); // One that waits for an answer does nothing.
                    }
                    Fixture.until(() -> log.status().faults() > before);
                }
            });
        }
        check(temporary, "a write fails (EIO, SIGBUS)");
    }

    @Test
    void slowSyncIsWaitedForAndNothingIsRepeated() throws Exception {
        try (ChronicleMessageLog log = open(temporary)) {
            publish(log, act -> {
                if (act == 100) {
                    disk.gate = new Semaphore(0);
                } else if (act == ACTS) {
                    disk.arrived.acquire();
                    disk.gate.release(1_000_000);
                }
            });
        }
        disk.gate = null;
        check(temporary, "a sync takes long, the process stands still");
    }

    @Test
    void wantOfDescriptorsIsWaitedFor() throws Exception {
        disk.noDescriptors = true;
        try (ChronicleMessageLog log = open(temporary)) {
            assertTrue(log.state() != LogState.OPEN);
            publish(log, act -> disk.noDescriptors = act < ACTS);
            assertTrue(log.status().faults() > 0);
        }
        check(temporary, "out of file descriptors");
    }

    @Test
    void clockThatJumpsByADayLosesNoSessionAndNoMessage() throws Exception {
        try (ChronicleMessageLog log = open(temporary)) {
            publish(log, act -> {
                if (act % 50 == 0) {
                    nowMs.addAndGet((random.nextBoolean() ? 1 : -1) * 86_400_000L);
                }
            });
        }
        nowMs.addAndGet(-3 * 86_400_000L);
        devices = devices.reconnected();
        try (ChronicleMessageLog log = open(temporary)) {
            publish(log, act -> {});
        }
        check(temporary, "the clock jumps by a day, to and fro");
    }

    @Test
    void positionThatIsCutAtAnyByteIsTheOldOneOrTheNewOne() throws Exception {
        Path file = temporary.resolve("position");
        for (int bytes = 0; bytes <= 28; bytes++) {
            try (PositionFile position = PositionFile.open(file, disk)) {
                disk.writableBytes = -1;
                position.save(1000 + bytes);
                disk.writableBytes = bytes;
                if (bytes < 28) {
                    assertThrows(IOException.class, () -> position.save(5000));
                }
            }
            try (PositionFile position = PositionFile.open(file, disk)) {
                assertEquals(1000 + bytes, position.position().getAsLong(), bytes + " bytes");
            }
        }
    }

    @Test
    void recordThatIsCutAtAnyByteIsTheEnd() throws Exception {
        Path segment = Files.createDirectories(temporary.resolve("log")).resolve(Segment.directoryName(1));
        SegmentWriter writer = SegmentWriter.create(segment, 1, Fixture.SEGMENT, disk);
        for (int i = 0; i < 3; i++) {
            writer.append(RecordCipher.NONE.seal(RecordCodec.message(Fixture.message("m" + i))), 0, false);
        }
        writer.abandon();
        Path data = ChronicleFiles.data(segment);
        long end;
        long last;
        try (SegmentReader reader = new SegmentReader(1, segment, new SegmentOffsets())) {
            assertTrue(reader.next());
            assertTrue(reader.next());
            last = reader.recordEnd();
            assertTrue(reader.next());
            end = reader.recordEnd();
        }
        byte[] whole = new byte[(int) (end - last)];
        try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
            file.seek(last);
            file.readFully(whole);
            for (int kept = 0; kept < whole.length - 3; kept++) {
                byte[] torn = new byte[whole.length];
                System.arraycopy(whole, 0, torn, 0, kept);
                file.seek(last);
                file.write(torn);
                try (SegmentReader reader = new SegmentReader(1, segment, new SegmentOffsets())) {
                    long records = UnsealedSegment.read(1, reader, this::notLost, SegmentRepair.UNKNOWN)
                            .records();
                    assertEquals(2, records, kept + " bytes are there");
                }
            }
        }
    }

    private void notLost(int segment, long from, long to, ProbableLanes lanes) {
        throw new AssertionError("It was never safe: " + segment + " from " + from + " to " + to);
    }

    @Test
    void lockFileOfADeadProcessWithTheSameIdIsNoHindrance() throws Exception {
        String pid = ManagementFactory.getRuntimeMXBean().getName().split("@", -1)[0];
        Files.writeString(temporary.resolve("lock"), pid);
        try (ChronicleMessageLog log = open(temporary)) {
            publish(log, act -> {});
        }
        check(temporary, "restart with the same process id");
    }

    @Test
    void directoryThatCannotBeWrittenIsRefusedInOneSentence() {
        LogException refused = assertThrows(LogException.class, () -> open(Path.of("/proc/forebay")));

        assertEquals(LogException.Kind.UNUSABLE_DIRECTORY, refused.kind());
        assertTrue(refused.getMessage().startsWith("The directory /proc/forebay cannot be used"), refused.getMessage());
    }
}
