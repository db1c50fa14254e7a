package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StampTest {
    private static final Stamp STAMP = new Stamp(0x1234_5678_9ABC_DEF0L, 17, 3, 4_000_000_000L, 1_795_000_000_000_000L);

    @Test
    void isReadBackAsItWasWritten() {
        for (int size : new int[] {Stamp.BYTES, 41, 200, 1 << 20}) {
            byte[] payload = STAMP.toPayload(size);

            assertEquals(size, payload.length);
            assertEquals(STAMP, Stamp.read(payload, 0, size));
            assertTrue(Stamp.intact(payload, 0, size));
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
            assertFalse(Stamp.intact(payload, 0, payload.length), "bit " + bit);
            payload[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void aCutPayloadIsNotIntact() {
        byte[] payload = STAMP.toPayload(200);

        assertFalse(Stamp.intact(payload, 0, 199));
        assertNull(Stamp.read(payload, 0, Stamp.BYTES - 1));
    }

    @Test
    void isFoundBehindAnOffset() {
        byte[] shifted = new byte[250];
        System.arraycopy(STAMP.toPayload(200), 0, shifted, 50, 200);

        assertEquals(STAMP, Stamp.read(shifted, 50, 200));
        assertTrue(Stamp.intact(shifted, 50, 200));
        assertNull(Stamp.read(shifted, 0, 200));
    }
}
