package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectGateTest {
    private final ConnectGate gate = new ConnectGate(2);
    private final List<String> entered = new ArrayList<>();

    @Test
    void theLineMovesWhenSomebodyLeaves() {
        for (String name : List.of("a", "b", "c", "d")) {
            gate.enter(() -> entered.add(name));
        }
        assertEquals(List.of("a", "b"), entered);

        gate.leave();
        assertEquals(List.of("a", "b", "c"), entered);

        gate.leave();
        gate.leave();
        gate.enter(() -> entered.add("e"));
        gate.enter(() -> entered.add("f"));
        assertEquals(List.of("a", "b", "c", "d", "e"), entered);
    }

    @Test
    void aWholeFleetMayLeaveAsSoonAsItHasEntered() {
        int[] left = {0};
        gate.enter(() -> {});
        gate.enter(() -> {});
        for (int device = 0; device < 100_000; device++) {
            gate.enter(() -> {
                left[0]++;
                gate.leave();
            });
        }

        gate.leave();

        assertEquals(100_000, left[0]);
    }
}
