package io.forebay.gateway.e2e;

import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedByte;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Properties;
import org.apache.qpid.proton.message.Message;

/** A delivery as a map of field to type and value. */
final class AmqpFields {
    private final Map<String, String> fields = new TreeMap<>();

    private AmqpFields() {}

    static Map<String, String> of(Message message) {
        AmqpFields all = new AmqpFields();
        all.put("header.durable", message.isDurable());
        all.put("header.priority", message.getPriority() == Message.DEFAULT_PRIORITY ? null : message.getPriority());
        // How much is left when it is delivered is never the same.
        boolean expires = message.getHeader() != null && message.getHeader().getTtl() != null;
        all.put("header.ttl", expires ? Symbol.valueOf("some") : null);
        all.put("header.delivery-count", message.getDeliveryCount() == 0 ? null : message.getDeliveryCount());
        if (message.getMessageAnnotations() != null) {
            message.getMessageAnnotations().getValue().forEach((name, value) -> all.put("annotation." + name, value));
        }
        if (message.getProperties() != null) {
            all.properties(message.getProperties());
        }
        if (message.getApplicationProperties() != null) {
            message.getApplicationProperties()
                    .getValue()
                    .forEach((name, value) -> all.put("application." + name, value));
        }
        all.put("body", message.getBody());
        return all.fields;
    }

    private void properties(Properties properties) {
        put("properties.message-id", properties.getMessageId());
        put("properties.user-id", properties.getUserId());
        put("properties.to", properties.getTo());
        put("properties.subject", properties.getSubject());
        put("properties.reply-to", properties.getReplyTo());
        put("properties.correlation-id", properties.getCorrelationId());
        put("properties.content-type", properties.getContentType());
        put("properties.content-encoding", properties.getContentEncoding());
        put("properties.absolute-expiry-time", properties.getAbsoluteExpiryTime());
        put("properties.creation-time", properties.getCreationTime());
        put("properties.group-id", properties.getGroupId());
        put("properties.group-sequence", properties.getGroupSequence());
        put("properties.reply-to-group-id", properties.getReplyToGroupId());
    }

    private void put(String field, Object value) {
        if (value != null) {
            fields.put(field, text(value));
        }
    }

    private static String text(Object value) {
        if (value instanceof Data data) {
            return "data " + binary(data.getValue());
        } else if (value instanceof AmqpValue only) {
            return "value " + text(only.getValue());
        } else if (value instanceof Binary binary) {
            return "binary " + binary(binary);
        } else if (value instanceof String) {
            return "\"" + value + "\"";
        } else if (value instanceof Symbol) {
            return ":" + value;
        } else if (value instanceof Date) {
            return "timestamp"; // Two deliveries are never of the same moment.
        } else if (value instanceof UnsignedByte
                || value instanceof UnsignedInteger
                || value instanceof UnsignedLong
                || value instanceof Number) {
            return type(value) + " " + value;
        }
        return String.valueOf(value);
    }

    private static String type(Object value) {
        return value.getClass().getSimpleName().replace("Unsigned", "u").toLowerCase(Locale.ROOT);
    }

    /** As text where it is some. */
    private static String binary(Binary binary) {
        byte[] bytes = new byte[binary.getLength()];
        System.arraycopy(binary.getArray(), binary.getArrayOffset(), bytes, 0, bytes.length);
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean isText = text.chars().allMatch(character -> character >= ' ' && character != '\ufffd');
        return isText ? "'" + text + "'" : "0x" + HexFormat.of().formatHex(bytes);
    }
}
