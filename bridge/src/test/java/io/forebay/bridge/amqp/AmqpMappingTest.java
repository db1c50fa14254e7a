package io.forebay.bridge.amqp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.Entry;
import io.forebay.bridge.MappingOptions;
import io.forebay.bridge.RouteOptions;
import io.forebay.bridge.reply.CorrelationId;
import io.forebay.bridge.reply.ReplyTopics;
import io.forebay.storage.Position;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedByte;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the mapping writes is read back by proton's own decoder. */
class AmqpMappingTest {
    private static final byte[] NONE = {};
    private static final long NOW = 1_700_000_100_000L;
    private static final long ARRIVED = NOW - 4_000;

    private int skipped;
    private final ReplyTopics replies = new ReplyTopics(new byte[] {1});
    private final AmqpMapping mapping = new AmqpMapping("gw1", () -> NOW, () -> skipped++, replies);

    /** MQTT 5 properties as they are on the wire. */
    private static final class Wire {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final DataOutputStream out = new DataOutputStream(bytes);

        Wire integer(int identifier, long value) throws IOException {
            out.writeByte(identifier);
            out.writeInt((int) value);
            return this;
        }

        Wire one(int identifier, int value) throws IOException {
            out.writeByte(identifier);
            out.writeByte(value);
            return this;
        }

        Wire text(int identifier, String... values) throws IOException {
            out.writeByte(identifier);
            for (String value : values) {
                byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
                out.writeShort(utf8.length);
                out.write(utf8);
            }
            return this;
        }

        Wire binary(int identifier, byte[] value) throws IOException {
            out.writeByte(identifier);
            out.writeShort(value.length);
            out.write(value);
            return this;
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }

    private static io.forebay.storage.Message publish(int qos, byte[] properties, byte[] payload) {
        return new io.forebay.storage.Message(
                ARRIVED, "dev-1", "plant/7/t\u00e9mp", qos, true, false, 5, 17, properties, payload);
    }

    private Message map(io.forebay.storage.Message message) {
        return map(message, RouteOptions.USUAL);
    }

    private Message map(io.forebay.storage.Message message, RouteOptions options) {
        byte[] encoded = mapping.encode(Entry.of(Position.of(3, 9), 0x1_0000_0007L, message), "uplink", options);
        Message decoded = Proton.message();
        assertEquals(encoded.length, decoded.decode(encoded, 0, encoded.length));
        return decoded;
    }

    private static byte[] body(Message message) {
        Binary data = ((Data) message.getBody()).getValue();
        return Arrays.copyOfRange(data.getArray(), data.getArrayOffset(), data.getArrayOffset() + data.getLength());
    }

    private static Object annotation(Message message, String name) {
        return message.getMessageAnnotations().getValue().get(Symbol.valueOf(name));
    }

    private Object correlationIdOfAnswer(Object id, byte[] properties) {
        String topic = replies.responseTopic("answers", CorrelationId.of(id));
        io.forebay.storage.Message answer =
                new io.forebay.storage.Message(ARRIVED, "dev-1", topic, 1, false, false, 5, 17, properties, NONE);
        return map(answer).getCorrelationId();
    }

    @Test
    void correlationIdOfAnAnswerIsOfTheTypeThatTheRequestHad() throws IOException {
        byte[] text =
                new Wire().binary(0x09, "17".getBytes(StandardCharsets.UTF_8)).bytes();
        UUID uuid = new UUID(1, 2);
        byte[] uuidText = new Wire()
                .binary(0x09, uuid.toString().getBytes(StandardCharsets.UTF_8))
                .bytes();

        assertEquals("17", correlationIdOfAnswer("any", text));
        assertEquals(UnsignedLong.valueOf(17), correlationIdOfAnswer(BigInteger.ONE, text));
        assertEquals(uuid, correlationIdOfAnswer(new UUID(0, 0), uuidText));
        assertEquals(new Binary(new byte[] {'1', '7'}), correlationIdOfAnswer(NONE, text));
        assertNull(correlationIdOfAnswer("any", NONE));
        assertNull(correlationIdOfAnswer(null, NONE));
    }

