package io.forebay.bridge.downlink;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
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

    static final CorrelationId NONE = new CorrelationId(Kind.NONE, new byte[0]);

    /** @param id as {@link ReceivedMessage#correlationId} gives it */
    static CorrelationId of(Object id) {
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

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
