package io.forebay.bridge.amqp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.Position;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedByte;
import org.apache.qpid.proton.amqp.UnsignedInteger;
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
    private final AmqpMapping mapping = new AmqpMapping("gw1", () -> NOW, () -> skipped++);

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
        byte[] encoded = mapping.encode(Position.of(3, 9), message, "uplink");
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
        assertEquals(5, message.getMessageAnnotations().getValue().size());
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
    void expiredMessageIsSentWithNothingLeft() throws IOException {
        Message message = map(publish(1, new Wire().integer(0x02, 1).bytes(), NONE));

        assertEquals(UnsignedInteger.ONE, message.getHeader().getTtl());
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
                properties[0] = new byte[] {1, 2, 3, 8, 9, 0x0b, 0x23, 0x26}[random.nextInt(8)];
            }
            assertNotNull(map(publish(1, properties, NONE)));
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
