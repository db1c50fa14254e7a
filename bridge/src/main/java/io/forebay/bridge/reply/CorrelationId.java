package io.forebay.bridge.reply;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * An AMQP correlation-id as MQTT Correlation Data: binary as it is, string in UTF-8, uuid and ulong as text. Which of them
 * it was is remembered in the topic of the answer, so that the answer has it as it came.
 */
public record CorrelationId(Kind kind, byte[] data) {
    /** As what an id came, with the letter that stands for it in tokens, which outlive a restart. */
    public enum Kind {
        NONE('n'),
        BINARY('b'),
        STRING('s'),
        UUID('u'),
        ULONG('l');

        final byte letter;

        Kind(char letter) {
            this.letter = (byte) letter;
        }

        /** A letter that a later version wrote counts as binary, which loses nothing. */
        static Kind of(byte letter) {
            for (Kind kind : values()) {
                if (kind.letter == letter) {
                    return kind;
                }
            }
            return BINARY;
        }
    }

    public static final CorrelationId NONE = new CorrelationId(Kind.NONE, new byte[0]);

    /** @param id binary, string, {@link UUID}, or {@link BigInteger} for ulong; of anything else comes {@link #NONE} */
    public static CorrelationId of(Object id) {
        if (id instanceof byte[] binary) {
            return new CorrelationId(Kind.BINARY, binary);
        }
        if (id instanceof String text) {
            return new CorrelationId(Kind.STRING, utf8(text));
        }
        if (id instanceof UUID uuid) {
            return new CorrelationId(Kind.UUID, utf8(uuid.toString()));
        }
        if (id instanceof BigInteger ulong) {
            return new CorrelationId(Kind.ULONG, utf8(ulong.toString()));
        }
        return NONE;
    }

    /** What {@link #of} was given; binary if the data is not of its kind. */
    public Object id() {
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            return switch (kind) {
                case NONE, BINARY -> data;
                case STRING -> Arrays.equals(utf8(text), data) ? text : data;
                case UUID -> java.util.UUID.fromString(text);
                case ULONG -> ulong(new BigInteger(text));
            };
        } catch (IllegalArgumentException foreign) {
            return data;
        }
    }

    private Object ulong(BigInteger number) {
        return number.signum() >= 0 && number.bitLength() <= Long.SIZE ? number : data;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
