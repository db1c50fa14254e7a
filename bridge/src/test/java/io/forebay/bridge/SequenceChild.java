package io.forebay.bridge;

import io.forebay.storage.LogConfig;
import io.forebay.storage.Message;
import io.forebay.storage.chronicle.ChronicleMessageLog;
import io.forebay.storage.state.RocksStateStore;
import io.forebay.storage.state.StateConfig;
import io.forebay.storage.state.StateStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A gateway without devices, to be killed: appends to lanes by chance and carries it to a broker, until it is killed; or
 * only carries what is left, and ends. Arguments: directory, port, number of the run, {@code append} or {@code drain}.
 */
final class SequenceChild {
    static final int LANES = 40;

    private final int run;
    private final int[] next = new int[LANES];
    private final Random random = new Random();
    private final ChronicleMessageLog log;

    private SequenceChild(ChronicleMessageLog log, int run) {
        this.log = log;
        this.run = run;
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        LogConfig config =
                new LogConfig(directory, LogConfig.SEGMENT_BYTES_MIN, 4L << 30, 0, 1 << 20, 10_000, 16L << 20, 1_000);
        ChronicleMessageLog log = ChronicleMessageLog.open(
                config, new SimpleMeterRegistry(), fatal -> Runtime.getRuntime().halt(3));
        log.retainFrom(log.durableEnd()); // No other reader: what is settled may be deleted.
        StateStore store =
                RocksStateStore.open(directory.resolve("state"), List.of(StateSequences.TABLE), StateConfig.DEFAULT);
        BridgeConfig bridgeConfig = BridgeConfig.of(AmqpConfig.of("localhost", Integer.parseInt(arguments[1])));
        Bridge bridge = new Bridge(
                log, Quarantine.none(), new StateSequences(store, log), bridgeConfig, new SimpleMeterRegistry());
        bridge.start().toCompletionStage().toCompletableFuture().get();
        if (arguments[3].equals("append")) {
            SequenceChild child = new SequenceChild(log, Integer.parseInt(arguments[2]));
            Vertx.vertx().setPeriodic(2, timer -> child.append());
            LockSupport.park();
        }
        while (!bridge.status().connected() || bridge.status().oldestUnsettledAtMs() != 0) {
            LockSupport.parkNanos(5_000_000);
        }
        Runtime.getRuntime().halt(0);
    }

    private void append() {
        for (int i = 0; i < 10 && log.hasRoom(); i++) {
            int lane = (int) (LANES * Math.pow(random.nextDouble(), 2));
            byte[] payload =
                    ByteBuffer.allocate(8).putInt(run).putInt(next[lane]++).array();
            log.append(new Message(1, "c" + lane, "t", 1, false, false, 4, 1, new byte[0], payload))
                    .onFailure(cause -> Runtime.getRuntime().halt(4));
        }
    }
}
