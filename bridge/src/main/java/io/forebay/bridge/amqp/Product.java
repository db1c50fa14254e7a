package io.forebay.bridge.amqp;

import java.util.Map;
import org.apache.qpid.proton.amqp.Symbol;

/**
 * What the broker says it is, in the properties of its open frame (AMQP 1.0, 2.7.1), and what of its ways is to be known to
 * understand what it means.
 */
record Product(String name, String version) {
    private static final Symbol NAME = Symbol.valueOf("product");
    private static final Symbol VERSION = Symbol.valueOf("version");
    private static final String RABBITMQ = "RabbitMQ";

    static final Product UNKNOWN = new Product("", "");

    static Product of(Map<Symbol, Object> properties) {
        return properties == null ? UNKNOWN : new Product(text(properties.get(NAME)), text(properties.get(VERSION)));
    }

    private static String text(Object value) {
        return value == null ? "" : value.toString();
    }

    /**
     * RabbitMQ rejects when a queue does not take a message, because it is full (overflow reject-publish) or not available,
     * before 4.3 without an error. Over what is wrong with a message it ends session or connection.
     */
    boolean rejectsOverThePlaceWithoutSayingSo() {
        return name.equals(RABBITMQ);
    }

    /** The AMQP 1.0 plugin of RabbitMQ 3 does not know the refusal of a queue that is full: its connection dies of it. */
    boolean diesOfAFullQueue() {
        return name.equals(RABBITMQ) && version.startsWith("3.");
    }
}
