package io.forebay.simulator.scenario;

import java.util.List;

/**
 * Where the two ends are, as a file may say; the command line overrides it.
 *
 * @param mqttHost host of the MQTT broker, or empty
 * @param mqttPort its port, or 0
 * @param amqpHost host of the AMQP broker, or empty
 * @param amqpPort its port, or 0
 * @param addresses AMQP addresses to receive from, or empty
 */
public record Endpoints(String mqttHost, int mqttPort, String amqpHost, int amqpPort, List<String> addresses) {
    public static final Endpoints UNSAID = new Endpoints("", 0, "", 0, List.of());

    public Endpoints {
        addresses = List.copyOf(addresses);
    }
}
