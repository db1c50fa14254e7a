package io.forebay.simulator.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StampTest {
    private static final Stamp STAMP = new Stamp(0x1234_5678_9ABC_DEF0L, 17, 3, 4_000_000_000L, 1_795_000_000_000_000L);

    @Test
    void isReadBackAsItWasWritten() {
        for (int size : new int[] {Stamp.BYTES, 41, 200, 1 << 20}) {
            byte[] payload = STAMP.toPayload(size);

            assertEquals(size, payload.length);
            assertEquals(new Stamp.Reading(STAMP, true), Stamp.read(payload, 0, size));
        }
    }

    @Test
    void theSameStampMakesTheSameBytes() {
        assertArrayEquals(STAMP.toPayload(300), STAMP.toPayload(300));
    }

    @Test
    void everyFlippedBitIsNoticed() {
        byte[] payload = STAMP.toPayload(64);

        for (int bit = 32; bit < payload.length * 8; bit++) {
            payload[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(Stamp.read(payload, 0, payload.length).intact(), "bit " + bit);
            payload[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void aCutPayloadIsNotIntact() {
        byte[] payload = STAMP.toPayload(200);

        assertFalse(Stamp.read(payload, 0, 199).intact());
        assertNull(Stamp.read(payload, 0, Stamp.BYTES - 1));
    }

    @Test
    void isFoundBehindAnOffset() {
        byte[] shifted = new byte[250];
        System.arraycopy(STAMP.toPayload(200), 0, shifted, 50, 200);

        assertEquals(new Stamp.Reading(STAMP, true), Stamp.read(shifted, 50, 200));
        assertNull(Stamp.read(shifted, 0, 200));
    }

    @Test
    void standsInATextAndNoticesWhatIsDoneToTheText() {
        byte[] before = "{\"temperature\":21.5,\"stamp\":\"".getBytes(StandardCharsets.UTF_8);
        byte[] after = "\"} ".getBytes(StandardCharsets.UTF_8);
        byte[] text = STAMP.toText(before, after);

        assertEquals(new Stamp.Reading(STAMP, true), Stamp.read(text, 0, text.length));
        for (int i = 0; i < text.length; i++) {
            text[i] ^= 1;
            Stamp.Reading reading = Stamp.read(text, 0, text.length);
            assertFalse(reading != null && reading.intact() && reading.stamp().equals(STAMP), "byte " + i);
            text[i] ^= 1;
        }
    }
}