    @Test
    void plainMessageIsMapped() {
        Message message = map(publish(1, NONE, new byte[] {1, 2, 3}));

        assertTrue(message.isDurable());
        assertEquals("gw1-0000000300000009", message.getMessageId());
        assertEquals("uplink", message.getAddress());
        assertEquals("plant/7/t\u00e9mp", message.getSubject());
        assertEquals(ARRIVED, message.getCreationTime());
        assertArrayEquals(new byte[] {1, 2, 3}, body(message));
        assertEquals("plant/7/t\u00e9mp", annotation(message, "x-opt-mqtt-topic"));
        assertEquals("dev-1", annotation(message, "x-opt-mqtt-client-id"));
        assertEquals(1, annotation(message, "x-opt-mqtt-qos"));
        assertEquals(true, annotation(message, "x-opt-mqtt-retain"));
        assertEquals(false, annotation(message, "x-opt-mqtt-dup"));
        assertEquals(7, message.getMessageAnnotations().getValue().size());
        assertNull(message.getApplicationProperties());
        assertNull(message.getReplyTo());
        assertNull(message.getCorrelationId());
        assertNull(message.getContentType());
        assertEquals(0, message.getTtl());
    }

    @Test
    void everyQosIsDurable() {
        assertTrue(map(publish(0, NONE, NONE)).isDurable());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 70_000, 1 << 20})
    void payloadOfAnySizeIsKept(int size) {
        byte[] payload = new byte[size];
        for (int i = 0; i < size; i++) {
            payload[i] = (byte) i;
        }
        assertArrayEquals(payload, body(map(publish(1, NONE, payload))));
    }

    @Test
    void propertiesOfMqtt5FindTheirPlaces() throws IOException {
        byte[] properties = new Wire()
                .one(0x01, 1)
                .integer(0x02, 60)
                .text(0x03, "application/json")
                .text(0x08, "answers/7")
                .binary(0x09, new byte[] {0, -1})
                .text(0x26, "site", "north")
                .bytes();

        Message message = map(publish(2, properties, NONE));

        assertEquals(56_000, message.getTtl());
        assertEquals("application/json", message.getContentType());
        assertEquals("answers/7", message.getReplyTo());
        assertEquals(new Binary(new byte[] {0, -1}), message.getCorrelationId());
        assertEquals(Map.of("site", "north"), message.getApplicationProperties().getValue());
        assertEquals(UnsignedByte.valueOf((byte) 1), annotation(message, "x-opt-mqtt-payload-format-indicator"));
        assertEquals(0, skipped);
    }

    private static RouteOptions options(MappingOptions.Profile profile) {
        return RouteOptions.USUAL.withMapping(MappingOptions.of(profile));
    }

    private static Map<String, Object> applicationProperties(Message message) {
        return message.getApplicationProperties().getValue();
    }

    private static byte[] rich() throws IOException {
        return new Wire()
                .one(0x01, 1)
                .integer(0x02, 60)
                .text(0x03, "text/plain")
                .text(0x08, "answers/7")
                .binary(0x09, new byte[] {7})
                .text(0x26, "x-site", "north")
                .text(0x26, "x-opt-mqtt-topic", "a lie")
                .text(0x26, "a", "1")
                .text(0x26, "a", "2")
                .bytes();
    }

    @Test
    void laneIsTheGroupAndExpiryIsAbsoluteToo() throws IOException {
        Message message = map(publish(1, rich(), NONE));

        assertEquals("dev-1/plant/7/t\u00e9mp", message.getGroupId());
        assertEquals(ARRIVED + 60_000, message.getExpiryTime());
        assertEquals(Position.of(3, 9), annotation(message, "x-opt-forebay-position"));
        assertEquals(
                "dev-1",
                map(publish(1, NONE, NONE), RouteOptions.USUAL.withOrder(RouteOptions.Order.CLIENT))
                        .getGroupId());
        assertNull(map(publish(1, NONE, NONE), RouteOptions.USUAL.withOrder(RouteOptions.Order.NONE))
                .getGroupId());
    }

    @Test
    void rabbitmqProfileHasUserPropertiesWithXAsAnnotationsButNotThoseThatAreOurs() throws IOException {
        Message message = map(publish(1, rich(), NONE));

        assertEquals("north", annotation(message, "x-site"));
        assertEquals("plant/7/t\u00e9mp", annotation(message, "x-opt-mqtt-topic"));
        assertEquals(Map.of("x-opt-mqtt-topic", "a lie", "a", "1", "a#2", "2"), applicationProperties(message));
    }

