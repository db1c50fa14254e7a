package io.forebay.storage.chronicle;

import io.forebay.storage.LogConfig;
import io.forebay.storage.LogCursor;
import io.forebay.storage.LogState;
import io.forebay.storage.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs on a small file system for {@link SmallDiskIT}: fills it to the last byte, and expects that the log waits, loses
 * nothing and goes on. Exit code 0 if so.
 */
final class SmallDiskChild {
    private final Path directory;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private int sent;
    private int read;

    private SmallDiskChild(Path directory) {
        this.directory = directory;
    }

    public static void main(String[] args) throws Exception {
        new SmallDiskChild(Path.of(args[0])).run(Integer.parseInt(args[1]));
    }

    private void run(int rounds) throws Exception {
        LogConfig config = new LogConfig(
                directory.resolve("data"), LogConfig.SEGMENT_BYTES_MIN, 1L << 30, 0, 1 << 20, 1000, 4L << 20, 10);
        try (ChronicleMessageLog log = ChronicleMessageLog.open(config, new SimpleMeterRegistry(), cause -> {
                    cause.printStackTrace();
                    Runtime.getRuntime().halt(4);
                });
                LogCursor cursor = log.cursor(log.resumePosition())) {
            for (int round = 0; round < rounds; round++) {
                round(log, cursor);
            }
        }
        expect(acknowledged.get() == sent && failed.get() == 0, "all is acknowledged in the end");
        System.out.println("acknowledged " + acknowledged + ", read " + read);
    }

    private void round(ChronicleMessageLog log, LogCursor cursor) throws Exception {
        Path filler = fillDisk();
        int before = acknowledged.get();
        while (log.state() != LogState.FULL || log.hasRoom()) {
            if (log.hasRoom()) {
                send(log);
            }
        }
        expect(acknowledged.get() > before, "what was allocated before could still be written");
        expect(acknowledged.get() < sent, "the rest waits");
        int safe = acknowledged.get();
        while (read < safe) {
            expect(cursor.next(), "message " + read + " of " + safe + " can be read");
            check(cursor.message());
        }
        Files.delete(filler);
        log.retainFrom(cursor.nextPosition());
        log.forgetBefore(cursor.nextPosition());
        while (acknowledged.get() < sent) {
            Thread.onSpinWait();
        }
        while (read < sent) {
            expect(cursor.next(), "message " + read + " can be read after there was space again");
            check(cursor.message());
        }
        log.retainFrom(cursor.nextPosition());
        log.forgetBefore(cursor.nextPosition());
        expect(log.state() == LogState.OPEN, "the log is open again");
    }

    private void send(ChronicleMessageLog log) {
        byte[] payload = new byte[3000];
        RecordCodec.putInt(payload, 0, sent++);
        log.append(new Message(0, "c", "t", 1, false, false, 4, 1, new byte[0], payload))
                .onComplete(outcome -> {
                    (outcome.succeeded() ? acknowledged : failed).incrementAndGet();
                });
    }

    private void check(Message message) {
        int found = RecordCodec.getInt(message.payload(), 0);
        expect(found == read, "message " + read + " comes next, not " + found);
        read++;
    }

    /** To the last byte: a store to a page that is not allocated would now be a SIGBUS. */
    private Path fillDisk() throws IOException {
        Path filler = directory.resolve("filler");
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] block = new byte[4096];
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            return filler;
        }
    }

    private static void expect(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("Expected that " + what);
        }
    }
}
