package io.forebay.simulator;

/**
 * Where the devices connect to.
 *
 * @param host name or address
 * @param port TCP port
 * @param credentials sent in CONNECT
 * @param level protocol version that the devices speak
 */
public record MqttTarget(String host, int port, Credentials credentials, MqttLevel level) {

    /** MQTT 3.1.1 without a user. */
    public static MqttTarget of(String host, int port) {
        return new MqttTarget(host, port, Credentials.NONE, MqttLevel.V3_1_1);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