    @Test
    void artemisProfileHasWhatItsMqttSubscribersRead() throws IOException {
        Map<String, Object> found =
                applicationProperties(map(publish(1, rich(), NONE), options(MappingOptions.Profile.ARTEMIS)));

        assertEquals(1, found.get("mqtt.qos.level"));
        assertEquals(true, found.get("mqtt.message.retain"));
        assertEquals(1, found.get("mqtt.payload.format.indicator"));
        assertEquals("text/plain", found.get("mqtt.content.type"));
        assertEquals("answers/7", found.get("mqtt.response.topic"));
        assertEquals(new Binary(new byte[] {7}), found.get("mqtt.correlation.data"));
        assertEquals(4, found.get("mqtt.user.property.exists"));
        assertEquals("1", found.get("mqtt.ordered.user.property.2.a"));
        assertEquals("2", found.get("mqtt.ordered.user.property.3.a"));
        assertEquals("gw1-0000000300000009", found.get("_AMQ_DUPL_ID"));
    }

    @Test
    void honoProfileHasWhatItsConsumersRead() {
        Message message = map(publish(1, NONE, NONE), options(MappingOptions.Profile.HONO));

        assertEquals(
                Map.of(
                        "device_id",
                        "dev-1",
                        "orig_address",
                        "plant/7/t\u00e9mp",
                        "orig_adapter",
                        "hono-mqtt",
                        "qos",
                        1),
                applicationProperties(message));
        assertEquals("application/octet-stream", message.getContentType());
        assertEquals(true, annotation(message, "x-opt-retain"));
    }

    @Test
    void cloudEventsArePassedThroughAndOthersBecomeSome() throws IOException {
        byte[] event = new Wire()
                .text(0x26, "specversion", "1.0")
                .text(0x26, "id", "7")
                .text(0x26, "source", "/s")
                .text(0x26, "type", "t")
                .bytes();

        assertEquals(
                Map.of(
                        "cloudEvents:specversion", "1.0",
                        "cloudEvents:id", "7",
                        "cloudEvents:source", "/s",
                        "cloudEvents:type", "t"),
                applicationProperties(map(publish(1, event, NONE), options(MappingOptions.Profile.CLOUDEVENTS))));
        Map<String, Object> made =
                applicationProperties(map(publish(1, NONE, NONE), options(MappingOptions.Profile.CLOUDEVENTS)));
        assertEquals("gw1-0000000300000009", made.get("cloudEvents:id"));
        assertEquals("urn:forebay:gw1", made.get("cloudEvents:source"));
        assertEquals("2023-11-14T22:14:56Z", made.get("cloudEvents:time"));
    }

    @Test
    void withoutAnnotationsEverythingIsAnApplicationProperty() throws IOException {
        MappingOptions none = new MappingOptions(MappingOptions.Profile.RABBITMQ, false, true, false, true);
        Message message = map(publish(1, rich(), NONE), RouteOptions.USUAL.withMapping(none));

        assertNull(message.getMessageAnnotations());
        assertEquals("plant/7/t\u00e9mp", applicationProperties(message).get("x_opt_mqtt_topic"));
        assertEquals("dev-1", applicationProperties(message).get("x_opt_mqtt_client_id"));
        assertEquals("north", applicationProperties(message).get("x-site"));
        assertEquals(0x1_0000_0007L, applicationProperties(message).get("x_opt_forebay_sequence"));
    }

    @Test
    void numberInTheLaneIsWholeInItsAnnotationAndItsLowerHalfInGroupSequence() throws IOException {
        Message message = map(publish(1, NONE, NONE), RouteOptions.USUAL);

        assertEquals(UnsignedLong.valueOf(0x1_0000_0007L), annotation(message, "x-opt-forebay-sequence"));
        assertEquals(7, message.getGroupSequence());
    }

