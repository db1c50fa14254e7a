package io.forebay.bridge;

import static io.forebay.bridge.Awaits.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.ShareConfig.WhenFull;
import io.forebay.storage.Position;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One of two brokers is away: its route has its share of the log, and the other route does not notice. */
class SharesIT extends TwoTargets {
    /** Of which the log makes a segment. */
    private static final int SEGMENT = 500;

    private void start(WhenFull whenFull) throws Exception {
        start(RouteOptions.USUAL.withShare(new ShareConfig(3, whenFull)));
    }

    private void publish(String topic, int from, int to) {
        IntStream.range(from, to).forEach(number -> publish(topic, number));
    }

    private double meter(String name) {
        return name.endsWith("dropped")
                ? registry.get(name).tag("route", "cloud/#").functionCounter().count()
                : registry.get(name).tag("route", "cloud/#").gauge().value();
    }

    private boolean isFull() {
        return bridge.whenFull("c", "", "cloud/x").isPresent();
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    @Test
    void routeWhoseBrokerIsAwayHasItsShareAndWhatOthersSendIsForgotten() throws Exception {
        cloud.shutDown();
        start(WhenFull.REFUSE);
        publish("local", 0, SEGMENT - 10);
        publish("cloud/x", 0, SEGMENT);
        publish("local", SEGMENT - 10, SEGMENT);
        eventually("it has two segments", () -> meter("forebay.bridge.share.segments") == 2);
        assertEquals(List.of(), bridge.fullRoutes());
        publish("cloud/x", SEGMENT, SEGMENT + 30);
        eventually("it has three segments", this::isFull);
        assertEquals(WhenFull.REFUSE, bridge.whenFull("c", "", "cloud/y").orElseThrow());
        assertTrue(bridge.whenFull("c", "", "local").isEmpty());
        assertEquals(List.of("cloud/#"), bridge.fullRoutes());

        int inside = log.size();
        publish("local", SEGMENT, 10 * SEGMENT);
        eventually("the other route has all", () -> here.acceptedCount() == 10 * SEGMENT);
        int lastWhole = FakeLog.segmentOf(log.size()) - 1;
        int firstAfter = FakeLog.segmentOf(inside) + 1;
        eventually("segments without the one that is away are given back", () -> IntStream.rangeClosed(
                        firstAfter, lastWhole)
                .allMatch(segment -> log.isForgotten(FakeLog.indexAtOrAfter(Position.of(segment, 0)))));

        cloud.listen();
        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
        eventually("there is room", () -> !isFull());
        assertEquals(numbers(0, SEGMENT + 30), texts(cloud));
        assertEquals(numbers(0, 10 * SEGMENT), texts(here));
        eventually("nothing is held", () -> meter("forebay.bridge.share.bytes") == 0);
    }

    @Test
    void afterARestartTheShareIsWhatItWas() throws Exception {
        cloud.shutDown();
        start(WhenFull.PAUSE);
        for (int i = 0; i < 3; i++) {
            publish("cloud/x", i * 100, i * 100 + 100);
            publish("local", i * SEGMENT, i * SEGMENT + SEGMENT);
        }
        eventually("it has three segments", this::isFull);
        eventually("the other route has all", () -> here.acceptedCount() == 3 * SEGMENT);
        double bytes = 300 * FakeLog.BYTES;
        eventually("all of it is counted", () -> meter("forebay.bridge.share.bytes") == bytes);
        stopBridge();

        here.shutDown();
        start(WhenFull.PAUSE);
        eventually("it is counted again", () -> isFull() && meter("forebay.bridge.share.bytes") == bytes);
        assertEquals(
                0,
                registry.get("forebay.bridge.share.bytes")
                        .tag("route", "default")
                        .gauge()
                        .value(),
                "what is settled is not counted, though its broker is away");
        AtomicBoolean told = new AtomicBoolean();
        var unused = bridge.awaitRoom("c", "", "cloud/x", () -> told.set(true));
        cloud.listen();
        here.listen();
        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
        eventually("who waited is told", () -> told.get() && !isFull());
        assertEquals(numbers(0, 300), texts(cloud));
        assertEquals(3 * SEGMENT, here.acceptedCount());
    }

    @Test
    void oldestAreGivenUpCountedAndLeaveATrueGap() throws Exception {
        cloud.shutDown();
        start(WhenFull.DROP_OLDEST);
        publish("cloud/x", 0, 4 * SEGMENT);
        eventually("it has less than its share", () -> meter("forebay.bridge.dropped") == 2 * SEGMENT);
        eventually("what was given up is forgotten", () -> log.isForgotten(2 * SEGMENT - 1));
        assertTrue(bridge.whenFull("c", "", "cloud/x").isEmpty(), "it takes what comes");

        cloud.listen();
        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
        assertEquals(numbers(2 * SEGMENT, 4 * SEGMENT), texts(cloud));
        assertEquals(2 * SEGMENT, meter("forebay.bridge.dropped"));
    }
}
