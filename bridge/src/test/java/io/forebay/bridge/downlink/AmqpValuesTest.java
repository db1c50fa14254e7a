package io.forebay.bridge.downlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.reply.ReplyTopics;
import io.forebay.storage.Message;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmqpValuesTest {
    private static Object read(String hex) throws Refused {
        return new AmqpValues(ByteBuffer.wrap(HexFormat.of().parseHex(hex))).read();
    }

    /** Each type in each of its encodings (AMQP 1.0, 1.6). */
    @ParameterizedTest
    @CsvSource({
        "41, true",
        "42, false",
        "5601, true",
        "5600, false",
        "50ff, 255",
        "51ff, -1",
        "60ffff, 65535",
        "61ffff, -1",
        "43, 0",
        "52ff, 255",
        "70ffffffff, 4294967295",
        "54ff, -1",
        "71ffffffff, -1",
        "44, 0",
        "53ff, 255",
        "80ffffffffffffffff, 18446744073709551615",
        "55ff, -1",
        "81ffffffffffffffff, -1",
        "723f800000, 1.0",
        "823ff0000000000000, 1.0",
        "7300000041, A",
        "730001f600, \uD83D\uDE00",
        "730000d800, \uFFFD",
        "7400000001, decimal32:00000001",
        "840000000000000001, decimal64:0000000000000001",
        "8300000000000003e8, 1970-01-01T00:00:01Z",
        "837fffffffffffffff, +292278994-08-17T07:12:55.807Z",
        "9800000000000000000000000000000001, 00000000-0000-0000-0000-000000000001",
        "a00101, AQ==",
        "b00000000101, AQ==",
        "a10161, a",
        "b10000000161, a",
        "a101ff, \uFFFD",
        "a30161, a",
        "b30000000161, a",
        "45, []",
        "c00402500141, '[1,true]'",
        "d0000000070000000250 0141, '[1,true]'",
        "c10702a10161a10162, '{\"a\":\"b\"}'",
        "d10000000a00000002a10161a10162, '{\"a\":\"b\"}'",
        "e00402500102, '[1,2]'",
        "f0000000070000000250 0102, '[1,2]'",
        "e0020341, '[true,true,true]'",
        "e00802005307a1016200, '[{\"descriptor\":7,\"value\":\"b\"},{\"descriptor\":7,\"value\":\"\"}]'",
        "00a101785001, '{\"descriptor\":\"x\",\"value\":1}'",
    })
    void eachTypeHasATextForm(String hex, String text) throws Exception {
        assertEquals(text, TextForm.of(read(hex.replace(" ", ""))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing at all
                "00", // a descriptor is announced
                "10", // no such type
                "46", // neither
                "5c01", // nor this
                "70ffff", // cut off
                "a1ff61", // longer than what is there
                "b1ffffffff61", // negative
                "c00101", // an element is missing
                "c004015001ff", // longer than its element
                "c10301a10161", // a key without a value
                "c10502450050 01", // a list as key
                "e003ff50 01", // more elements than bytes
                "f000000005ffffffff41", // elements without bytes, far too many
                "d07fffffff7fffffff", // a list of 2^31 elements
            })
    void whatIsNotAmqpIsRefused(String hex) {
        assertEquals(
                Refused.DECODE_ERROR,
                assertThrows(Refused.class, () -> read(hex.replace(" ", ""))).condition());
    }

    @Test
    void nestingIsBounded() {
        byte[] deep = new byte[1 << 20];
        for (int i = 0; i + 9 <= deep.length; i += 9) {
            ByteBuffer.wrap(deep, i, 9)
                    .put((byte) 0xd0)
                    .putInt(deep.length - i - 5)
                    .putInt(1);
        }
        assertThrows(Refused.class, () -> new AmqpValues(ByteBuffer.wrap(deep)).read());

        byte[] descriptors = new byte[1 << 20];
        assertThrows(Refused.class, () -> new AmqpValues(ByteBuffer.wrap(descriptors)).read());
    }

    @Test
    void symbolicDescriptorsNameSectionsToo() throws Exception {
        String properties = "00a314616d71703a70726f706572746965733a6c697374c00704404040a10174";
        ReceivedMessage message =
                ReceivedMessage.read(ByteBuffer.wrap(HexFormat.of().parseHex(properties)));
        assertEquals("t", message.subject());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "005375a00101005377a10161", // data and value
                "005377a10161005377a10161", // two values
                "005375a10161", // data that is not binary
                "005373a10161", // properties that are no list
                "005374c00100", // application-properties that are no map
                "005379c00100", // no such section
                "a10161", // no section
            })
    void whatIsNotAMessageIsRefused(String hex) {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
        assertEquals(
                Refused.DECODE_ERROR,
                assertThrows(Refused.class, () -> ReceivedMessage.read(bytes)).condition());
    }

    /** Random values of all types under random damage: a message or a refusal, and never anything else. */
    @Test
    void conversionIsTotal() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        ReplyTopics replies = new ReplyTopics(new byte[32]);
        DownlinkMapping mapping = new DownlinkMapping(1 << 20, replies, System::currentTimeMillis, () -> {});
        DownlinkAddress address = DownlinkAddress.of("d").withReplyInTopic(true);
        int mapped = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = new RandomAmqp(random).message();
            if (i % 2 == 0) {
                damage(bytes, random);
            }
            try {
                Message message = mapping.map(address, Optional.empty(), ByteBuffer.wrap(bytes));
                assertTrue(message.fromAmqp());
                mapped++;
            } catch (Refused refused) {
                assertTrue(refused.condition().startsWith("amqp:"));
            } catch (RuntimeException | Error bug) {
                throw new AssertionError("seed " + seed + ": " + HexFormat.of().formatHex(bytes), bug);
            }
        }
        assertTrue(mapped > 30_000, "most of what is whole is mapped: " + mapped);
    }

    private static void damage(byte[] bytes, Random random) {
        int times = 1 + random.nextInt(4);
        for (int i = 0; i < times && bytes.length > 0; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
    }

    @Test
    void everyBodyTypeThatIsWholeIsMapped() throws Exception {
        Random random = new Random(1);
        DownlinkMapping mapping = new DownlinkMapping(1 << 24, new ReplyTopics(new byte[32]), () -> 1, () -> {});
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = new RandomAmqp(random).plainMessage();
            assertEquals(
                    "t",
                    mapping.map(DownlinkAddress.of("d"), Optional.empty(), ByteBuffer.wrap(bytes))
                            .topic());
        }
    }
}
