package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.reply.CorrelationId;
import io.forebay.bridge.reply.Replies;
import io.forebay.bridge.reply.Reply;
import io.forebay.bridge.reply.ReplyTopics;
import io.forebay.storage.AckLevel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
    @ParameterizedTest
    @CsvSource({
        "a/b, a/b, true",
        "a/b, a/c, false",
        "a/b, a, false",
        "a/b, a/b/c, false",
        "a/+, a/b, true",
        "a/+, a/, true",
        "a/+, a, false",
        "a/+/c, a/b/c, true",
        "a/+/c, a//c, true",
        "+, a, true",
        "+, /a, false",
        "+/+, /a, true",
        "/+, /a, true",
        "#, a/b/c, true",
        "#, /, true",
        "a/#, a, true",
        "a/#, a/, true",
        "a/#, a/b/c, true",
        "a/#, ab, false",
        "+/b/#, a/b, true",
        "#, $SYS/x, false",
        "+/x, $SYS/x, false",
        "$SYS/#, $SYS/x, true",
        "a/+, a/$x, true",
        "a/, a/, true",
        "a/, a, false",
    })
    void filtersMatchAsInMqtt(String filter, String topic, boolean matches) {
        assertEquals(matches, Routes.matches(filter.split("/", -1), topic));
    }

    @ParameterizedTest
    @CsvSource({
        "fixed, fixed",
        "{topic}, plant/7/temp",
        "{clientId}, dev",
        "{topic:1}, plant",
        "{topic:3}, temp",
        "in.{topic:2}.{clientId}, in.7.dev",
        "{topic:1}{topic:2}, plant7",
        "x{topic:9}, x",
        "{username}, us/er",
        "/queues/{username}.{topic:1}, /queues/us%2Fer.plant",
    })
    void templatesTakePartsOfTheMessage(String template, String address) {
        assertEquals(
                address,
                new AddressTemplate(template).address(new AddressTemplate.Source("plant/7/temp", "dev", "us/er")));
    }

    @Test
    void firstMatchWinsAndTheDefaultTakesTheRest() {
        Routes routes = new Routes(
                List.of(new Route("plant/+/alarm", "alarms"), new Route("plant/#", "plant.{topic:2}")),
                "uplink",
                RouteOptions.USUAL);

        assertEquals("alarms", routes.place("c\0plant/7/alarm").address());
        assertEquals("plant.7", routes.place("c\0plant/7/temp").address());
        assertEquals("uplink", routes.place("c\0other").address());
        assertEquals("uplink", routes.place("c\0$SYS/x").address());
    }

    @Test
    void addressThatWouldBeEmptyIsTheDefault() {
        Routes routes = new Routes(List.of(new Route("#", "{topic:2}")), "uplink", RouteOptions.USUAL);

        assertEquals("uplink", routes.place("c\0one").address());
    }

    @Test
    void numberOfAddressesIsKnownIfTemplatesAreFixed() {
        assertEquals(1, new Routes(List.of(), "uplink", RouteOptions.USUAL).placesMax("default"));
        assertEquals(
                2,
                new Routes(
                                List.of(new Route("a", "x"), new Route("b", "x"), new Route("c", "uplink")),
                                "uplink",
                                RouteOptions.USUAL)
                        .placesMax("default"));
        assertEquals(
                Integer.MAX_VALUE,
                new Routes(List.of(new Route("a", "{topic}")), "uplink", RouteOptions.USUAL).placesMax("default"));
    }

    @ParameterizedTest
    @CsvSource({
        "/queues/{topic}, /queues/plant%2F7%2Ft%20%C3%A9.1",
        "/exchanges/amq.topic/{topic:2}, /exchanges/amq.topic/7",
        "q.{topic|percent}, q.plant%2F7%2Ft%20%C3%A9.1",
        "q.{topic:3|percent}, q.t%20%C3%A9.1",
        "q.{topic}, q.plant/7/t \u00e9.1",
    })
    void topicsArePercentEncodedWhereTheAddressDemandsIt(String template, String address) {
        assertEquals(
                address,
                new AddressTemplate(template)
                        .address(new AddressTemplate.Source("plant/7/t \u00e9.1", "dev", "us/er")));
    }

    @Test
    void whatNoRouteTakesGoesNowhere() {
        BridgeConfig config = BridgeConfig.builder(AmqpConfig.of("localhost", 1))
                .routes(List.of(new Route("a/secret/#", ""), new Route("a/#", "x")))
                .defaultAddress("")
                .build();
        Routes routes = new Routes(config.routes(), "", RouteOptions.USUAL);

        assertNull(routes.place("c\0a/secret/1"));
        assertNull(routes.place("c\0b"));
        assertEquals("x", routes.place("c\0a/1").address());
        assertEquals(Optional.of(AckLevel.SYNCED), config.ackLevels().apply("a/1"));
        assertEquals(Optional.empty(), config.ackLevels().apply("a/secret/1"));
        assertEquals(Optional.empty(), config.ackLevels().apply("b"));
    }

    @Test
    void answersGoSomewhereThoughNoRouteTakesThem() {
        Reply answer = new Reply("x", CorrelationId.Kind.STRING, Optional.empty());
        Replies replies = topic -> topic.startsWith("answer/") ? Optional.of(answer) : Optional.empty();
        BridgeConfig config = BridgeConfig.builder(AmqpConfig.of("localhost", 1))
                .defaultAddress("")
                .replies(replies)
                .build();

        assertEquals(Optional.of(AckLevel.SYNCED), config.ackLevels().apply("answer/1"));
        assertEquals(Optional.empty(), config.ackLevels().apply("a"));
    }

    @Test
    void theFirstRouteThatMatchesSaysWhenItIsAcknowledged() {
        BridgeConfig config = BridgeConfig.builder(AmqpConfig.of("localhost", 1))
                .routes(List.of(
                        new Route("alarm/#", "x", RouteOptions.USUAL.withAckLevel(AckLevel.BROKERED)),
                        new Route("+/heat", "x", RouteOptions.USUAL.withAckLevel(AckLevel.ACCEPTED))))
                .defaultOptions(RouteOptions.USUAL.withAckLevel(AckLevel.APPENDED))
                .build();

        assertEquals(Optional.of(AckLevel.BROKERED), config.ackLevels().apply("alarm/heat"));
        assertEquals(Optional.of(AckLevel.ACCEPTED), config.ackLevels().apply("a/heat"));
        assertEquals(Optional.of(AckLevel.APPENDED), config.ackLevels().apply("a/b"));
    }

    @Test
    void answerGoesWhereItsRequestHasNamedWhateverTheRoutesSay() {
        ReplyTopics replies = new ReplyTopics(new byte[] {1});
        Routes routes = new Routes(List.of(new Route("$forebay/#", "x")), "uplink", RouteOptions.USUAL, replies);
        String topic = replies.responseTopic("answers", CorrelationId.NONE);

        assertEquals("answers", routes.place("c\0" + topic).address());
        assertEquals("x", routes.place("c\0" + topic + "x").address());
    }

    @Test
    void userNameIsPartOfTheLaneWhereAnAddressIsMadeOfIt() {
        Routes routes = new Routes(List.of(new Route("a/#", "{username}")), "uplink", RouteOptions.USUAL);
        Routes without = new Routes(List.of(new Route("a/#", "{clientId}")), "uplink", RouteOptions.USUAL);

        assertTrue(routes.wantUsernames());
        assertFalse(without.wantUsernames());
        assertEquals("u", routes.place("c\0a/1\0u").address());
        assertEquals("uplink", routes.place("c\0a/1\0").address(), "who has no name");
        assertNotEquals(routes.laneKey("c\0a/1\0u"), routes.laneKey("c\0a/1\0v"));
    }

    @Test
    void routeSaysWhatALaneIs() {
        RouteOptions byClient = RouteOptions.USUAL.withOrder(RouteOptions.Order.CLIENT);
        Routes routes = new Routes(
                List.of(new Route("a/#", "{topic:2}", byClient), new Route("b/#", "x")), "uplink", RouteOptions.USUAL);

        assertEquals(routes.laneKey("c\0a/1/x"), routes.laneKey("c\0a/1/y"));
        assertNotEquals(routes.laneKey("c\0a/1/x"), routes.laneKey("c\0a/2/x"), "another address");
        assertNotEquals(routes.laneKey("c\0a/1/x"), routes.laneKey("d\0a/1/x"), "another client");
        assertNotEquals(routes.laneKey("c\0b/1"), routes.laneKey("c\0b/2"), "another topic");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a#", "a/#/b", "#/a", "a+", "a/b+/c", "++"})
    void malformedFilterIsRefused(String filter) {
        assertThrows(IllegalArgumentException.class, () -> new Route(filter, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "a{topic", "{topic:0}", "{topic:x}", "{device}", "{}"})
    void malformedTemplateIsRefused(String template) {
        assertThrows(IllegalArgumentException.class, () -> new Route("#", template));
    }
}
