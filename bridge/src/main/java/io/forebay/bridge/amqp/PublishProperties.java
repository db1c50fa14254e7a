package io.forebay.bridge.amqp;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The MQTT 5 properties of a PUBLISH (MQTT-3.3.2.3) as far as AMQP has a place for them. Reading never fails: what is
 * malformed is left out, and the rest of it with it, since nothing tells where the next property begins.
 */
final class PublishProperties {
    static final PublishProperties NONE = new PublishProperties();

    private static final long ABSENT = -1;

    private long expirySeconds = ABSENT;
    private int payloadFormat = (int) ABSENT;
    private String contentType;
    private String contentTypeAsSymbol;
    private String responseTopic;
    private byte[] correlationData;
    private Map<String, String> user = Map.of();
    private List<Map.Entry<String, String>> userInOrder = List.of();
    private boolean skipped;

    private PublishProperties() {}

    static PublishProperties read(byte[] wire) {
        if (wire.length == 0) {
            return NONE;
        }
        PublishProperties properties = new PublishProperties();
        try {
            properties.readAll(ByteBuffer.wrap(wire));
        } catch (Malformed | BufferUnderflowException malformed) {
            properties.skipped = true;
        }
        return properties;
    }

    private void readAll(ByteBuffer wire) throws Malformed {
        Map<String, Integer> names = new HashMap<>();
        while (wire.hasRemaining()) {
            int identifier = wire.get();
            switch (identifier) {
                case 0x01 -> payloadFormat = wire.get() & 0xff;
                case 0x02 -> expirySeconds = wire.getInt() & 0xffff_ffffL;
                case 0x03 -> readContentType(wire);
                case 0x08 -> responseTopic = string(wire);
                case 0x09 -> correlationData = binary(wire);
                case 0x0b -> skipVariableInteger(wire);
                case 0x23 -> wire.getShort();
                case 0x26 -> addUser(names, string(wire), string(wire));
                default -> throw new Malformed();
            }
        }
    }

    private void readContentType(ByteBuffer wire) throws Malformed {
        contentType = string(wire);
        // AMQP's content type is a symbol, and a symbol is ASCII.
        if (StandardCharsets.US_ASCII.newEncoder().canEncode(contentType)) {
            contentTypeAsSymbol = contentType;
        } else {
            skipped = true;
        }
    }

    /** MQTT lets a name stand more than once, an AMQP map does not: the second one is called name#2. */
    private void addUser(Map<String, Integer> names, String name, String value) {
        if (user.isEmpty()) {
            user = new LinkedHashMap<>();
            userInOrder = new ArrayList<>();
        }
        String unique = name;
        int number = names.getOrDefault(name, 1);
        while (user.containsKey(unique)) {
            number++;
            unique = name + "#" + number;
        }
        userInOrder.add(Map.entry(name, value));
        names.put(name, number);
        user.put(unique, value);
    }

    private static byte[] binary(ByteBuffer wire) throws Malformed {
        int length = wire.getShort() & 0xffff;
        if (length > wire.remaining()) {
            throw new Malformed();
        }
        byte[] bytes = new byte[length];
        wire.get(bytes);
        return bytes;
    }

    private static String string(ByteBuffer wire) throws Malformed {
        byte[] bytes = binary(wire);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw new Malformed(notText);
        }
    }

    private static void skipVariableInteger(ByteBuffer wire) throws Malformed {
        for (int i = 0; i < 4; i++) {
            if (wire.get() >= 0) {
                return;
            }
        }
        throw new Malformed();
    }

    boolean hasExpiry() {
        return expirySeconds != ABSENT;
    }

    long expirySeconds() {
        return expirySeconds;
    }

    boolean hasPayloadFormat() {
        return payloadFormat != ABSENT;
    }

    int payloadFormat() {
        return payloadFormat;
    }

    /** Null if absent, like the others. */
    String contentType() {
        return contentType;
    }

    /** Null if it is not ASCII as well. */
    String contentTypeAsSymbol() {
        return contentTypeAsSymbol;
    }

    String responseTopic() {
        return responseTopic;
    }

    byte[] correlationData() {
        return correlationData;
    }

    /** As they were published. */
    List<Map.Entry<String, String>> userInOrder() {
        return userInOrder;
    }

    /** In the order of the packet, names that repeat with a number. */
    Map<String, String> user() {
        return user;
    }

    /** Whether something was left out. */
    boolean skipped() {
        return skipped;
    }

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed() {
            super(null, null, false, false);
        }

        Malformed(Throwable cause) {
            super(null, cause, false, false);
        }
    }
}
