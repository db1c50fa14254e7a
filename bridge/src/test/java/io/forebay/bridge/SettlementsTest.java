package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettlementsTest {
    private final Settlements settlements = new Settlements();
    private final List<String> told = new ArrayList<>();

    @CanIgnoreReturnValue
    private Settlements.Waiting waiting(String lane, long before) {
        Settlements.Waiting waiting =
                new Settlements.Waiting(lane, before, accepted -> told.add(lane + before + " " + accepted));
        settlements.await(waiting);
        return waiting;
    }

    private void settled(String lane) {
        settlements.onSettled(lane);
    }

    @Test
    void whatIsSettledAlreadyIsToldAtOnceAndTheRestWhenItsTurnComes() {
        waiting("a", 5);
        waiting("a", 9);
        waiting("b", 5);
        settlements.tell(lane -> lane.equals("a") ? 7 : 2);
        assertEquals(List.of("a5 true"), told);
        assertEquals(2, settlements.count());

        settlements.tell(lane -> 100);
        assertEquals(List.of("a5 true"), told, "nothing of these lanes was settled since");
        settled("a");
        settlements.tell(lane -> 100);
        assertEquals(List.of("a5 true", "a9 true"), told);
    }

    @Test
    void whatTheBrokerHasNotAcceptedIsToldSo() {
        waiting("a", 5);
        waiting("a", 6);
        settlements.onNotAccepted(4);
        settlements.tell(lane -> 100);
        assertEquals(List.of("a5 false", "a6 true"), told);
    }

    @Test
    void whoGivesUpIsNotTold() {
        Settlements.Waiting gone = waiting("a", 5);
        settlements.giveUp(gone);
        settlements.tell(lane -> 100);
        assertEquals(List.of(), told);
        assertEquals(0, settlements.count());
    }

    @Test
    void lanesMayComeToBeToldApartOtherwise() {
        waiting("client\0a", 5);
        waiting("client\0b", 6);
        settlements.lanesAre(clientAndTopic -> clientAndTopic.substring(0, 6));
        settled("client");
        settlements.tell(lane -> lane.equals("client") ? 6 : 0);
        assertEquals(2, told.size());
    }
}