    @Test
    void laneThatIsNotCountedHasNoNumber() throws IOException {
        byte[] encoded = mapping.encode(Entry.of(1, 0, publish(1, NONE, NONE)), "uplink", RouteOptions.USUAL);
        Message message = Proton.message();
        int unused = message.decode(encoded, 0, encoded.length);

        assertFalse(message.getMessageAnnotations().getValue().containsKey(Symbol.valueOf("x-opt-forebay-sequence")));
        assertNull(message.getProperties().getGroupSequence());
    }

    @Test
    void repeatedUserPropertiesAreNumberedInOrder() throws IOException {
        byte[] properties = new Wire()
                .text(0x26, "b", "1")
                .text(0x26, "a#2", "2")
                .text(0x26, "a", "3")
                .text(0x26, "a", "4")
                .text(0x26, "b", "5")
                .text(0x26, "a", "6")
                .bytes();

        Message message = map(publish(1, properties, NONE));

        List<String> pairs = new ArrayList<>();
        message.getApplicationProperties().getValue().forEach((name, value) -> pairs.add(name + "=" + value));
        assertEquals(List.of("b=1", "a#2=2", "a=3", "a#3=4", "b#2=5", "a#4=6"), pairs);
    }

    @Test
    void expiredMessageIsNotSent() throws IOException {
        io.forebay.storage.Message late = publish(1, new Wire().integer(0x02, 4).bytes(), NONE);

        assertNull(mapping.encode(Entry.of(1, 1, late), "uplink", RouteOptions.USUAL));
        assertEquals(
                1_000,
                map(publish(1, new Wire().integer(0x02, 5).bytes(), NONE)).getTtl());
    }

    @Test
    void longestExpiryIsCapped() throws IOException {
        Message message = map(publish(1, new Wire().integer(0x02, 0xffff_ffffL).bytes(), NONE));

        assertEquals(UnsignedInteger.MAX_VALUE, message.getHeader().getTtl());
    }

    @Test
    void malformedPropertiesAreLeftOutAndCounted() throws IOException {
        byte[] properties = new Wire()
                .text(0x03, "text/plain")
                .one(0x7f, 0)
                .text(0x08, "lost")
                .bytes();

        Message message = map(publish(1, properties, new byte[] {5}));

        assertEquals("text/plain", message.getContentType());
        assertNull(message.getReplyTo());
        assertArrayEquals(new byte[] {5}, body(message));
        assertEquals(1, skipped);
    }

    @Test
    void contentTypeThatAmqpCannotCarryIsLeftOutAndCounted() throws IOException {
        assertNull(map(publish(1, new Wire().text(0x03, "t\u00e9xt").bytes(), NONE))
                .getContentType());
        assertEquals(1, skipped);
    }

    @Test
    void noBytesOfPropertiesMakeItFail() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] properties = new byte[random.nextInt(60)];
            random.nextBytes(properties);
            if (properties.length > 0 && random.nextBoolean()) {
                properties[0] = new byte[] {1, 3, 3, 8, 9, 0x0b, 0x23, 0x26}[random.nextInt(8)];
            }
            for (MappingOptions.Profile profile : MappingOptions.Profile.values()) {
                byte[] encoded = mapping.encode(Entry.of(1, 1, publish(1, properties, NONE)), "a", options(profile));
                assertTrue(encoded == null || Proton.message().decode(encoded, 0, encoded.length) > 0);
            }
        }
        assertTrue(skipped > 0);
    }

    @Test
    void longNamesAreKept() throws IOException {
        String topic = "t/" + "\u20ac".repeat(20_000);
        String client = "c".repeat(65_535);
        byte[] properties = new Wire()
                .text(0x26, "k".repeat(300), "v".repeat(65_535))
                .text(0x08, "r".repeat(65_535))
                .bytes();
        io.forebay.storage.Message source =
                new io.forebay.storage.Message(ARRIVED, client, topic, 1, false, false, 5, 1, properties, NONE);

        Message message = map(source);

        assertEquals(topic, message.getSubject());
        assertEquals(client, annotation(message, "x-opt-mqtt-client-id"));
        assertEquals(65_535, message.getReplyTo().length());
        assertEquals(
                "v".repeat(65_535),
                message.getApplicationProperties().getValue().get("k".repeat(300)));
        assertTrue(map(publish(1, NONE, NONE)).isDurable(), "the next one is not disturbed");
    }
}
