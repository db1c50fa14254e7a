package io.forebay.simulator.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QosSharesTest {
    private static final int LANES = 100;

    @Test
    void lanesInStepHaveTheSharesAtEveryMomentAndEachLaneHasThemOverTime() {
        QosShares shares = QosShares.percent(10, 70, 20);

        for (int sequence = 0; sequence < 100; sequence++) {
            int moment = sequence;
            assertEquals(10, count(0, lane -> shares.forLane(lane).of(moment)));
            assertEquals(20, count(2, lane -> shares.forLane(lane).of(moment)));
        }
        assertEquals(70, count(1, message -> shares.forLane(3).of(message)));
    }

    @Test
    void onlyOneQosNeedsNoTurning() {
        QosShares one = QosShares.only(1);

        assertSame(one, one.forLane(17));
    }

    private static long count(int qos, IntUnaryOperator of) {
        return IntStream.range(0, LANES).map(of).filter(found -> found == qos).count();
    }
}
