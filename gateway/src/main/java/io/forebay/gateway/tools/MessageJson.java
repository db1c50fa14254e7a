package io.forebay.gateway.tools;

import io.forebay.storage.Message;
import io.forebay.storage.Position;
import io.forebay.storage.StoredRecord;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A message as a JSON object. No state. */
final class MessageJson {
    /** What is shown of a payload. */
    enum Payload {
        NONE,
        TEXT,
        BASE64
    }

    private MessageJson() {}

    static JsonObject of(StoredRecord record, Payload payload) {
        JsonObject json = new JsonObject()
                .put("position", Position.text(record.position()))
                .put("kind", record.kind())
                .put("bytes", record.bytes());
        if (record.isMessage()) {
            return put(json, record.message(), payload);
        }
        if (!record.clientId().isEmpty()) {
            json.put("client-id", record.clientId());
        }
        return record.packetId() == 0 ? json : json.put("packet-id", record.packetId());
    }

    static JsonObject put(JsonObject json, Message message, Payload payload) {
        json.put("arrived", Moment.text(message.arrivedAtMs()))
                .put("client-id", message.clientId())
                .put("topic", message.topic())
                .put("qos", message.qos())
                .put("retain", message.retain())
                .put("dup", message.dup())
                .put("protocol-level", message.protocolLevel())
                .put("packet-id", message.packetId());
        if (!message.username().isEmpty()) {
            json.put("username", message.username());
        }
        if (message.properties().length > 0) {
            json.put("properties", Base64.getEncoder().encodeToString(message.properties()));
        }
        json.put("payload-bytes", message.payload().length);
        return switch (payload) {
            case NONE -> json;
            case TEXT -> json.put("payload", new String(message.payload(), StandardCharsets.UTF_8));
            case BASE64 -> json.put("payload", Base64.getEncoder().encodeToString(message.payload()));
        };
    }
}
