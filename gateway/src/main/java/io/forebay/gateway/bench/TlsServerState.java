package io.forebay.gateway.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What the server of {@code bench tls} writes of itself, one line each time.
 *
 * @param settled whether nobody came or went since the line before, and the garbage is collected
 */
record TlsServerState(
        long atMs, int open, long handshakes, long cpuMicros, long heapKiB, long residentKiB, boolean settled) {
    private static final String MARK = "state";

    String line() {
        return String.join(
                " ",
                MARK,
                "" + atMs,
                "" + open,
                "" + handshakes,
                "" + cpuMicros,
                "" + heapKiB,
                "" + residentKiB,
                "" + settled);
    }

    private static TlsServerState of(String line) {
        long[] numbers = Arrays.stream(line.split(" ", -1))
                .skip(1)
                .limit(6)
                .mapToLong(Long::parseLong)
                .toArray();
        return new TlsServerState(
                numbers[0], (int) numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], line.endsWith("true"));
    }

    /** Waits for the next line that says so. */
    static TlsServerState await(Path output, Duration patience, Predicate<TlsServerState> wanted)
            throws IOException, InterruptedException {
        long seen = System.currentTimeMillis();
        long giveUpAt = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < giveUpAt) {
            TlsServerState last = last(output);
            if (last != null && last.atMs >= seen && wanted.test(last)) {
                return last;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new IOException("The server does not answer: see " + output);
    }

    private static TlsServerState last(Path output) throws IOException {
        if (!Files.exists(output)) {
            return null;
        }
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        for (int i = lines.size() - 2; i >= 0; i--) { // The last one may still be being written.
            if (lines.get(i).startsWith(MARK)) {
                return of(lines.get(i));
            }
        }
        return null;
    }
}
