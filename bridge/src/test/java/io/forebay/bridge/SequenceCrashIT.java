package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.amqp.StubAmqpPeer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed again and again while it carries messages: each has one number, and no number is missing. */
class SequenceCrashIT {
    private static final int KILLS = 5;

    @TempDir
    Path directory;

    /** Of each lane: position to number. */
    private final Map<String, TreeMap<Long, Long>> numbers = new HashMap<>();
    /** Of each lane and run: how many have come in order. */
    private final Map<String, Integer> inRun = new HashMap<>();

    private final List<String> wrong = new ArrayList<>();
    private int repeats;

    @Test
    void numbersStayTheSameOverEveryKillAndNoneIsMissing() throws Exception {
        long seed = System.nanoTime();
        System.out.println("SequenceCrashIT seed " + seed);
        Random random = new Random(seed);
        try (StubAmqpPeer peer = new StubAmqpPeer()) {
            peer.keepsNothing().credit(address -> 200).judge(this::note).listen();
            for (int kill = 0; kill < KILLS; kill++) {
                Process child = start(peer, kill, "append");
                awaitMore(peer, child);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(500)));
                child.toHandle().destroyForcibly();
                assertEquals(128 + 9, child.waitFor(), "killed, and not ended by itself, seed " + seed);
                // What it had sent is heard before anything that the next one sends.
                peer.await("its connection is gone", () -> peer.connections() == 0);
            }
            Process last = start(peer, KILLS, "drain");
            assertTrue(last.waitFor(5, TimeUnit.MINUTES), "drains, seed " + seed);
            assertEquals(0, last.exitValue());
        }
        check(seed);
    }

    private Process start(StubAmqpPeer peer, int run, String what) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String each : List.of("java.lang.reflect", "java.nio", "sun.nio.ch")) {
            command.add("--add-opens=java.base/" + each + "=ALL-UNNAMED");
        }
        for (String each : List.of("java.base/sun.nio.ch", "java.base/jdk.internal.ref", "jdk.unsupported/sun.misc")) {
            command.add("--add-exports=" + each + "=ALL-UNNAMED");
        }
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(SequenceChild.class.getName(), directory.toString(), "" + peer.port(), "" + run, what));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** A JVM takes its time to start. */
    private static void awaitMore(StubAmqpPeer peer, Process child) {
        int before = peer.transfers();
        long began = System.nanoTime();
        while (peer.transfers() < before + 100) {
            assertTrue(child.isAlive(), "ended by itself");
            assertTrue(System.nanoTime() - began < TimeUnit.MINUTES.toNanos(3), "does not begin");
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** On the stub's thread, under its monitor. */
    private StubAmqpPeer.Verdict note(StubAmqpPeer.Transfer transfer) {
        Map<Symbol, Object> annotations =
                transfer.message().getMessageAnnotations().getValue();
        String lane = (String) annotations.get(Symbol.valueOf("x-opt-mqtt-client-id"));
        long position = (Long) annotations.get(Symbol.valueOf("x-opt-forebay-position"));
        long number = ((UnsignedLong) annotations.get(Symbol.valueOf("x-opt-forebay-sequence"))).longValue();
        TreeMap<Long, Long> known = numbers.computeIfAbsent(lane, key -> new TreeMap<>());
        Long before = known.put(position, number);
        if (before != null) {
            repeats++;
            noteIf(before != number, lane + ": " + before + " is sent again as " + number);
            return StubAmqpPeer.Verdict.ACCEPT;
        }
        noteIf(number != known.size(), lane + ": " + number + " comes as number " + known.size());
        noteIf(known.lastKey() != position, lane + ": " + number + " is behind a later one");
        ByteBuffer payload = ByteBuffer.wrap(transfer.payload());
        int run = payload.getInt();
        int count = payload.getInt();
        noteIf(inRun.merge(lane + "/" + run, 1, Integer::sum) != count + 1, lane + ": lost before " + count);
        return StubAmqpPeer.Verdict.ACCEPT;
    }

    private void noteIf(boolean isWrong, String what) {
        if (isWrong && wrong.size() < 10) {
            wrong.add(what);
        }
    }

    private void check(long seed) {
        int messages = numbers.values().stream().mapToInt(Map::size).sum();
        System.out.println("SequenceCrashIT messages " + messages + ", repeats " + repeats);
        assertEquals(List.of(), wrong, "seed " + seed);
        assertEquals(SequenceChild.LANES, numbers.size());
    }
}
