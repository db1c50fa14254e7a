package io.forebay.simulator.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.ledger.Latency;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
    @Test
    void aDayTakesNoMoreRoomThanAnHourAndLosesNoMessage() {
        Timeline timeline = new Timeline();
        for (int second = 0; second < 86_400; second++) {
            timeline.add(sample(second, 10));
        }

        List<Sample> samples = timeline.samples();
        assertTrue(samples.size() < 1_201, () -> "" + samples.size());
        assertEquals(864_000, samples.stream().mapToLong(Sample::published).sum());
        assertEquals(86_400, samples.stream().mapToDouble(Sample::lengthS).sum(), 1e-6);
        double end = 0;
        for (Sample sample : samples) {
            assertEquals(end, sample.atS(), 1e-6);
            end = sample.atS() + sample.lengthS();
        }
    }

    @Test
    void theWorseLatencyStandsForBoth() {
        Sample both = sample(0, 5).and(sample(1, 50));

        assertEquals(50, both.acknowledging().p99Us());
        assertEquals(55, both.published());
    }

    static Sample sample(int second, long number) {
        Latency latency = new Latency(number, number / 2, number, number, number);
        return new Sample(second, 1, number, number, number, 3, 0, 0, latency, latency);
    }
}
