package io.forebay.simulator;

/**
 * Where the consumer receives from.
 *
 * @param host name or address
 * @param port TCP port
 * @param credentials for SASL PLAIN; without a user it is ANONYMOUS
 * @param address the AMQP source address
 */
public record AmqpTarget(String host, int port, Credentials credentials, String address) {

    /** Without a user. */
    public static AmqpTarget of(String host, int port, String address) {
        return new AmqpTarget(host, port, Credentials.NONE, address);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
