package io.forebay.gateway.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessAnswerTest {
    @Test
    void anAnswerIsYesOrNo() {
        assertEquals(new AccessAnswer(true, 2, 0), read("{\"result\":\"allow\"}"));
        assertEquals(
                new AccessAnswer(true, 1, 9), read("{\"result\":\"allow\",\"maxQos\":1,\"cacheSeconds\":9,\"x\":0}"));
        assertEquals(new AccessAnswer(false, 2, 0), read("{\"result\":\"deny\"}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "true",
                "[]",
                "{}",
                "{\"result\":true}",
                "{\"result\":\"ALLOW\"}",
                "{\"result\":\"ignore\"}",
                "{\"result\":[\"allow\"]}",
                "{\"result\":\"allow\",\"maxQos\":3}",
                "{\"result\":\"allow\",\"maxQos\":-1}",
                "{\"result\":\"allow\",\"maxQos\":\"1\"}",
                "{\"result\":\"allow\",\"maxQos\":null}",
                "{\"result\":\"allow\",\"cacheSeconds\":\"long\"}",
                "{\"result\":\"allow\"} trailing"
            })
    void whatIsNoAnswerIsNeverAYes(String body) {
        assertThrows(RuntimeException.class, () -> read(body));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 301, 401, 403, 404, 500})
    void anotherStatusIsNoAnswer(int status) {
        assertThrows(
                RuntimeException.class,
                () -> AccessAnswer.read(new HttpCaller.Answer(status, "{\"result\":\"allow\"}")));
    }

    private static AccessAnswer read(String body) {
        return AccessAnswer.read(new HttpCaller.Answer(200, body));
    }
}
