package io.forebay.bridge;

import static io.forebay.bridge.Awaits.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Routes to two brokers, one of which may be away. */
class TargetsIT extends TwoTargets {
    private void start() throws Exception {
        start(RouteOptions.USUAL);
    }

    private void publish(int from, int to) {
        IntStream.range(from, to).forEach(number -> publish(number % 2 == 0 ? "local" : "cloud/x", number));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from / 2, to / 2)
                .mapToObj(i -> "" + (2 * i + from % 2))
                .toList();
    }

    @Test
    void eachTargetGetsWhatItsRoutesSayAndNothingElse() throws Exception {
        start();
        publish(0, 200);

        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
        assertEquals(numbers(0, 200), texts(here));
        assertEquals(numbers(1, 201), texts(cloud));
        assertEquals("x", cloud.accepted().get(0).linkAddress());
        assertEquals(
                100,
                registry.get("forebay.bridge.outcomes")
                        .tags("target", "cloud", "outcome", "accepted")
                        .counter()
                        .count());
    }

    @Test
    void targetThatIsAwayHoldsUpNobodyElseAndLosesNothing() throws Exception {
        cloud.shutDown();
        start();
        publish(0, 2_000);

        eventually("the other one has all", () -> here.acceptedCount() == 1_000);
        eventually(
                "it is told",
                () -> bridge.targets().get("cloud").backlog() > 0
                        && !bridge.status().connected());
        assertTrue(bridge.targets().get("default").connected());
        assertFalse(bridge.targets().get("cloud").connected());
        assertTrue(FakeLog.indexAtOrAfter(log.forgotten()) <= 1, "the log keeps what is for the one that is away");

        cloud.listen();
        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
        assertEquals(numbers(0, 2_000), texts(here));
        assertEquals(numbers(1, 2_001), texts(cloud));
    }

    @Test
    void afterARestartNothingIsRepeatedThoughOneTargetWasAway() throws Exception {
        cloud.shutDown();
        start();
        publish(0, 1_000);
        eventually("the other one has all", () -> here.acceptedCount() == 500);
        stopBridge();

        start();
        publish(1_000, 1_200);
        eventually("the other one has all", () -> here.acceptedCount() >= 600);
        cloud.listen();
        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());

        assertEquals(numbers(0, 1_200), texts(here));
        assertEquals(numbers(1, 1_201), texts(cloud));
        assertEquals(600, here.transfers());
    }
}
