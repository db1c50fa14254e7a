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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Power is cut at any moment: while messages come, while a segment is begun, while a start looks at what the last cut has
 * left, and after syncs that failed. What counts is a cut that took away something that was written: one between two writes
 * proves nothing, and a kill leaves all of it. {@code -Dseed} runs one life again, {@code -Dcuts} tells how
 * many cuts there are.
 */
@Timeout(240)
class PowerLossTest {
    private static final int CUTS_PER_SEED = 4;
    private static final int ACTS_MAX = 500;

    @TempDir
    Path temporary;

    private final AtomicInteger directories = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicInteger inVain = new AtomicInteger();
    private final AtomicInteger kills = new AtomicInteger();
    private final AtomicLong nextSeed = new AtomicLong(Long.getLong("seed", System.nanoTime()));
    private final int wanted = Integer.getInteger("cuts", Long.getLong("seed") == null ? 500 : 1);

    @Test
    void whatIsAcknowledgedSurvivesEveryCut() throws Exception {
        System.out.println("PowerLossTest seeds from " + nextSeed);
        Counts sum = Counts.NONE;
        ExecutorService threads = Executors.newFixedThreadPool(wanted == 1 ? 1 : 2);
        try {
            List<CompletableFuture<Counts>> all = List.of(
                    CompletableFuture.supplyAsync(this::lives, threads),
                    CompletableFuture.supplyAsync(this::lives, threads));
            for (CompletableFuture<Counts> each : all) {
                sum = sum.plus(each.get());
            }
        } finally {
            threads.shutdown();
        }
        System.out.println("PowerLossTest " + cuts + " cuts of power that took something, " + inVain + " that did not, "
                + kills + " kills: " + sum);
        FaultMatrix.holds("power is cut", sum);
    }

    /** One after the other until there were cuts enough. */
    private Counts lives() {
        Counts sum = Counts.NONE;
        while (cuts.get() < wanted) {
            long seed = nextSeed.getAndIncrement();
            try {
                sum = sum.plus(live(seed));
            } catch (Exception fault) {
                throw new AssertionError("seed " + seed, fault);
            }
            assertTrue(inVain.get() + kills.get() < 2 * wanted + 10, "most cuts take nothing: " + inVain);
        }
        return sum;
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
            disk.cutAt(someStep(random), () -> atCut[0] = now.reconnected());
            try (ChronicleMessageLog log = open(disk)) {
                check(log, now, deleting, "seed " + seed + ", cut " + cut);
                assertTrue(log.resumePosition() >= resumed, "seed " + seed + ": the position goes back");
                resumed = log.resumePosition();
                publish(log, now, disk, random, deleting);
                disk.failing(0);
                disk.cutNow();
            }
            PowerDisk next = disk.after(fresh());
            count(disk);
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

    /** Mostly later than what the start does, but there as well; and mostly before a write is safe, which is an odd one. */
    private static int someStep(Random random) {
        int step = random.nextInt(random.nextInt(3) == 0 ? 16 : 80);
        return 1 + (random.nextInt(4) == 0 ? step : step / 2 * 2);
    }

    private void count(PowerDisk disk) {
        if (disk.isKill()) {
            kills.incrementAndGet();
        } else if (disk.tookSomething()) {
            cuts.incrementAndGet();
        } else {
            inVain.incrementAndGet();
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
        // Seldom it comes to rest before the cut.
        int acts = random.nextInt(8) == 0 ? random.nextInt(20) : ACTS_MAX;
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
        Fixture.await(last);
    }

    private Path fresh() throws IOException {
        return Files.createDirectory(temporary.resolve("life-" + directories.incrementAndGet()));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        }
    }
}
