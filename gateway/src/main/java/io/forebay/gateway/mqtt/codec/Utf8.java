package io.forebay.gateway.mqtt.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** What MQTT has to know of a UTF-8 text before it is a Java string (MQTT 5 section 1.5.4). */
public final class Utf8 {
    /** Not UTF-8 as RFC 3629 has it; surrogates are among that (MQTT-1.5.4-1). */
    static final int ILL_FORMED = 1;
    /** U+0000 (MQTT-1.5.4-2). */
    static final int NUL = 2;
    /** Control characters and non-characters, which a receiver may refuse. */
    static final int CONTROL = 4;
    /** A character that means something in topic filters only. */
    static final int WILDCARD = 8;
    /** Not ASCII. */
    static final int WIDE = 16;

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Utf8() {}

    /** Whether a payload is what its Payload Format Indicator says (MQTT 5 section 3.3.2.3.2); it may contain U+0000. */
    public static boolean isValid(byte[] bytes) {
        int at = 0;
        while (at <= bytes.length - 8 && ((long) EIGHT_BYTES.get(bytes, at) & HIGH_BITS) == 0) {
            at += 8;
        }
        return (scan(bytes, at, bytes.length) & ILL_FORMED) == 0;
    }

    /** What is in these bytes: 0 for plain ASCII, otherwise the sum of the constants above. */
    static int scan(byte[] bytes, int from, int to) {
        int found = 0;
        int at = from;
        while (at < to) {
            byte one = bytes[at];
            if (one >= 0x20 && one != 0x7F) {
                found |= one == '#' || one == '+' ? WILDCARD : 0;
                at++;
            } else if (one >= 0) {
                found |= one == 0 ? NUL : CONTROL;
                at++;
            } else {
                int length = sequenceLength(bytes, at, to);
                if (length == 0) {
                    return found | ILL_FORMED;
                }
                found |= WIDE | (isControl(bytes, at, length) ? CONTROL : 0);
                at += length;
            }
        }
        return found;
    }

    /** How many bytes the well-formed sequence has that begins here, or 0 (Unicode, table 3-7). */
    private static int sequenceLength(byte[] bytes, int at, int to) {
        int first = bytes[at] & 0xFF;
        int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (first < 0xC2 || first > 0xF4 || to - at < length) {
            return 0;
        }
        int second = bytes[at + 1] & 0xFF;
        int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80; // Below it is written shorter.
        int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF; // Above it are surrogates, and beyond U+10FFFF.
        if (second < least || second > most) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /** U+0080 to U+009F, U+FDD0 to U+FDEF and the last two code points of each plane. */
    private static boolean isControl(byte[] bytes, int at, int length) {
        if (length == 2) {
            return bytes[at] == (byte) 0xC2 && (bytes[at + 1] & 0xFF) < 0xA0;
        }
        int codePoint = length == 3 ? bytes[at] & 0x0F : bytes[at] & 0x07;
        for (int i = 1; i < length; i++) {
            codePoint = codePoint << 6 | (bytes[at + i] & 0x3F);
        }
        return (codePoint >= 0xFDD0 && codePoint <= 0xFDEF) || (codePoint & 0xFFFE) == 0xFFFE;
    }
}
