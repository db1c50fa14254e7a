package io.forebay.bridge.downlink;

/** Where in an AMQP message the MQTT topic may stand. */
public enum TopicSource {
    /** The message annotation {@code x-opt-mqtt-topic}. */
    ANNOTATION,
    SUBJECT,
    /** The property {@code to}; not if it only repeats the address, as JMS clients write it. */
    TO
}
