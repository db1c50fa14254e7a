package io.forebay.bridge.downlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.DeliveryAnnotations;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.Test;

class RepeatsTest {
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final Repeats repeats = new Repeats(nowMs::get);

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void sameMessageOfTheSameAddressIsCounted() {
        assertEquals(0, repeats.count("a", bytes("x")));
        assertEquals(1, repeats.count("a", bytes("x")));
        assertEquals(2, repeats.count("a", bytes("x")));
        assertEquals(0, repeats.count("a", bytes("y")));
        assertEquals(0, repeats.count("b", bytes("x")));
    }

    @Test
    void whatDidNotComeForLongIsNewAgain() {
        assertEquals(0, repeats.count("a", bytes("x")));
        nowMs.addAndGet(Repeats.FORGOTTEN_AFTER_MS);
        assertEquals(1, repeats.count("a", bytes("x")));
        nowMs.addAndGet(Repeats.FORGOTTEN_AFTER_MS + 1);
        assertEquals(0, repeats.count("a", bytes("x")));
    }

    /** However many messages go round, the first delivery of most and no later one of any is taken for a new one. */
    @Test
    void noRepeatIsTakenForANewMessage() {
        int fresh = 0;
        for (int i = 0; i < 100_000; i++) {
            fresh += repeats.count("a", bytes(Integer.toString(i))) == 0 ? 1 : 0;
        }
        assertTrue(fresh > 4_000, "new ones: " + fresh);
        for (int i = 0; i < 100_000; i++) {
            assertTrue(repeats.count("a", bytes(Integer.toString(i))) > 0);
        }
    }

    /** The header counts down its ttl, and brokers write into annotations. */
    @Test
    void bareMessageIsTheSameWhateverBrokersChange() {
        Message message = Proton.message();
        message.setSubject("a/#");
        message.setBody(new AmqpValue("x"));
        ByteBuffer before = ReceivedMessage.bare(encoded(message));
        message.setTtl(500);
        message.setDeliveryCount(3);
        message.setDeliveryAnnotations(
                new DeliveryAnnotations(Map.of(Symbol.valueOf("x-opt-tries"), UnsignedInteger.valueOf(3))));

        assertEquals(before, ReceivedMessage.bare(encoded(message)));
        message.setSubject("b/#");
        assertTrue(!before.equals(ReceivedMessage.bare(encoded(message))));
        assertEquals(bytes("\1\2"), ReceivedMessage.bare(bytes("\1\2")));
    }

    private static ByteBuffer encoded(Message message) {
        byte[] buffer = new byte[1_000];
        return ByteBuffer.wrap(buffer, 0, message.encode(buffer, 0, buffer.length))
                .slice();
    }
}
