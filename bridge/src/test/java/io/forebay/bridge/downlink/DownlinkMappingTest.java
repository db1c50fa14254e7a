package io.forebay.bridge.downlink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.reply.CorrelationId;
import io.forebay.bridge.reply.Reply;
import io.forebay.bridge.reply.ReplyTopics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Decimal32;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedByte;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.UnsignedShort;
import org.apache.qpid.proton.amqp.messaging.AmqpSequence;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Header;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.amqp.messaging.Section;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** AMQP messages as proton encodes them, and what becomes of them. */
class DownlinkMappingTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final int PACKET_MAX = 100_000;
    private static final UnsignedLong ULONG_MAX = UnsignedLong.valueOf(-1L);
    private static final DownlinkAddress PLAIN = DownlinkAddress.of("downlink");

    private final ReplyTopics replies = new ReplyTopics(new byte[32]);
    private int leftOut;
    private final DownlinkMapping mapping = new DownlinkMapping(PACKET_MAX, replies, () -> NOW, () -> leftOut++);

    @SuppressWarnings("JavaUtilDate") // Proton has it so.
    private static Object timestamp(long ms) {
        return new Date(ms);
    }

    private static Message amqp(String subject) {
        Message message = Proton.message();
        message.setSubject(subject);
        return message;
    }

    static ByteBuffer encode(Message message) {
        byte[] buffer = new byte[1 << 20];
        int length = message.encode(buffer, 0, buffer.length);
        return ByteBuffer.wrap(buffer, 0, length).slice();
    }

    private io.forebay.storage.Message map(Message message) throws Refused {
        return mapping.map(PLAIN, Optional.empty(), encode(message));
    }

    private io.forebay.storage.Message map(DownlinkAddress address, Message message) throws Refused {
        return mapping.map(address, Optional.empty(), encode(message));
    }

    private WireReader properties(Message message) throws Refused {
        return new WireReader(map(message).properties());
    }

    private String refusal(DownlinkAddress address, Message message) {
        return assertThrows(Refused.class, () -> map(address, message)).condition();
    }

    private static Message withBody(Section body) {
        Message message = amqp("t");
        message.setBody(body);
        return message;
    }

    private static Message annotated(String name, Object value) {
        Message message = amqp("t");
        message.setMessageAnnotations(new MessageAnnotations(Map.of(Symbol.valueOf(name), value)));
        return message;
    }

    private static String text(io.forebay.storage.Message message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    // ---- topic ----

    @Test
    void topicIsTheSubjectUnlessAnAnnotationNamesIt() throws Exception {
        assertEquals("a/b.c/d e", map(amqp("a/b.c/d e")).topic());

        Message annotated = annotated("x-opt-mqtt-topic", "ä/x");
        assertEquals("ä/x", map(annotated).topic());
    }

    @Test
    void messageIsOneThatCameOverAmqp() throws Exception {
        io.forebay.storage.Message message = map(amqp("t"));

        assertTrue(message.fromAmqp());
        assertEquals("amqp", message.clientId());
        assertEquals(NOW, message.arrivedAtMs());
        assertEquals(0, message.packetId());
        assertFalse(message.dup());
    }

    @Test
    void propertyToIsTheTopicOnlyIfItIsNotTheAddress() throws Exception {
        DownlinkAddress fromTo = PLAIN.withTopicFrom(TopicSource.TO, TopicSource.SUBJECT);
        Message message = amqp("from/subject");
        message.setAddress("downlink");
        assertEquals("from/subject", map(fromTo, message).topic());

        message.setAddress("from/to");
        assertEquals("from/to", map(fromTo, message).topic());
    }

    @Test
    void fixedTopicTakesItsPartsFromDeviceAndSubject() throws Exception {
        DownlinkAddress address = DownlinkAddress.of("devices.{clientId}").withTopic("devices/{clientId}/do/{subject}");

        io.forebay.storage.Message message = mapping.map(address, Optional.of("d7"), encode(amqp("reboot")));

        assertEquals("devices/d7/do/reboot", message.topic());
        Message noSubject = Proton.message();
        Refused refused = assertThrows(Refused.class, () -> mapping.map(address, Optional.of("d7"), encode(noSubject)));
        assertEquals(Refused.INVALID_FIELD, refused.condition());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/+", "a/#", "+", "nul\0", "$forebay/presence/d"})
    void topicThatMqttDoesNotAllowIsRefused(String topic) {
        assertEquals(Refused.INVALID_FIELD, refusal(PLAIN, amqp(topic)));
    }

    @Test
    void topicThatIsMissingOrTooLongIsRefused() {
        assertEquals(Refused.INVALID_FIELD, refusal(PLAIN, Proton.message()));
        assertEquals(Refused.INVALID_FIELD, refusal(PLAIN, amqp("ä".repeat(32_768))));
    }

    // ---- QoS and RETAIN ----

    @Test
    void qosFollowsDurableAndSilenceCountsAsDurable() throws Exception {
        Message durable = amqp("t");
        durable.setDurable(true);
        Message notDurable = amqp("t");
        notDurable.setHeader(new Header());
        notDurable.getHeader().setDurable(false);
        Message silent = amqp("t");
        silent.setHeader(new Header());
        silent.getHeader().setPriority(UnsignedByte.valueOf((byte) 4));

        assertEquals(1, map(durable).qos());
        assertEquals(0, map(notDurable).qos());
        assertEquals(1, map(silent).qos());
        assertEquals(1, map(amqp("t")).qos());
    }

    static Stream<Object> twoAsAnyType() {
        return Stream.of(
                (byte) 2,
                (short) 2,
                2,
                2L,
                UnsignedByte.valueOf((byte) 2),
                UnsignedShort.valueOf((short) 2),
                UnsignedInteger.valueOf(2),
                UnsignedLong.valueOf(2),
                "2",
                Symbol.valueOf("2"));
    }

    @ParameterizedTest
    @MethodSource("twoAsAnyType")
    void annotatedQosOfAnyTypeCounts(Object two) throws Exception {
        assertEquals(2, map(annotated("x-opt-mqtt-qos", two)).qos());
    }

    @Test
    void annotatedQosThatIsNoneIsRefused() {
        assertEquals(Refused.INVALID_FIELD, refusal(PLAIN, annotated("x-opt-mqtt-qos", 3)));
        assertEquals(Refused.INVALID_FIELD, refusal(PLAIN, annotated("x-opt-mqtt-qos", List.of(1))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-opt-mqtt-retain", "x-opt-retain", "x-opt-retain-message"})
    void retainIsAnAnnotationByAnyOfItsNames(String name) throws Exception {
        assertTrue(map(annotated(name, true)).retain());
        assertTrue(map(annotated(name, 1)).retain());
        assertFalse(map(annotated(name, false)).retain());
        assertFalse(map(amqp("t")).retain());
    }

    // ---- expiry ----

    @Test
    void ttlBecomesTheExpiryIntervalRoundedUp() throws Exception {
        Message message = amqp("t");
        message.setTtl(1_001);
        assertEquals(2, properties(message).expirySeconds);

        message.setTtl(1);
        assertEquals(1, properties(message).expirySeconds);

        message.setTtl(0xffff_ffffL);
        assertEquals(4_294_968, properties(message).expirySeconds);

        message.setTtl(0);
        assertEquals(-1, properties(message).expirySeconds);
    }

    @Test
    void theShorterOfTtlAndAbsoluteExpiryTimeCounts() throws Exception {
        Message message = amqp("t");
        message.setTtl(60_000);
        message.setExpiryTime(NOW + 5_000);
        assertEquals(5, properties(message).expirySeconds);

        message.setExpiryTime(NOW + 100_000);
        assertEquals(60, properties(message).expirySeconds);

        message.setExpiryTime(Long.MAX_VALUE);
        message.setTtl(0);
        assertEquals(0xffff_ffffL, properties(message).expirySeconds);
    }

    @Test
    void expiredMessageIsRefused() {
        Message message = amqp("t");
        message.setExpiryTime(NOW);
        assertEquals(Refused.PRECONDITION_FAILED, refusal(PLAIN, message));

        message.setExpiryTime(Long.MIN_VALUE);
        assertEquals(Refused.PRECONDITION_FAILED, refusal(PLAIN, message));
    }

    // ---- requests ----

    static Stream<Arguments> correlationIds() {
        UUID uuid = UUID.fromString("123e4567-e89b-12d3-a456-426614174000");
        return Stream.of(
                Arguments.of(new Binary(new byte[] {0, -1}), CorrelationId.Kind.BINARY, new byte[] {0, -1}),
                Arguments.of("cörr", CorrelationId.Kind.STRING, "cörr".getBytes(StandardCharsets.UTF_8)),
                Arguments.of(uuid, CorrelationId.Kind.UUID, uuid.toString().getBytes(StandardCharsets.UTF_8)),
                Arguments.of(
                        ULONG_MAX, CorrelationId.Kind.ULONG, "18446744073709551615".getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @MethodSource("correlationIds")
    void answerFindsBackToWhereTheRequestNamed(Object id, CorrelationId.Kind kind, byte[] data) throws Exception {
        Message request = amqp("devices/d/do");
        request.setReplyTo("/queues/answers%20here");
        request.setCorrelationId(id);

        WireReader sent = properties(request);

        assertArrayEquals(data, sent.correlationData);
        Reply reply = replies.find(sent.responseTopic).orElseThrow();
        assertEquals("/queues/answers%20here", reply.address());
        assertEquals(kind, reply.correlationKind());
        assertTrue(reply.correlationId().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("correlationIds")
    void deviceWithoutMqtt5AnswersOnTheTopicOfTheRequest(Object id, CorrelationId.Kind kind, byte[] data)
            throws Exception {
        Message request = amqp("devices/d/do");
        request.setReplyTo("answers");
        request.setCorrelationId(id);

        String topic = map(PLAIN.withReplyInTopic(true), request).topic();

        assertTrue(topic.startsWith("devices/d/do/req/"), topic);
        assertTrue(replies.find(topic).isEmpty(), "only the answer is one");
        Reply reply = replies.find(topic.replace("/req/", "/res/")).orElseThrow();
        assertEquals("answers", reply.address());
        assertEquals(kind, reply.correlationKind());
        assertArrayEquals(data, reply.correlationId().orElseThrow());
    }

    @Test
    void requestWithoutCorrelationIdIsKnownByItsMessageId() throws Exception {
        Message request = amqp("t");
        request.setReplyTo("answers");
        request.setMessageId("ID:1");

        assertArrayEquals("ID:1".getBytes(StandardCharsets.UTF_8), properties(request).correlationData);
    }

    @Test
    void correlationIdWithoutReplyToIsCarriedToo() throws Exception {
        Message answer = amqp("t");
        answer.setCorrelationId("7");

        WireReader sent = properties(answer);
        assertArrayEquals(new byte[] {'7'}, sent.correlationData);
        assertEquals(null, sent.responseTopic);
    }

    // ---- bodies ----

    @Test
    void dataSectionsAreJoined() throws Exception {
        Message one = withBody(new Data(new Binary(new byte[] {1, 2})));
        assertArrayEquals(new byte[] {1, 2}, map(one).payload());

        ByteBuffer first = encode(one);
        byte[] second = HexFormat.of().parseHex("005375a0020304");
        ByteBuffer both = ByteBuffer.allocate(first.remaining() + second.length);
        both.put(first).put(second).flip();
        assertArrayEquals(
                new byte[] {1, 2, 3, 4},
                mapping.map(PLAIN, Optional.empty(), both).payload());
    }

    @Test
    void noBodyAndNullAreAnEmptyPayload() throws Exception {
        assertEquals(0, map(amqp("t")).payload().length);
        assertEquals(0, map(withBody(new AmqpValue(null))).payload().length);
        assertEquals(-1, properties(withBody(new AmqpValue(null))).payloadFormat);
    }

    @Test
    void stringValueIsTextAndSaysSo() throws Exception {
        Message message = withBody(new AmqpValue("größer"));
        assertEquals("größer", text(map(message)));
        assertEquals(1, properties(message).payloadFormat);
        assertEquals(null, properties(message).contentType);
    }

    @Test
    void binaryValueIsThePayload() throws Exception {
        Message message = withBody(new AmqpValue(new Binary(new byte[] {(byte) 0xff})));
        assertArrayEquals(new byte[] {(byte) 0xff}, map(message).payload());
        assertEquals(-1, properties(message).payloadFormat);
    }

    static Stream<Arguments> valuesAsJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("b", true);
        map.put("a", Arrays.asList(1, null, "x"));
        return Stream.of(
                Arguments.of(7, "7"),
                Arguments.of((byte) -7, "-7"),
                Arguments.of(ULONG_MAX, "18446744073709551615"),
                Arguments.of(true, "true"),
                Arguments.of(1.5, "1.5"),
                Arguments.of(0.25f, "0.25"),
                Arguments.of(Double.NaN, "\"NaN\""),
                Arguments.of(timestamp(0), "\"1970-01-01T00:00:00Z\""),
                Arguments.of(new UUID(0, 1), "\"00000000-0000-0000-0000-000000000001\""),
                Arguments.of(map, "{\"b\":true,\"a\":[1,null,\"x\"]}"),
                Arguments.of(List.of(new Binary(new byte[] {1, 2, 3})), "[\"AQID\"]"),
                Arguments.of(new String[] {"p", "q"}, "[\"p\",\"q\"]"),
                Arguments.of(new int[] {1, 2}, "[1,2]"));
    }

    @ParameterizedTest
    @MethodSource("valuesAsJson")
    void anyOtherValueIsJson(Object value, String json) throws Exception {
        Message message = withBody(new AmqpValue(value));
        assertEquals(json, text(map(message)));
        WireReader sent = properties(message);
        assertEquals(1, sent.payloadFormat);
        assertEquals("application/json", sent.contentType);
    }

    @Test
    void symbolCharacterAndDecimalAreText() throws Exception {
        assertEquals("s", text(map(withBody(new AmqpValue(Symbol.valueOf("s"))))));
        assertEquals("é", text(map(withBody(new AmqpValue('é')))));
        assertEquals("decimal32:22500001", text(map(withBody(new AmqpValue(new Decimal32(0x22500001))))));
    }

    @Test
    void sequenceIsAJsonArray() throws Exception {
        Message message = withBody(new AmqpSequence(List.of(1, "two")));
        assertEquals("[1,\"two\"]", text(map(message)));
    }

    @Test
    void contentTypeThatIsGivenStays() throws Exception {
        Message message = withBody(new AmqpValue(List.of(1)));
        message.setContentType("text/x-list");
        assertEquals("text/x-list", properties(message).contentType);
    }

    @Test
    void payloadFormatIsBelievedOnlyIfItIsTrue() throws Exception {
        Message message = annotated("x-opt-mqtt-payload-format-indicator", UnsignedByte.valueOf((byte) 1));
        message.setBody(new Data(new Binary("ok".getBytes(StandardCharsets.UTF_8))));
        assertEquals(1, properties(message).payloadFormat);

        message.setBody(new Data(new Binary(new byte[] {(byte) 0xc3})));
        assertEquals(-1, properties(message).payloadFormat);
    }

    @Test
    void payloadLargerThanAnMqttPacketIsRefused() throws Exception {
        // What is not payload: 13 bytes at most, and the topic "t".
        Message largest = withBody(new Data(new Binary(new byte[PACKET_MAX - 14])));
        assertEquals(PACKET_MAX - 14, map(largest).payload().length);

        Message larger = withBody(new Data(new Binary(new byte[PACKET_MAX - 13])));
        assertEquals(Refused.TOO_LARGE, refusal(PLAIN, larger));
    }

    // ---- application properties ----

    @Test
    void applicationPropertiesBecomeUserPropertiesInOrder() throws Exception {
        Map<String, Object> application = new LinkedHashMap<>();
        application.put("z", "text");
        application.put("y", 1);
        application.put("x", UnsignedInteger.MAX_VALUE);
        application.put("w", null);
        application.put("v", new Binary(new byte[] {1, 2, 3}));
        application.put("u", 'c');
        application.put("t", timestamp(1));
        application.put("s", false);
        application.put("nul", "a\0b");
        Message message = amqp("t");
        message.setApplicationProperties(new ApplicationProperties(application));

        assertEquals(
                List.of(
                        "z=text",
                        "y=1",
                        "x=4294967295",
                        "w=",
                        "v=AQID",
                        "u=c",
                        "t=1970-01-01T00:00:00.001Z",
                        "s=false",
                        "nul=a\ufffdb"),
                properties(message).user);
        assertEquals(0, leftOut);
    }

    @Test
    void whatDoesNotFitIntoMqttIsLeftOutAndCounted() throws Exception {
        Message message = amqp("t");
        message.setApplicationProperties(
                new ApplicationProperties(new LinkedHashMap<>(Map.of("long", "x".repeat(65_536)))));

        assertEquals(List.of(), properties(message).user);
        assertEquals(1, leftOut);
    }

    /** Reads the wire format with nothing of what wrote it. */
    private static final class WireReader {
        private final ByteBuffer wire;
        private long expirySeconds = -1;
        private int payloadFormat = -1;
        private String contentType;
        private String responseTopic;
        private byte[] correlationData;
        private final List<String> user = new ArrayList<>();

        WireReader(byte[] bytes) {
            wire = ByteBuffer.wrap(bytes);
            while (wire.hasRemaining()) {
                switch (wire.get()) {
                    case 0x01 -> payloadFormat = wire.get();
                    case 0x02 -> expirySeconds = Integer.toUnsignedLong(wire.getInt());
                    case 0x03 -> contentType = string();
                    case 0x08 -> responseTopic = string();
                    case 0x09 -> correlationData = bytes();
                    case 0x26 -> user.add(string() + "=" + string());
                    default -> throw new AssertionError("unknown property");
                }
            }
        }

        private byte[] bytes() {
            byte[] bytes = new byte[wire.getShort() & 0xffff];
            wire.get(bytes);
            return bytes;
        }

        private String string() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }
    }
}
