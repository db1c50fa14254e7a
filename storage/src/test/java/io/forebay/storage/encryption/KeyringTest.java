package io.forebay.storage.encryption;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyringTest {
    private static final byte[] PLAIN = "some plain text".getBytes(StandardCharsets.UTF_8);

    private static String key(int seed) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) seed;
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static Keyring keys(int... seeds) {
        return Keyring.parse(Arrays.stream(seeds).mapToObj(KeyringTest::key).toList());
    }

    private static byte[] seal(Envelope envelope) {
        byte[] sealed = new byte[3 + PLAIN.length + Envelope.OVERHEAD];
        sealed[0] = 'h';
        envelope.seal(PLAIN, 0, PLAIN.length, sealed, 3, 3);
        return sealed;
    }

    private static boolean open(Keyring keys, byte[] sealed, byte[] plain) {
        return new Envelope(keys).open(sealed, 0, 3, 3, sealed.length - 3, plain, 0);
    }

    @Test
    void whatIsSealedIsOpenedWithTheSameKeyAfterARestart() {
        byte[] plain = new byte[PLAIN.length];

        assertTrue(open(keys(2, 1), seal(new Envelope(keys(1))), plain));
        assertArrayEquals(PLAIN, plain);
    }

    @Test
    void eachBitIsVouchedForIncludingTheHead() {
        byte[] sealed = seal(new Envelope(keys(1)));
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            sealed[bit / 8] ^= (byte) (1 << bit % 8);
            boolean ofTheKeyId = bit / 8 >= 3 && bit / 8 < 7;
            if (ofTheKeyId) {
                assertThrows(UnknownKeyException.class, () -> open(keys(1), sealed, new byte[PLAIN.length]));
            } else {
                assertFalse(open(keys(1), sealed, new byte[PLAIN.length]), "bit " + bit);
            }
            sealed[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertTrue(open(keys(1), sealed, new byte[PLAIN.length]));
    }

    @Test
    void whatIsCutIsNotOpenedWhereverThatIs() {
        byte[] sealed = seal(new Envelope(keys(1)));
        for (int length = 3; length < sealed.length; length++) {
            assertFalse(open(keys(1), Arrays.copyOf(sealed, length), new byte[PLAIN.length]), "after " + length);
        }
    }

    @Test
    void theSameIsNeverSealedTheSameWay() {
        Envelope envelope = new Envelope(keys(1));
        assertFalse(Arrays.equals(seal(envelope), seal(envelope)));
        assertFalse(Arrays.equals(seal(new Envelope(keys(1))), seal(new Envelope(keys(1)))));
    }

    @Test
    void missingKeyIsNamedByItsId() {
        UnknownKeyException unknown = assertThrows(
                UnknownKeyException.class, () -> open(keys(1), seal(new Envelope(keys(2))), new byte[PLAIN.length]));
        assertTrue(unknown.getMessage().contains(Keyring.text(keys(2).current())), unknown.getMessage());
        assertTrue(unknown.getMessage().contains(keys(1).toString()), unknown.getMessage());
    }

    /** What was written must stay readable: ids, derivation and layout are on disk. */
    @Test
    void bytesOfVersionOneAreOpened() {
        byte[] sealed = HexFormat.of()
                .parseHex("680000660a7e235814c7858dcd54b342399f9cc31428ba0000000000000000"
                        + "3d7cb2be50b96bbc9af7546b59ab422e295e8af6ac5f05ceb76fc77f864acc");
        byte[] plain = new byte[PLAIN.length];

        assertEquals("660a7e23", Keyring.text(keys(7).current()));
        assertTrue(open(keys(7), sealed, plain));
        assertArrayEquals(PLAIN, plain);
    }

    @Test
    void lineThatIsNoKeyIsNamedWithoutQuotingIt() {
        String secret = "c2VjcmV0";
        IllegalArgumentException wrong = assertThrows(
                IllegalArgumentException.class, () -> Keyring.parse(List.of("# mine", "", key(1), secret)));
        assertTrue(wrong.getMessage().startsWith("line 4 is not a key"), wrong.getMessage());
        assertFalse(wrong.getMessage().contains(secret));
        assertThrows(IllegalArgumentException.class, () -> Keyring.parse(List.of("#")));
        assertThrows(IllegalArgumentException.class, () -> Keyring.parse(List.of("no base64!")));
    }

    @Test
    void idsAreShownAndKeysAreNot() {
        assertEquals("[" + Keyring.text(keys(3).current()) + "]", keys(3).toString());
    }
}
