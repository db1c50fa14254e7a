package io.forebay.storage.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.ChildJvm;
import io.forebay.storage.LogConfig;
import io.forebay.storage.LogCursor;
import io.forebay.storage.Message;
import io.forebay.storage.Position;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed again and again while it appends; what it had acknowledged is there, in order, QoS 2 once. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CrashIT {
    private static final int DEVICES = 20;
    private static final int KILLS = 12;
    /** Nothing in the log has a deadline that a longer stop would pass: -Dforebay.stop.seconds=60 proves it. */
    private static final int STOP_SECONDS = Integer.getInteger("forebay.stop.seconds", 1);

    @TempDir
    Path directory;

    private final int[] next = new int[DEVICES];
    private final boolean[] toRelease = new boolean[DEVICES];

    static LogConfig config(Path directory) {
        return new LogConfig(directory, LogConfig.SEGMENT_BYTES_MIN, 4L << 30, 0, 1 << 20, 10_000, 16L << 20, 1000);
    }

    private static int qos(int device) {
        return 1 + device % 2;
    }

    @Test
    void whatWasAcknowledgedSurvivesEveryKill() throws Exception {
        long seed = System.nanoTime();
        System.out.println("CrashIT seed " + seed);
        Random random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            runAndKill(random.nextInt(400));
            check("seed " + seed + ", kill " + kill);
        }
    }

    @Test
    void processThatWasStoppedForSecondsGoesOn() throws Exception {
        try (Running child = start(List.of())) {
            child.readFor(300);
            signal("STOP", child.process);
            TimeUnit.SECONDS.sleep(STOP_SECONDS); // The fault itself: nothing is waited for.
            child.readWhatIsThere();
            int before = acknowledged();
            signal("CONT", child.process);
            child.readUntil(() -> acknowledged() > before);
            assertTrue(acknowledged() > before, "nothing was acknowledged afterwards");
            child.kill();
        }
        check("after SIGSTOP");
    }

    private static void signal(String name, Process process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertEquals(0, kill.waitFor());
    }

    private int acknowledged() {
        return Arrays.stream(next).sum();
    }

    @Test
    void processWithoutMemoryEndsAndLosesNothing() throws Exception {
        List<String> options = List.of("-Xmx40m", "-XX:+ExitOnOutOfMemoryError", "-Dhog=true");
        try (Running child = start(options)) {
            child.readUntil(() -> false);
            assertEquals(3, child.process.waitFor(), "ended by ExitOnOutOfMemoryError");
        }
        assertTrue(acknowledged() > 0);
        check("after the memory was used up");
    }

    private Running start(List<String> jvmOptions) throws IOException {
        return new Running(ChildJvm.start(ChildJvm.command(CrashChild.class, jvmOptions, arguments())));
    }

    private String[] arguments() {
        List<String> arguments = new ArrayList<>(List.of(directory.toString()));
        for (int i = 0; i < DEVICES; i++) {
            arguments.add(qos(i) + ":" + next[i] + ":" + (toRelease[i] ? "release" : "publish"));
        }
        return arguments.toArray(String[]::new);
    }

    /** A child and what it prints. Owned by the test. */
    private final class Running implements AutoCloseable {
        final Process process;
        private final BufferedReader lines;

        Running(Process process) {
            this.process = process;
            this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        /** Counted from the first line. */
        void readFor(int ms) throws IOException {
            long until = Long.MAX_VALUE;
            while (System.currentTimeMillis() < until) {
                String line = lines.readLine();
                if (line == null) {
                    return;
                }
                note(line);
                until = Math.min(until, System.currentTimeMillis() + ms);
            }
        }

        /** To the end if that never holds. */
        void readUntil(BooleanSupplier enough) throws IOException {
            while (!enough.getAsBoolean()) {
                String line = lines.readLine();
                if (line == null) {
                    return;
                }
                note(line);
            }
        }

        void readWhatIsThere() throws IOException {
            while (lines.ready()) {
                note(lines.readLine());
            }
        }

        void kill() throws IOException {
            process.toHandle().destroyForcibly(); // Through the handle, or the rest of its output is lost.
            readUntil(() -> false);
        }

        @Override
        public void close() throws IOException {
            process.toHandle().destroyForcibly();
            lines.close();
        }
    }

    private void runAndKill(int afterMs) throws Exception {
        try (Running child = start(List.of())) {
            child.readFor(afterMs); // Not from its start: a JVM takes its time.
            child.kill();
            assertEquals(128 + 9, child.process.waitFor(), "killed, and not ended by itself");
        }
    }

    private void note(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !List.of("published", "released").contains(words[0]) || words[2].isEmpty()) {
            return; // cut off by the kill, or what the JVM says at its end
        }
        int device = Integer.parseInt(words[1]);
        boolean published = words[0].equals("published");
        if (published && qos(device) == 2) {
            toRelease[device] = true;
        } else {
            toRelease[device] = false;
            next[device]++;
        }
    }

    private void check(String when) throws IOException {
        int[] seen = new int[DEVICES];
        try (ChronicleMessageLog log = Fixture.open(directory);
                LogCursor cursor = log.cursor(Position.START)) {
            while (cursor.next()) {
                Message message = cursor.message();
                int device = Integer.parseInt(message.clientId().substring("device-".length()));
                String payload = new String(message.payload(), StandardCharsets.UTF_8);
                int sequence = Integer.parseInt(payload.replace("x", ""));
                if (qos(device) == 2 || sequence > seen[device] - 1) {
                    assertEquals(seen[device], sequence, device + " " + when);
                    seen[device]++;
                }
            }
        }
        for (int i = 0; i < DEVICES; i++) {
            int acknowledged = next[i] + (toRelease[i] ? 1 : 0);
            assertTrue(seen[i] >= acknowledged, "device " + i + ": " + seen[i] + " of " + acknowledged + ", " + when);
            assertTrue(seen[i] <= next[i] + 1, "device " + i + " has more than it sent, " + when);
        }
    }
}
