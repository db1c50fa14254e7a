package io.forebay.bridge.downlink;

import io.vertx.core.json.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How an AMQP value is written as text: total, and the same wherever MQTT has room for text only. Numbers and booleans as
 * in JSON, strings and symbols as they are, timestamps in ISO 8601 (UTC), binary in Base64, nothing for null; lists, arrays
 * and maps in JSON, where binary, timestamps and keys are strings of these forms.
 */
final class TextForm {
    private TextForm() {}

    static String of(Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof byte[] binary) {
            return Base64.getEncoder().encodeToString(binary);
        }
        boolean nested = value instanceof List || value instanceof Map || value instanceof AmqpValues.Described;
        return nested ? json(value) : value.toString();
    }

    static String json(Object value) {
        return Json.encode(forJson(value));
    }

    private static Object forJson(Object value) {
        if (value == null || value instanceof Boolean || value instanceof Number) {
            return value;
        }
        if (value instanceof List<?> list) {
            List<Object> items = new ArrayList<>(list.size());
            list.forEach(item -> items.add(forJson(item)));
            return items;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> members = new LinkedHashMap<>();
            map.forEach((key, member) -> members.put(of(key), forJson(member)));
            return members;
        }
        if (value instanceof AmqpValues.Described described) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("descriptor", forJson(described.descriptor()));
            members.put("value", forJson(described.value()));
            return members;
        }
        return of(value);
    }
}
