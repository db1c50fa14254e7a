package io.forebay.storage.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.storage.chronicle.Publishers.Counts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Power is cut at any moment: while messages come, while a segment is begun, while a start looks at what the last cut has
 * left, and after syncs that failed. {@code -Dseed} runs one life again, {@code -Dseeds} tells how many.
 */
@Timeout(240)
class PowerLossTest {
    private static final int CUTS_PER_SEED = 4;

    @TempDir
    Path temporary;

    private int directories;
    private int cuts;
    private int kills;

    @Test
    void whatIsAcknowledgedSurvivesEveryCut() throws Exception {
        Long only = Long.getLong("seed");
        int seeds = only == null ? Integer.getInteger("seeds", 126) : 1;
        long first = only == null ? System.nanoTime() : only;
        System.out.println("PowerLossTest seeds from " + first);
        Counts sum = Counts.NONE;
        for (int i = 0; i < seeds; i++) {
            sum = sum.plus(live(first + i));
        }
        System.out.println("PowerLossTest " + cuts + " cuts of power, " + kills + " kills: " + sum);
        FaultMatrix.holds("power is cut", sum);
    }

    /** One data directory through several cuts. */
    private Counts live(long seed) throws Exception {
        Random random = new Random(seed);
        boolean deleting = random.nextInt(4) == 0;
        double failing = random.nextInt(3) == 0 ? 0.1 : 0;
        Publishers devices = new Publishers(random.nextInt(25) == 0 ? 900_000 : random.nextInt(2000));
        PowerDisk disk = new PowerDisk(fresh(), random);
        long resumed = 0;
        for (int cut = 0; cut < CUTS_PER_SEED; cut++) {
            Publishers now = devices;
            Publishers[] atCut = new Publishers[1];
            disk.failing(failing);
            // Mostly later than what the start does, but there as well.
            disk.cutAt(1 + random.nextInt(random.nextInt(3) == 0 ? 16 : 60), () -> atCut[0] = now.reconnected());
            try (ChronicleMessageLog log = open(disk)) {
                check(log, now, deleting, "seed " + seed + ", cut " + cut);
                assertTrue(log.resumePosition() >= resumed, "seed " + seed + ": the position goes back");
                resumed = log.resumePosition();
                publish(log, now, disk, random, deleting);
                disk.failing(0);
                disk.cutNow();
            }
            PowerDisk next = disk.after(fresh());
            cuts += disk.isKill() ? 0 : 1;
            kills += disk.isKill() ? 1 : 0;
            delete(disk.root());
            disk = next;
            devices = atCut[0];
        }
        try (ChronicleMessageLog log = open(disk)) {
            return check(log, devices, deleting, "seed " + seed + ", at the end");
        } finally {
            delete(disk.root());
        }
    }

    private static ChronicleMessageLog open(PowerDisk disk) {
        return ChronicleMessageLog.open(
                Fixture.config(disk.root()), new SimpleMeterRegistry(), Fixture.NOT_EXPECTED, disk);
    }

    @CanIgnoreReturnValue
    private static Counts check(ChronicleMessageLog log, Publishers devices, boolean deleting, String when) {
        List<String> wrong = new ArrayList<>();
        Counts counts = devices.check(log, deleting ? log.resumePosition() : 0, wrong);
        assertEquals(List.of(), wrong, when);
        return counts;
    }

    private static void publish(
            ChronicleMessageLog log, Publishers devices, PowerDisk disk, Random random, boolean deleting)
            throws Exception {
        devices.connect(log);
        Future<?> last = Future.succeededFuture();
        int acts = 5 + random.nextInt(40);
        for (int i = 0; i < acts && !disk.isCut(); i++) {
            last = devices.act(log, random);
            if (random.nextInt(4) == 0) {
                Fixture.await(last);
            }
            if (random.nextInt(8) == 0) {
                long position = devices.somePosition(random);
                log.forgetBefore(position);
                if (deleting) {
                    log.retainFrom(position);
                }
            }
        }
        if (random.nextBoolean()) {
            Fixture.await(last);
        }
    }

    private Path fresh() throws IOException {
        return Files.createDirectory(temporary.resolve("life-" + directories++));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        }
    }
}
