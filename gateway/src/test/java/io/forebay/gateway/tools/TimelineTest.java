package io.forebay.gateway.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimelineTest {
    @TempDir
    Path directory;

    @Test
    void theFirstSampleBehindAPositionSaysByWhenItWasThere() {
        Timeline timeline = Timeline.open(directory, 10, 100);
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
    void whatAnEarlierLifeHasSeenIsKnownAfterARestartAndOfAStoppedGateway() throws Exception {
        Timeline first = Timeline.open(directory, 10, 100);
        first.sample(1_000, 5, 0);
        first.sample(2_000, 8, 3);
        Files.write(directory.resolve("timeline"), new byte[5], StandardOpenOption.APPEND); // A torn one.
        Timeline second = Timeline.open(directory, 10, 8);
        second.sample(3_000, 9, 8);

        for (Timeline later : List.of(second, Timeline.open(directory, 10, 9), Timeline.left(directory, 9))) {
            assertEquals(OptionalLong.of(2_000), later.settledBy(2));
            assertEquals(OptionalLong.of(3_000), later.settledBy(7));
            assertEquals(OptionalLong.of(2_000), later.durableBy(7));
        }
        assertEquals(OptionalLong.empty(), Timeline.left(directory, 4).settledBy(2), "it is of another log");
    }

    @Test
    void theFileHoldsNoMoreThanTheMemory() throws Exception {
        Timeline timeline = Timeline.open(directory, 10, 1_000);
        for (int i = 1; i <= 1_000; i++) {
            timeline.sample(i, i, i);
        }

        long bytes = Files.size(directory.resolve("timeline")) + Files.size(directory.resolve("timeline.old"));
        assertTrue(bytes <= 10 * 28, bytes + " bytes");
        assertEquals(OptionalLong.of(1_000), Timeline.left(directory, 1_000).settledBy(999));
    }

    @Test
    void theOldestIsForgottenAndSaysNothingFalse() {
        Timeline timeline = Timeline.open(directory, 3, 100);
        for (int i = 1; i <= 10; i++) {
            timeline.sample(1_000L * i, i, i);
        }

        assertEquals(OptionalLong.of(10_000), timeline.settledBy(9));
        assertEquals(OptionalLong.of(9_000), timeline.settledBy(8));
        assertEquals(OptionalLong.empty(), timeline.settledBy(7), "by 8000 at the latest, but perhaps long before");
    }
}
