package io.forebay.bridge.amqp;

import io.forebay.bridge.Entry;
import io.forebay.bridge.MappingOptions;
import io.forebay.bridge.QuarantinedMessage;
import io.forebay.storage.Message;

/**
 * What AMQP has no field for: the topic exactly as published, client id, flags, the position in the log, the number in the lane. Each is a message
 * annotation, or where brokers do not take those an application property.
 *
 * <p>{@code x-opt-forebay-position} (long) grows from message to message of a lane. {@code x-opt-forebay-sequence} (ulong; a
 * long among the application properties, where JMS knows no other) counts the messages of a lane: the next one has the
 * number after, or 1 with a greater position if counting began anew ({@link io.forebay.bridge.SequenceStore} says when).
 * Both are the same when a message is sent again, so a consumer tells repeats, disorder and gaps by them.
 *
 * <p>A copy for a dead-letter address tells why the message is in the quarantine: {@code x-opt-forebay-dead-letter-*}.
 *
 * <p>{@code x-opt-forebay-redriven} (long, milliseconds since 1970) is there if the message comes out of the quarantine: when
 * somebody let it go. It comes behind messages that were published later.
 *
 * <p>{@code x-opt-forebay-replayed} (string) is the id of the replay, where one sends the message; it has no number then.
 */
final class Extras {
    private static final Extras TOPIC = new Extras("x-opt-mqtt-topic");
    private static final Extras CLIENT_ID = new Extras("x-opt-mqtt-client-id");
    private static final Extras QOS = new Extras("x-opt-mqtt-qos");
    private static final Extras RETAIN = new Extras("x-opt-mqtt-retain");
    private static final Extras DUP = new Extras("x-opt-mqtt-dup");
    private static final Extras POSITION = new Extras("x-opt-forebay-position");
    private static final Extras SEQUENCE = new Extras("x-opt-forebay-sequence");
    private static final Extras REDRIVEN = new Extras("x-opt-forebay-redriven");
    private static final Extras REPLAYED = new Extras("x-opt-forebay-replayed");
    private static final Extras PAYLOAD_FORMAT = new Extras("x-opt-mqtt-payload-format-indicator");

    private static final Extras CAUSE = new Extras("x-opt-forebay-dead-letter-cause");
    private static final Extras DESCRIPTION = new Extras("x-opt-forebay-dead-letter-description");
    private static final Extras ADDRESS = new Extras("x-opt-forebay-dead-letter-address");
    private static final Extras ATTEMPTS = new Extras("x-opt-forebay-dead-letter-attempts");
    private static final Extras FIRST_ATTEMPT = new Extras("x-opt-forebay-dead-letter-first-attempt");
    private static final Extras LAST_ATTEMPT = new Extras("x-opt-forebay-dead-letter-last-attempt");

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

    /** Among the annotations or the application properties, as the options say. */
    static void write(PropertyMap map, MappingOptions options, Entry entry, PublishProperties mqtt) {
        boolean annotations = options.annotations();
        Message message = entry.message();
        TOPIC.in(map, annotations).string(message.topic());
        CLIENT_ID.in(map, annotations).string(message.clientId());
        QOS.in(map, annotations).smallInt(message.qos());
        RETAIN.in(map, annotations).bool(message.retain());
        DUP.in(map, annotations).bool(message.dup());
        POSITION.in(map, annotations).longInt(entry.position());
        if (entry.sequence() > 0 && annotations) {
            SEQUENCE.in(map, true).ulong(entry.sequence());
        } else if (entry.sequence() > 0) {
            SEQUENCE.in(map, false).longInt(entry.sequence());
        }
        if (entry.redrivenAtMs() > 0) {
            REDRIVEN.in(map, annotations).longInt(entry.redrivenAtMs());
        }
        if (options.isReplay()) {
            REPLAYED.in(map, annotations).string(options.replay());
        }
        if (mqtt.hasPayloadFormat()) {
            PAYLOAD_FORMAT.in(map, annotations).ubyte(mqtt.payloadFormat());
        }
        if (entry.deadLetter() != null) {
            write(map, annotations, entry.deadLetter());
        }
    }

    private static void write(PropertyMap map, boolean annotations, QuarantinedMessage kept) {
        CAUSE.in(map, annotations).string(kept.condition());
        DESCRIPTION.in(map, annotations).string(kept.description());
        ADDRESS.in(map, annotations).string(kept.address());
        ATTEMPTS.in(map, annotations).smallInt(kept.attempts());
        // Milliseconds since 1970; JMS knows no timestamp among the application properties.
        FIRST_ATTEMPT.in(map, annotations).longInt(kept.firstAttemptAtMs());
        LAST_ATTEMPT.in(map, annotations).longInt(kept.lastAttemptAtMs());
    }
}
