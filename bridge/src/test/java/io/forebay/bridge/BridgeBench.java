package io.forebay.bridge;

import io.forebay.bridge.amqp.EmbeddedArtemis;
import io.forebay.bridge.amqp.StubAmqpPeer;
import io.forebay.storage.Message;
import io.forebay.storage.state.RocksStateStore;
import io.forebay.storage.state.StateConfig;
import io.forebay.storage.state.StateStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures by hand, not in the build: {@code BridgeBench stub|artemis|artemis-slow|fresh|dead|lanes [messages] [lanes] [rounds]},
 * with {@code -Dcounted=true} the lanes are counted, in a state store in {@code -Dstate=DIRECTORY}. The log is made up as it is
 * read, so that what is measured is the bridge.
 */
final class BridgeBench {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final byte[] NOTHING = {};

    private BridgeBench() {}

    public static void main(String[] arguments) throws Exception {
        String target = arguments[0];
        int messages = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 500_000;
        int lanes = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1_000;
        int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 4;
        switch (target) {
            case "stub" -> {
                try (StubAmqpPeer peer = new StubAmqpPeer()) {
                    peer.keepsNothing().countsOnly().credit(address -> 4_000).listen();
                    for (int i = 0; i < rounds; i++) {
                        drain(AmqpConfig.of("localhost", peer.port()), messages, lanes);
                    }
                }
            }
            case "artemis" -> {
                try (EmbeddedArtemis broker = EmbeddedArtemis.start("uplink")) {
                    for (int i = 0; i < rounds; i++) {
                        drain(AmqpConfig.of("localhost", broker.port()), messages, lanes);
                    }
                }
            }
            // The journal timer that Artemis has by default.
            case "artemis-slow" -> {
                try (EmbeddedArtemis broker = EmbeddedArtemis.start("uplink", 3_333_333)) {
                    for (int i = 0; i < rounds; i++) {
                        drain(AmqpConfig.of("localhost", broker.port()), messages, lanes);
                    }
                }
            }
            case "fresh" -> fresh(messages, lanes);
            case "dead" -> dead(messages, lanes);
            case "lanes" -> lanes(lanes);
            default -> throw new IllegalArgumentException(target);
        }
    }

    private static FakeLog log(int messages, int lanes) {
        byte[] payload = new byte[200];
        String[] clients = new String[lanes];
        for (int i = 0; i < lanes; i++) {
            clients[i] = "device-" + i;
        }
        return new FakeLog(messages, index -> {
            String client = clients[(int) (((index * 2_654_435_761L) >>> 7) & 0x7fff_ffff) % lanes];
            return new Message(index, client, "plant/7/temperature", 1, false, false, 4, 1, NOTHING, payload);
        });
    }

    private static void drain(AmqpConfig amqp, int messages, int lanes) throws Exception {
        FakeLog log = log(messages, lanes);
        Optional<StateStore> store = state();
        SequenceStore sequences =
                store.<SequenceStore>map(open -> new StateSequences(open, log)).orElse(SequenceStore.NONE);
        Bridge bridge = new Bridge(log, Quarantine.none(), sequences, BridgeConfig.of(amqp), new SimpleMeterRegistry());
        bridge.start().toCompletionStage().toCompletableFuture().get();
        long cpu = cpuNanos();
        long began = System.nanoTime();
        int spilledMax = 0;
        while (FakeLog.indexAtOrAfter(log.forgotten()) < messages) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            spilledMax = Math.max(spilledMax, bridge.status().spilledLanes());
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        double cpuMicros = (cpuNanos() - cpu) / 1e3;
        System.out.printf(
                "%d messages, %d lanes: %.0f msg/s, bridge thread %.2f us/msg, busy %.0f %%, spilled at most %d%n",
                messages, lanes, messages / seconds, cpuMicros / messages, cpuMicros / 1e4 / seconds, spilledMax);
        bridge.stop().toCompletionStage().toCompletableFuture().get();
        if (sequences instanceof StateSequences open) {
            open.close();
        }
        store.ifPresent(StateStore::close);
    }

    /** Each time a new one. */
    private static Optional<StateStore> state() throws IOException {
        if (!Boolean.getBoolean("counted")) {
            return Optional.empty();
        }
        Path directory = Files.createTempDirectory(Path.of(System.getProperty("state")), "state");
        return Optional.of(RocksStateStore.open(directory, List.of(StateSequences.TABLE), StateConfig.DEFAULT));
    }

    private static long cpuNanos() {
        for (long id : THREADS.getAllThreadIds()) {
            if (THREADS.getThreadInfo(id) != null
                    && THREADS.getThreadInfo(id).getThreadName().equals("forebay-bridge")) {
                return THREADS.getThreadCpuTime(id);
            }
        }
        throw new IllegalStateException("no bridge thread");
    }

