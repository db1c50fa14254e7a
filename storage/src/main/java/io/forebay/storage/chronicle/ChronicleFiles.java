package io.forebay.storage.chronicle;

import java.nio.file.Path;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a segment directory is opened with Chronicle Queue: one file that never rolls by the clock, no sync by Chronicle
 * (ours covers the whole file, its own only the mapped part), and nothing that phones home. No state.
 */
final class ChronicleFiles {
    /** Nobody else ever holds a lock on a segment, so it is never waited for. */
    private static final long TIMEOUT_MS = 1_000;

    /** The cycle that every segment's only file belongs to, and its name in Chronicle's roll format. */
    private static final int CYCLE = 1;

    private static final long CLOCK_MS = CYCLE * 86_400_000L;
    private static final String DATA_NAME = "19700102F";

    /** Chronicle reserves this much for the file's table of locks; all of it is taken before it is mapped. */
    static final long METADATA_BYTES = 128 << 10;

    static {
        prepareRuntime();
    }

    private ChronicleFiles() {}

    private static void prepareRuntime() {
        // Before the first Chronicle class looks at them.
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
        System.setProperty("chronicle.disk.monitor.disable", "true");
        System.setProperty("chronicle.queue.disableFileShrinking", "true");
        Logger log = LoggerFactory.getLogger(ChronicleFiles.class);
        Jvm.setErrorExceptionHandler((source, message, cause) -> log.warn("Chronicle reports: {}", message, cause));
        Jvm.setWarnExceptionHandler((source, message, cause) -> log.warn("Chronicle warns: {}", message, cause));
        Jvm.setPerfExceptionHandler(null);
        Jvm.setDebugExceptionHandler(null);
    }

    static Path data(Path directory) {
        return directory.resolve(DATA_NAME + ".cq4");
    }

    /** A file of this name becomes the segment's file when the appender is first used. */
    static Path preparedData(Path directory) {
        return directory.resolve(DATA_NAME + ".precreated");
    }

    static Path metadata(Path directory) {
        return directory.resolve("metadata.cq4t");
    }

    /** @param dataBytes of one mapping, which holds all that is ever written */
    static SingleChronicleQueue openForWriting(Path directory, long dataBytes) {
        return SingleChronicleQueueBuilder.single(directory.toFile())
                .rollCycle(RollCycles.FAST_DAILY)
                .timeProvider(() -> CLOCK_MS)
                .blockSize(dataBytes)
                .timeoutMS(TIMEOUT_MS)
                .syncMode(SyncMode.NONE)
                .checkInterrupts(false)
                .build();
    }

    static long chronicleIndex(long index) {
        return RollCycles.FAST_DAILY.toIndex(CYCLE, index);
    }
}
