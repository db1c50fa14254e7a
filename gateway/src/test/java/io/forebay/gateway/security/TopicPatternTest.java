package io.forebay.gateway.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicPatternTest {
    @ParameterizedTest
    @CsvSource({
        "a/b, a/b, true",
        "a/b, a/c, false",
        "a/b, a, false",
        "a/b, a/b/c, false",
        "a/+, a/b, true",
        "a/+, a/, true",
        "a/+, a, false",
        "a/+, a/b/c, false",
        "a/#, a, true",
        "a/#, a/b/c, true",
        "a/#, ab, false",
        "#, a/b, true",
        "#, $SYS/x, false",
        "+/x, $SYS/x, false",
        "$SYS/#, $SYS/x, true",
        "+/+, /x, true",
        "/+, /x, true",
        "+, /x, false",
        "+, '', true"
    })
    void aFilterMatchesItsTopics(String filter, String topic, boolean matches) {
        assertEquals(matches, new TopicPattern(filter).matches(topic));
    }

    @ParameterizedTest
    @CsvSource({
        "test/nosubscribe, test/nosubscribe, true",
        "test/nosubscribe, test/+, false",
        "test/nosubscribe, #, false",
        "secret/#, secret/a, true",
        "secret/#, secret/+, true",
        "secret/#, secret/#, true",
        "secret/#, secret, true",
        "secret/#, secret/+/#, true",
        "secret/#, +/a, false",
        "secret/#, +/#, false",
        "secret/+, secret/a, true",
        "secret/+, secret/+, true",
        "secret/+, secret/#, false",
        "#, a/b, true",
        "#, #, true",
        "#, $SYS/#, false",
        "+/x, $SYS/x, false",
        "a/+/c, a/b/c, true",
        "a/+/c, a/b/+, false"
    })
    void aFilterCoversWhatLiesWhollyWithinIt(String wide, String filter, boolean covered) {
        assertEquals(covered, new TopicPattern(wide).covers(filter));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a#", "#/a", "a/#/b", "a+", "+a/b", "a/b+/c", "##", "++"})
    void mqtt_4_7_1_wildcardsFillTheirLevel(String filter) {
        assertEquals(false, TopicPattern.isValid(filter));
        assertThrows(IllegalArgumentException.class, () -> new TopicPattern(filter));
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "+", "/", "//", "+/+", "/+/", "a/+/b/#", "+/#", "a b", "$SYS/#"})
    void mqtt_4_7_1_theseAreTopicFilters(String filter) {
        assertEquals(true, TopicPattern.isValid(filter));
    }
}