    /** How long new messages of other lanes take while a backlog drains. */
    private static void fresh(int messages, int lanes) throws Exception {
        FakeLog log = new FakeLog();
        byte[] payload = new byte[200];
        for (int i = 0; i < messages; i++) {
            log.add(new Message(i, "old-" + i % lanes, "t", 1, false, false, 4, 1, NOTHING, payload));
        }
        List<Long> micros = Collections.synchronizedList(new ArrayList<>());
        long[] endedAt = new long[1];
        try (StubAmqpPeer peer = new StubAmqpPeer()) {
            peer.keepsNothing()
                    .credit(address -> 2_000)
                    .judge(transfer -> {
                        if (transfer.message().getSubject().equals("fresh")) {
                            micros.add(System.nanoTime() / 1_000
                                    - transfer.message().getCreationTime());
                        }
                        return StubAmqpPeer.Verdict.ACCEPT;
                    })
                    .listen();
            BridgeConfig config = BridgeConfig.of(AmqpConfig.of("localhost", peer.port()));
            Bridge bridge = new Bridge(log, config, new SimpleMeterRegistry());
            bridge.start().toCompletionStage().toCompletableFuture().get();
            while (!bridge.status().connected()) {
                LockSupport.parkNanos(1_000_000);
            }
            long began = System.nanoTime();
            int sent = 0;
            while (endedAt[0] == 0) {
                long nowMicros = System.nanoTime() / 1_000;
                log.add(new Message(nowMicros, "new-" + sent % 1000, "fresh", 1, false, false, 4, 1, NOTHING, payload));
                sent++;
                LockSupport.parkNanos(2_000_000);
                endedAt[0] = peer.transfers() - micros.size() >= messages ? System.nanoTime() : 0;
            }
            TimeUnit.SECONDS.sleep(1);
            bridge.stop().toCompletionStage().toCompletableFuture().get();
            List<Long> sorted = new ArrayList<>(micros);
            Collections.sort(sorted);
            System.out.printf(
                    "backlog of %d in %d lanes drained in %.1f s; %d fresh, ms p50 %.1f, p99 %.1f, most %.1f%n",
                    messages,
                    lanes,
                    (endedAt[0] - began) / 1e9,
                    sent,
                    sorted.get(sorted.size() / 2) / 1e3,
                    sorted.get(sorted.size() * 99 / 100) / 1e3,
                    sorted.get(sorted.size() - 1) / 1e3);
        }
    }

    private static void dead(int messages, int lanes) throws Exception {
        FakeLog log = log(messages, lanes);
        Bridge bridge = new Bridge(log, BridgeConfig.of(AmqpConfig.of("localhost", 1)), new SimpleMeterRegistry());
        long before = usedMb();
        bridge.start().toCompletionStage().toCompletableFuture().get();
        for (int i = 0; i < 5; i++) {
            TimeUnit.SECONDS.sleep(2);
            System.out.println("heap " + before + " -> " + usedMb() + " MiB, " + bridge.status());
        }
        System.out.println(List.of("cpu ms", cpuNanos() / 1_000_000));
        bridge.stop().toCompletionStage().toCompletableFuture().get();
    }

    /** What lanes cost that have something to send and nobody who takes it. */
    private static void lanes(int lanes) throws Exception {
        FakeLog log = log(4 * lanes, lanes);
        try (StubAmqpPeer peer = new StubAmqpPeer()) {
            peer.keepsNothing().credit(address -> 0).listen();
            BridgeConfig config = BridgeConfig.builder(AmqpConfig.of("localhost", peer.port()))
                    .routes(List.of(new Route("#", "{topic:1}")))
                    .limits(new BridgeLimits(2048, 16_384, 32L << 20, lanes + 1, 1024))
                    .build();
            Optional<StateStore> store = state();
            SequenceStore sequences = store.<SequenceStore>map(open -> new StateSequences(open, log))
                    .orElse(SequenceStore.NONE);
            Bridge bridge = new Bridge(log, Quarantine.none(), sequences, config, new SimpleMeterRegistry());
            long before = usedMb();
            bridge.start().toCompletionStage().toCompletableFuture().get();
            for (int i = 0; i < 6; i++) {
                TimeUnit.SECONDS.sleep(5);
                System.out.println(bridge.status().lanes() + " lanes, heap " + before + " -> " + usedMb() + " MiB");
            }
            System.exit(0); // Nothing of it is to be waited for.
        }
    }

    private static long usedMb() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    }
}
