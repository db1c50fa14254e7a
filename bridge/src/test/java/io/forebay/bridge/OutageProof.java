package io.forebay.bridge;

import io.forebay.bridge.amqp.StubAmqpPeer;
import io.forebay.storage.LogConfig;
import io.forebay.storage.Message;
import io.forebay.storage.chronicle.ChronicleMessageLog;
import io.forebay.storage.state.RocksStateStore;
import io.forebay.storage.state.StateConfig;
import io.forebay.storage.state.StateStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedLong;

/**
 * A backlog as of a long outage, on a real log: filled, drained by half, the bridge and the log started again, drained. By
 * hand {@code java -Xmx256m ... OutageProof 5000000}; in the build {@link OutageIT} does the same with fewer.
 */
final class OutageProof {
    private static final int LANES = 1_000;
    private static final int STARTS = 3;
    private static final int PATIENCE_S = 60;
    private static final int PAYLOAD_BYTES = 200;

    /** What a proof found. */
    record Findings(long emptyStartMs, long startMs, long usedMaxMb, int transfers) {}

    private final Path directory;
    private final int messages;
    private final int[] next = new int[LANES];
    private final AtomicInteger arrived = new AtomicInteger();
    private volatile String disorder = "";
    private long usedMaxMb;

    OutageProof(Path directory, int messages) {
        this.directory = directory;
        this.messages = messages;
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println(new OutageProof(Path.of(arguments[1]), Integer.parseInt(arguments[0])).run());
    }

    private ChronicleMessageLog open() {
        LogConfig config = new LogConfig(directory, 64L << 20, 64L << 30, 0, 1 << 20, 10_000, 16 << 20, 1_000);
        return ChronicleMessageLog.open(config, new SimpleMeterRegistry(), fatal -> disorder = "" + fatal);
    }

    Findings run() throws Exception {
        long began = System.nanoTime();
        ChronicleMessageLog log = open();
        long emptyStartMs = msSince(began);
        fill(log);
        try (StubAmqpPeer peer = new StubAmqpPeer()) {
            peer.keepsNothing().credit(address -> 1_000).judge(this::check).listen();
            drain(log, peer, messages / 2);
            long startMs = quickestStartMs();
            log = open();
            drain(log, peer, messages);
            if (!disorder.isEmpty()) {
                throw new AssertionError(disorder);
            }
            return new Findings(emptyStartMs, startMs, usedMaxMb, peer.transfers());
        }
    }

    /** A scan of the backlog would take its time each time; a pause of the machine does not. */
    private long quickestStartMs() {
        long quickestMs = Long.MAX_VALUE;
        for (int i = 0; i < STARTS; i++) {
            long began = System.nanoTime();
            ChronicleMessageLog log = open();
            quickestMs = Math.min(quickestMs, msSince(began));
            log.close();
        }
        return quickestMs;
    }

    private static long msSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private void fill(ChronicleMessageLog log) throws Exception {
        Vertx vertx = Vertx.vertx();
        Promise<Void> filled = Promise.promise();
        vertx.runOnContext(nothing -> append(log, 0, filled));
        filled.future().toCompletionStage().toCompletableFuture().get(30, TimeUnit.MINUTES);
        vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    private void append(ChronicleMessageLog log, int from, Promise<Void> filled) {
        for (int i = from; i < messages; i++) {
            if (!log.hasRoom()) {
                int at = i;
                log.room().onSuccess(room -> append(log, at, filled)).onFailure(filled::tryFail);
                return;
            }
            byte[] payload =
                    ByteBuffer.allocate(PAYLOAD_BYTES).putInt(i / LANES).array();
            Message message = new Message(1, "device-" + i % LANES, "t", 1, false, false, 4, 1, new byte[0], payload);
            boolean last = i == messages - 1;
            log.append(message).onFailure(filled::tryFail).onSuccess(stored -> {
                if (last) {
                    filled.complete();
                }
            });
        }
    }

    /** First arrivals of each lane come in order, and with their numbers; on the stub's thread, under its monitor. */
    private StubAmqpPeer.Verdict check(StubAmqpPeer.Transfer transfer) {
        Map<Symbol, Object> annotations =
                transfer.message().getMessageAnnotations().getValue();
        String client = (String) annotations.get(Symbol.valueOf("x-opt-mqtt-client-id"));
        long number = ((UnsignedLong) annotations.get(Symbol.valueOf("x-opt-forebay-sequence"))).longValue();
        int lane = Integer.parseInt(client.substring("device-".length()));
        int sequence = ByteBuffer.wrap(transfer.payload()).getInt();
        if (number != sequence + 1) {
            disorder = client + ": " + sequence + " has number " + number;
        } else if (sequence == next[lane]) {
            next[lane]++;
            arrived.incrementAndGet();
        } else if (sequence > next[lane]) {
            disorder = client + ": " + sequence + " before " + next[lane];
        }
        return StubAmqpPeer.Verdict.ACCEPT;
    }

    private void drain(ChronicleMessageLog log, StubAmqpPeer peer, int until) throws Exception {
        BridgeConfig config = BridgeConfig.of(AmqpConfig.of("localhost", peer.port()));
        StateStore store =
                RocksStateStore.open(directory.resolve("state"), List.of(StateSequences.TABLE), StateConfig.DEFAULT);
        StateSequences sequences = new StateSequences(store, log);
        Bridge bridge = new Bridge(log, Quarantine.none(), sequences, config, new SimpleMeterRegistry());
        bridge.start().toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
        int before = -1;
        long movedAt = System.nanoTime();
        while (arrived.get() < until && disorder.isEmpty()) {
            LockSupport.parkNanos(20_000_000);
            Runtime runtime = Runtime.getRuntime();
            usedMaxMb = Math.max(usedMaxMb, (runtime.totalMemory() - runtime.freeMemory()) >> 20);
            if (arrived.get() != before) {
                before = arrived.get();
                movedAt = System.nanoTime();
            } else if (msSince(movedAt) > TimeUnit.SECONDS.toMillis(PATIENCE_S)) {
                throw new AssertionError("stands still at " + before + ": " + bridge.status());
            }
        }
        bridge.stop().toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
        sequences.close();
        store.close();
        log.close();
    }
}
