package io.forebay.simulator;

import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;

/** Puts a received AMQP message on one line, for a person or for a machine. Immutable. */
final class MessagePrinter {
    private static final int SHOWN_BYTES_MAX = 400;
    private static final byte[] NOTHING = new byte[0];

    private MessagePrinter() {}

    static byte[] payload(Message message) {
        if (message.getBody() instanceof Data data && data.getValue() != null) {
            Binary bytes = data.getValue();
            return Arrays.copyOfRange(
                    bytes.getArray(), bytes.getArrayOffset(), bytes.getArrayOffset() + bytes.getLength());
        }
        if (message.getBody() instanceof AmqpValue value && value.getValue() != null) {
            return value.getValue().toString().getBytes(StandardCharsets.UTF_8);
        }
        return NOTHING;
    }

    /** Topic, then payload: as text if it is one, else its length and its first bytes. */
    static String text(Message message) {
        byte[] payload = payload(message);
        String topic = message.getSubject() == null ? String.valueOf(message.getAddress()) : message.getSubject();
        String text = decoded(payload);
        if (text == null || text.chars().anyMatch(MessagePrinter::unprintable)) {
            int shown = Math.min(payload.length, SHOWN_BYTES_MAX / 10);
            text = payload.length + " bytes " + HexFormat.of().formatHex(payload, 0, shown)
                    + (shown < payload.length ? "…" : "");
        } else if (text.length() > SHOWN_BYTES_MAX) {
            text = text.substring(0, SHOWN_BYTES_MAX) + "… (" + payload.length + " bytes)";
        }
        return topic + "  " + text;
    }

    private static boolean unprintable(int character) {
        return character < ' ' && character != '\t';
    }

    private static String decoded(byte[] payload) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException binary) {
            return null;
        }
    }

    /** Everything, as a JSON object. */
    static String json(Message message) {
        JsonObject json = new JsonObject().put("receivedAt", Instant.now().toString());
        put(json, "messageId", message.getMessageId());
        put(json, "subject", message.getSubject());
        put(json, "to", message.getAddress());
        put(json, "replyTo", message.getReplyTo());
        put(json, "correlationId", message.getCorrelationId());
        put(json, "contentType", message.getContentType());
        if (message.getCreationTime() != 0) {
            json.put(
                    "createdAt", Instant.ofEpochMilli(message.getCreationTime()).toString());
        }
        json.put("durable", message.isDurable()).put("deliveryCount", message.getDeliveryCount());
        if (message.getMessageAnnotations() != null) {
            put(json, "annotations", message.getMessageAnnotations().getValue());
        }
        if (message.getApplicationProperties() != null) {
            put(json, "properties", message.getApplicationProperties().getValue());
        }
        byte[] payload = payload(message);
        String text = decoded(payload);
        return (text == null
                        ? json.put("payloadBase64", Base64.getEncoder().encodeToString(payload))
                        : json.put("payload", text))
                .encode();
    }

    private static void put(JsonObject json, String name, Object value) {
        if (value instanceof Map<?, ?> map) {
            JsonObject inner = new JsonObject();
            map.forEach((key, each) -> put(inner, key.toString(), each));
            json.put(name, inner);
        } else if (value instanceof Number || value instanceof Boolean) {
            json.put(name, value instanceof Number number ? plain(number) : value);
        } else if (value != null) {
            json.put(name, value.toString());
        }
    }

    /** AMQP's unsigned numbers are classes of their own, which JSON does not know. */
    private static Number plain(Number number) {
        return number instanceof Double || number instanceof Float ? (Number) number.doubleValue() : number.longValue();
    }
}
