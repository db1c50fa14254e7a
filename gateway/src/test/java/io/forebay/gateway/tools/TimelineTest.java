package io.forebay.gateway.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TimelineTest {
    @Test
    void theFirstSampleBehindAPositionSaysByWhenItWasThere() {
        Timeline timeline = new Timeline(10);
        timeline.sample(1_000, 5, 0);
        timeline.sample(2_000, 5, 0); // Nothing has moved: it costs no place.
        timeline.sample(3_000, 8, 5);
        timeline.sample(4_000, 8, 8);

        assertEquals(OptionalLong.of(3_000), timeline.durableBy(6));
        assertEquals(OptionalLong.of(3_000), timeline.settledBy(4));
        assertEquals(OptionalLong.of(4_000), timeline.settledBy(5));
        assertEquals(OptionalLong.empty(), timeline.settledBy(8), "not yet");
        assertEquals(OptionalLong.empty(), timeline.durableBy(4), "before the first sample, nobody knows when");
    }

    @Test
    void theOldestIsForgottenAndSaysNothingFalse() {
        Timeline timeline = new Timeline(3);
        for (int i = 1; i <= 10; i++) {
            timeline.sample(1_000L * i, i, i);
        }

        assertEquals(OptionalLong.of(10_000), timeline.settledBy(9));
        assertEquals(OptionalLong.of(9_000), timeline.settledBy(8));
        assertEquals(OptionalLong.empty(), timeline.settledBy(7), "by 8000 at the latest, but perhaps long before");
    }
}
