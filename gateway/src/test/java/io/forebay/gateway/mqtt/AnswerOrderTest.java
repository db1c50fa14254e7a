package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerOrderTest {
    private final AnswerOrder order = new AnswerOrder();
    private final List<String> answers = new ArrayList<>();

    @Test
    void whatIsReadyAnswersAtOnceWhereNothingWaits() {
        order.answerInTurn(() -> answers.add("1"));

        assertEquals(List.of("1"), answers);
    }

    @Test
    void whatIsReadyWaitsForAllThatWasStartedBefore() {
        order.onStarted();
        order.onStarted();
        order.answerInTurn(() -> answers.add("3"));
        order.onStarted();
        order.answerInTurn(() -> answers.add("5"));

        answers.add("1");
        order.onSettled();
        assertEquals(List.of("1"), answers);
        answers.add("2");
        order.onSettled();
        assertEquals(List.of("1", "2", "3"), answers);
        answers.add("4");
        order.onSettled();
        assertEquals(List.of("1", "2", "3", "4", "5"), answers);
    }
}
