package io.forebay.bridge.reply;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTopicsTest {
    @TempDir
    Path directory;

    private final ReplyTopics ours = new ReplyTopics(new byte[] {1});

    static Stream<Object> ids() {
        return Stream.of(
                "text",
                "",
                new UUID(1, 2),
                BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE),
                BigInteger.ZERO,
                new byte[] {0, -1});
    }

    @ParameterizedTest
    @MethodSource("ids")
    void answerHasTheCorrelationIdAsTheRequestHadIt(Object id) {
        CorrelationId asked = CorrelationId.of(id);
        Reply withData = ours.find(ours.responseTopic("q", asked)).orElseThrow();
        Reply withTopic = ours.find(ours.requestTopic("t", "q", asked).replace("/req/", "/res/"))
                .orElseThrow();

        Object bothWays = withData.correlation(asked.data()).id();
        Object byTopic = withTopic.correlation(null).id();
        if (id instanceof byte[] binary) {
            assertArrayEquals(binary, (byte[]) bothWays);
            assertArrayEquals(binary, (byte[]) byTopic);
        } else {
            assertEquals(id, bothWays);
            assertEquals(id, byTopic);
        }
    }

    @Test
    void correlationDataThatIsNotOfItsKindIsBinary() {
        byte[] foreign = {(byte) 0xff};
        for (CorrelationId.Kind kind : CorrelationId.Kind.values()) {
            assertArrayEquals(foreign, (byte[]) new CorrelationId(kind, foreign).id());
        }
        byte[] negative = "-1".getBytes(StandardCharsets.US_ASCII);
        assertArrayEquals(negative, (byte[]) new CorrelationId(CorrelationId.Kind.ULONG, negative).id());
    }

    @Test
    void answerWithoutCorrelationDataHasNoCorrelationId() {
        Reply reply = ours.find(ours.responseTopic("q", CorrelationId.of("x"))).orElseThrow();
        assertEquals(CorrelationId.Kind.NONE, reply.correlation(null).kind());
    }

    @Test
    void requestsOfOneAddressShareATopicSoThatTheirAnswersKeepTheirOrder() {
        assertEquals(ours.responseTopic("q", CorrelationId.of("x")), ours.responseTopic("q", CorrelationId.of("y")));
    }

    @Test
    void tokenOfAnotherGatewayIsNone() {
        ReplyTopics theirs = new ReplyTopics(new byte[] {2});
        assertTrue(theirs.find(ours.responseTopic("q", CorrelationId.of("x"))).isEmpty());
    }

    @Test
    void noLetterOfATokenCanBeChanged() {
        Random random = new Random(7);
        String topic = ours.responseTopic("some.queue", CorrelationId.of("x"));
        int begin = topic.lastIndexOf('/') + 1;
        for (int i = 0; i < 10_000; i++) {
            char[] changed = topic.toCharArray();
            int at = begin + random.nextInt(changed.length - begin);
            changed[at] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".charAt(random.nextInt(64));
            ours.find(new String(changed)).ifPresent(reply -> assertEquals("some.queue", reply.address()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"$forebay/reply/", "$forebay/reply/!!", "a/res/", "/res/x", "res/x", "", "/", "a/res/AAAA"})
    void otherTopicsAreNoAnswers(String topic) {
        assertTrue(ours.find(topic).isEmpty());
    }

    @Test
    void addressThatDoesNotFitIsNotTaken() {
        assertTrue(ReplyTopics.takes("x".repeat(16_384)));
        assertFalse(ReplyTopics.takes("ü".repeat(16_384)));
        assertTrue(ours.responseTopic("x".repeat(16_384), CorrelationId.NONE).length() < 65_535);
    }

    @Test
    void keyOutlivesARestart() throws Exception {
        Path file = directory.resolve("key");
        String topic = ReplyTopics.open(file).responseTopic("q", CorrelationId.NONE);
        assertTrue(ReplyTopics.open(file).find(topic).isPresent());

        Files.write(file, new byte[3]);
        assertThrows(IOException.class, () -> ReplyTopics.open(file));
    }
}
