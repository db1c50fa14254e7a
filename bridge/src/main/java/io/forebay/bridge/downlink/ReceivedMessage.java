package io.forebay.bridge.downlink;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sections of an AMQP message (AMQP 1.0, 3.2) as far as MQTT has a place for them. Fields of a wrong type count as
 * absent. Used by one thread.
 */
final class ReceivedMessage {
    /** What kind of body sections there are; they do not mix. */
    enum Body {
        NONE,
        DATA,
        SEQUENCE,
        VALUE
    }

    private static final String PREFIX = "amqp:";
    private static final List<String> NAMES = List.of(
            "header",
            "delivery-annotations",
            "message-annotations",
            "properties",
            "application-properties",
            "data",
            "amqp-sequence",
            "amqp-value",
            "footer");
    private static final int FIRST_DESCRIPTOR = 0x70;
    /** Header and both kinds of annotations. */
    private static final Set<Integer> CHANGED_ON_THE_WAY = Set.of(0, 1, 2);

    private List<?> header = List.of();
    private Map<?, ?> annotations = Map.of();
    private List<?> properties = List.of();
    private Map<?, ?> applicationProperties = Map.of();
    private Body body = Body.NONE;
    /** The data sections, the elements of all sequences, or the one value. */
    private final List<Object> content = new ArrayList<>();

    private ReceivedMessage() {}

    static ReceivedMessage read(ByteBuffer bytes) throws Refused {
        ReceivedMessage message = new ReceivedMessage();
        AmqpValues values = new AmqpValues(bytes);
        while (values.hasMore()) {
            if (!(values.read() instanceof AmqpValues.Described section)) {
                throw AmqpValues.malformed("a section has no descriptor");
            }
            message.take(number(section.descriptor()), section.value());
        }
        return message;
    }

    /**
     * How often it was delivered in vain before, by its header (AMQP 1.0, 3.2.1); 0 if that cannot be read. For messages that
     * as a whole cannot be read, too.
     */
    static int deliveryCount(ByteBuffer bytes) {
        try {
            ReceivedMessage message = new ReceivedMessage();
            AmqpValues values = new AmqpValues(bytes.duplicate());
            if (values.hasMore()
                    && values.read() instanceof AmqpValues.Described section
                    && number(section.descriptor()) == 0) {
                message.take(0, section.value());
            }
            Long count = field(message.header, 4, Long.class);
            return count == null ? 0 : (int) Math.min(count, Integer.MAX_VALUE);
        } catch (Refused malformed) {
            return 0;
        }
    }

    /**
     * From the properties on: what no broker on the way changes (AMQP 1.0, 3.2). All of it if it cannot be read so far.
     */
    static ByteBuffer bare(ByteBuffer bytes) {
        ByteBuffer rest = bytes.duplicate();
        try {
            AmqpValues values = new AmqpValues(rest);
            while (values.hasMore()) {
                int from = rest.position();
                boolean isChanging = values.read() instanceof AmqpValues.Described section
                        && CHANGED_ON_THE_WAY.contains(number(section.descriptor()));
                if (!isChanging) {
                    return rest.position(from);
                }
            }
            return rest;
        } catch (Refused malformed) {
            return bytes.duplicate();
        }
    }

    private static int number(Object descriptor) {
        if (descriptor instanceof BigInteger code && code.bitLength() < Integer.SIZE) {
            return code.intValue() - FIRST_DESCRIPTOR;
        }
        String symbol = String.valueOf(descriptor);
        int colon = symbol.lastIndexOf(':');
        return symbol.startsWith(PREFIX) && colon > PREFIX.length()
                ? NAMES.indexOf(symbol.substring(PREFIX.length(), colon))
                : -1;
    }

    private void take(int section, Object value) throws Refused {
        switch (section) {
            case 0 -> header = list(value);
            case 2 -> annotations = map(value);
            case 3 -> properties = list(value);
            case 4 -> applicationProperties = map(value);
            case 5 -> addData(value);
            case 6 -> addSequence(list(value));
            case 7 -> addValue(value);
            case 1, 8 -> {} // For the hop before this one, and for whoever signs messages.
            default -> throw AmqpValues.malformed("it has an unknown section");
        }
    }

    private static List<?> list(Object value) throws Refused {
        if (value instanceof List<?> list) {
            return list;
        }
        throw AmqpValues.malformed("a section is not the list that it must be");
    }

    private static Map<?, ?> map(Object value) throws Refused {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw AmqpValues.malformed("a section is not the map that it must be");
    }

    private void become(Body kind) throws Refused {
        if (body != Body.NONE && (body != kind || kind == Body.VALUE)) {
            throw AmqpValues.malformed("it has more than one body");
        }
        body = kind;
    }

    private void addData(Object value) throws Refused {
        become(Body.DATA);
        if (!(value instanceof byte[])) {
            throw AmqpValues.malformed("a data section is not binary");
        }
        content.add(value);
    }

    private void addSequence(List<?> elements) throws Refused {
        become(Body.SEQUENCE);
        content.addAll(elements);
    }

    private void addValue(Object value) throws Refused {
        become(Body.VALUE);
        content.add(value);
    }

    private static <T> T field(List<?> list, int index, Class<T> type) {
        Object value = index < list.size() ? list.get(index) : null;
        return type.isInstance(value) ? type.cast(value) : null;
    }

    // ---- all of these are null if absent ----

    Boolean durable() {
        return field(header, 0, Boolean.class);
    }

    Long ttlMs() {
        return field(header, 2, Long.class);
    }

    Object annotation(String name) {
        return annotations.get(name);
    }

    /** Binary, string, {@link java.util.UUID}, or {@link BigInteger} for ulong. */
    Object messageId() {
        return field(properties, 0, Object.class);
    }

    String to() {
        return field(properties, 2, String.class);
    }

    String subject() {
        return field(properties, 3, String.class);
    }

    String replyTo() {
        return field(properties, 4, String.class);
    }

    /** As {@link #messageId}. */
    Object correlationId() {
        return field(properties, 5, Object.class);
    }

    String contentType() {
        return field(properties, 6, String.class);
    }

    Instant absoluteExpiryTime() {
        return field(properties, 8, Instant.class);
    }

    // ---- never null ----

    Map<?, ?> applicationProperties() {
        return applicationProperties;
    }

    Body body() {
        return body;
    }

    List<Object> content() {
        return content;
    }
}
