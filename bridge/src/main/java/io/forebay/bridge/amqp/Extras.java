package io.forebay.bridge.amqp;

import io.forebay.storage.Message;

/**
 * What AMQP has no field for: the topic exactly as published, client id, flags, the position in the log. Each is a message
 * annotation, or where brokers do not take those an application property.
 *
 * <p>{@code x-opt-forebay-position} grows from message to message of a lane and is the same when a message is sent again: a
 * consumer tells repeats and disorder by it. It does not count without gaps.
 */
final class Extras {
    private static final Extras TOPIC = new Extras("x-opt-mqtt-topic");
    private static final Extras CLIENT_ID = new Extras("x-opt-mqtt-client-id");
    private static final Extras QOS = new Extras("x-opt-mqtt-qos");
    private static final Extras RETAIN = new Extras("x-opt-mqtt-retain");
    private static final Extras DUP = new Extras("x-opt-mqtt-dup");
    private static final Extras POSITION = new Extras("x-opt-forebay-position");
    private static final Extras PAYLOAD_FORMAT = new Extras("x-opt-mqtt-payload-format-indicator");

    private final byte[] symbol;
    private final byte[] string;

    private Extras(String name) {
        SectionWriter writer = new SectionWriter();
        writer.symbol(name);
        symbol = writer.toArray(0);
        writer.clear();
        writer.string(name.replace('-', '_'));
        string = writer.toArray(0);
    }

    private SectionWriter in(PropertyMap map, boolean annotations) {
        return map.key(annotations ? symbol : string);
    }

    static void write(PropertyMap map, boolean annotations, long position, Message message, PublishProperties mqtt) {
        TOPIC.in(map, annotations).string(message.topic());
        CLIENT_ID.in(map, annotations).string(message.clientId());
        QOS.in(map, annotations).smallInt(message.qos());
        RETAIN.in(map, annotations).bool(message.retain());
        DUP.in(map, annotations).bool(message.dup());
        POSITION.in(map, annotations).longInt(position);
        if (mqtt.hasPayloadFormat()) {
            PAYLOAD_FORMAT.in(map, annotations).ubyte(mqtt.payloadFormat());
        }
    }
}
