package io.forebay.gateway.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * MQTT 5 PUBLISH properties in wire format, as the log keeps them (MQTT-2.2.2). The topic alias is left out: it means
 * something on this connection only.
 */
final class PublishProperties {
    private static final byte[] NONE = {};

    private PublishProperties() {}

    static byte[] encode(MqttProperties properties) {
        if (properties.isEmpty()) {
            return NONE;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (MqttProperties.MqttProperty<?> property : properties.listAll()) {
            write(property, out);
        }
        return out.toByteArray();
    }

    private static void write(MqttProperties.MqttProperty<?> property, ByteArrayOutputStream out) {
        switch (property.propertyId()) {
            case MqttProperties.PAYLOAD_FORMAT_INDICATOR -> {
                out.write(property.propertyId());
                out.write((Integer) property.value());
            }
            case MqttProperties.PUBLICATION_EXPIRY_INTERVAL -> {
                out.write(property.propertyId());
                out.writeBytes(ByteBuffer.allocate(4)
                        .putInt((Integer) property.value())
                        .array());
            }
            case MqttProperties.CONTENT_TYPE, MqttProperties.RESPONSE_TOPIC -> {
                out.write(property.propertyId());
                writeString((String) property.value(), out);
            }
            case MqttProperties.CORRELATION_DATA -> {
                out.write(property.propertyId());
                writeBinary((byte[]) property.value(), out);
            }
            case MqttProperties.USER_PROPERTY ->
                ((MqttProperties.UserProperties) property).value().forEach(pair -> {
                    out.write(MqttProperties.USER_PROPERTY);
                    writeString(pair.key, out);
                    writeString(pair.value, out);
                });
            default -> {
                // Topic alias, will delay and the like end here.
            }
        }
    }

    private static void writeString(String value, ByteArrayOutputStream out) {
        writeBinary(value.getBytes(StandardCharsets.UTF_8), out);
    }

    private static void writeBinary(byte[] value, ByteArrayOutputStream out) {
        out.write(value.length >>> 8);
        out.write(value.length);
        out.writeBytes(value);
    }
}
