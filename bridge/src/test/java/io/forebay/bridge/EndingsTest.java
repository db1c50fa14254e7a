package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class EndingsTest {
    private static final MessageFate SETTLED = MessageFate.of(MessageFate.State.SETTLED, "default", "uplink");

    private final Endings endings = new Endings(2, 100);

    private void ends(long position, String outcome, int attempts) {
        endings.add(position, new Endings.Ending(outcome, attempts, 1, 2, 3));
    }

    private String told(long position) {
        MessageFate fate = endings.tell(SETTLED, position);
        return fate.outcome() + " " + fate.attempts();
    }

    @Test
    void whatWasNotUnusualWasAcceptedAtOnce() {
        ends(120, "expired", 0);

        assertEquals("accepted 1", told(119));
        assertEquals("expired 0", told(120));
        assertEquals("accepted 1", told(121));
    }

    @Test
    void whatAnEarlierProcessMayHaveSettledIsNotGuessedAt() {
        ends(50, "accepted", 4);

        assertEquals(" -1", told(99));
        assertEquals("accepted 4", told(50));
        assertEquals("accepted 1", told(100));
    }

    @Test
    void ofWhatWasQuarantinedEarlierItIsToldHowItHasLeftThatSince() {
        ends(50, "redriven", 5);
        endings.addQuarantinedEarlier(50);
        endings.addQuarantinedEarlier(60);

        assertEquals("redriven 5", told(50));
        assertEquals("quarantined -1", told(60));
    }

    @Test
    void beyondTheLimitNothingIsSaidOfWhatStandsBeforeTheForgottenOne() {
        ends(110, "quarantined", 4);
        ends(120, "accepted", 2);
        ends(130, "accepted", 3);

        assertEquals(" -1", told(109));
        assertEquals(" -1", told(110));
        assertEquals("accepted 1", told(111));
        assertEquals("accepted 2", told(120));
    }
}
