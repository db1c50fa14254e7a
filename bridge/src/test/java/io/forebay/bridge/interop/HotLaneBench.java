package io.forebay.bridge.interop;

import io.forebay.bridge.Bridge;
import io.forebay.bridge.BridgeConfig;
import io.forebay.bridge.FakeLog;
import io.forebay.bridge.Route;
import io.forebay.bridge.TransactionConfig;
import io.forebay.storage.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures by hand, not in the build: {@code HotLaneBench broker-j|classic [messages] [rounds]}: how fast one strict lane
 * drains into a broker that keeps its messages on disk, in transactions and one by one in turn, within one run. The log is in
 * memory, so that what is measured is the bridge and the broker.
 */
final class HotLaneBench {
    private static final int ONE_BY_ONE_SHARE = 10;

    private HotLaneBench() {}

    public static void main(String[] arguments) throws Exception {
        TestBroker broker =
                switch (arguments[0]) {
                    case "broker-j" -> new BrokerJ();
                    case "classic" -> new ActiveMqClassic();
                    default -> throw new IllegalArgumentException(arguments[0]);
                };
        int messages = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 50_000;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
        broker.start();
        try {
            for (int round = 0; round < rounds; round++) {
                for (int batch : new int[] {32, 128, 512}) {
                    drain(broker, messages, new TransactionConfig(true, batch, 16));
                }
                drain(broker, messages / ONE_BY_ONE_SHARE, new TransactionConfig(false, 128, 16));
            }
        } finally {
            broker.close();
        }
    }

    private static void drain(TestBroker broker, int messages, TransactionConfig transactions) throws Exception {
        FakeLog log = new FakeLog();
        byte[] payload = new byte[200];
        for (int i = 0; i < messages; i++) {
            log.add(new Message(i, "pump-1", "plant/7/temperature", 1, false, false, 4, 1, new byte[0], payload));
        }
        BridgeConfig config = BridgeConfig.builder(broker.config())
                .routes(List.of(new Route("#", "hot-lane")))
                .transactions(transactions)
                .build();
        Bridge bridge = new Bridge(log, config, new SimpleMeterRegistry());
        get(bridge.start());
        long began = System.nanoTime();
        while (FakeLog.indexAtOrAfter(log.forgotten()) < messages) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "%s: %d messages of one lane, %.0f msg/s%n",
                transactions.enabled() ? "transactions of " + transactions.messagesMax() : "one by one",
                messages,
                messages / seconds);
        get(bridge.stop());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
