package io.forebay.bridge.amqp;

import io.forebay.bridge.MappingOptions;
import io.forebay.storage.Message;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * The application properties that a profile has beside the user properties. User properties are in their order; of names
 * that repeat, the second one is called {@code name#2}.
 */
final class Profiles {
    private static final String CLOUD = "cloudEvents:";
    /** How a content type begins if the payload holds the attributes of a CloudEvent as well: structured mode. */
    private static final String STRUCTURED = "application/cloudevents";

    /** Hono knows no QoS 2, and its consumers take what they do not know for 0. */
    private static final int HONO_QOS_MAX = 1;

    private static final String TYPE = "io.forebay.mqtt.publish";

    private Profiles() {}

    /** Whether a user property becomes a message annotation, as in RabbitMQ; what begins with x-opt- is ours. */
    static boolean isAnnotation(MappingOptions options, String name) {
        return options.profile() == MappingOptions.Profile.RABBITMQ
                && options.annotations()
                && name.startsWith("x-")
                && !name.startsWith("x-opt-")
                && StandardCharsets.US_ASCII.newEncoder().canEncode(name);
    }

    static void write(PropertyMap map, MappingOptions options, String id, Message message, PublishProperties mqtt) {
        switch (options.profile()) {
            case RABBITMQ -> user(map, options, mqtt);
            case ARTEMIS -> {
                user(map, options, mqtt);
                artemis(map, message, mqtt);
            }
            case HONO -> {
                user(map, options, mqtt);
                hono(map, message, mqtt);
            }
            case CLOUDEVENTS -> cloudEvents(map, id, message, mqtt);
        }
        if (options.duplicateId()) {
            map.key("_AMQ_DUPL_ID").string(options.isReplay() ? id + "-" + options.replay() : id);
        }
    }

    private static void user(PropertyMap map, MappingOptions options, PublishProperties mqtt) {
        mqtt.user().forEach((name, value) -> {
            if (!isAnnotation(options, name) && !isOurs(options, name)) {
                map.key(name).string(value);
            }
        });
    }

    /** Names that a device must not choose: the broker, or whoever reads, would take its word for ours. */
    private static boolean isOurs(MappingOptions options, String name) {
        return (options.duplicateId() && name.equals("_AMQ_DUPL_ID"))
                || (!options.annotations() && name.startsWith("x_opt_"))
                || switch (options.profile()) {
                    case ARTEMIS -> name.startsWith("mqtt.");
                    case HONO ->
                        name.equals("device_id")
                                || name.equals("orig_address")
                                || name.equals("orig_adapter")
                                || name.equals("qos");
                    case RABBITMQ, CLOUDEVENTS -> false;
                };
    }

    private static void artemis(PropertyMap map, Message message, PublishProperties mqtt) {
        map.key("mqtt.qos.level").smallInt(message.qos());
        map.key("mqtt.message.retain").bool(message.retain());
        if (mqtt.hasPayloadFormat()) {
            map.key("mqtt.payload.format.indicator").smallInt(mqtt.payloadFormat());
        }
        if (mqtt.contentType() != null) {
            map.key("mqtt.content.type").string(mqtt.contentType());
        }
        if (mqtt.responseTopic() != null) {
            map.key("mqtt.response.topic").string(mqtt.responseTopic());
        }
        if (mqtt.correlationData() != null) {
            map.key("mqtt.correlation.data").binary(mqtt.correlationData());
        }
        if (!mqtt.userInOrder().isEmpty()) {
            map.key("mqtt.user.property.exists").smallInt(mqtt.userInOrder().size());
            int number = 0;
            for (Map.Entry<String, String> each : mqtt.userInOrder()) {
                map.key("mqtt.ordered.user.property." + number + "." + each.getKey())
                        .string(each.getValue());
                number++;
            }
        }
    }

    private static void hono(PropertyMap map, Message message, PublishProperties mqtt) {
        map.key("device_id").string(message.clientId());
        map.key("orig_address").string(message.topic());
        map.key("orig_adapter").string("hono-mqtt");
        map.key("qos").smallInt(Math.min(message.qos(), HONO_QOS_MAX));
        if (mqtt.hasExpiry()) {
            map.key("ttl").longInt(mqtt.expirySeconds());
        }
    }

    /** An MQTT 5 publish that is a CloudEvent has its attributes as user properties, or in the payload. */
    private static void cloudEvents(PropertyMap map, String id, Message message, PublishProperties mqtt) {
        Map<String, String> user = mqtt.user();
        boolean isStructured = mqtt.contentType() != null
                && mqtt.contentType().toLowerCase(Locale.ROOT).startsWith(STRUCTURED);
        boolean isEvent = user.containsKey("specversion")
                && user.containsKey("id")
                && user.containsKey("source")
                && user.containsKey("type");
        user.forEach((name, value) -> map.key(isEvent && name.matches("[a-z0-9]+") ? CLOUD + name : name)
                .string(value));
        if (!isEvent && !isStructured) {
            map.key(CLOUD + "specversion").string("1.0");
            map.key(CLOUD + "id").string(id);
            map.key(CLOUD + "source").string("urn:forebay:" + id.substring(0, id.lastIndexOf('-')));
            map.key(CLOUD + "type").string(TYPE);
            map.key(CLOUD + "subject").string(message.topic());
            map.key(CLOUD + "time")
                    .string(Instant.ofEpochMilli(message.arrivedAtMs()).toString());
        }
    }
}
