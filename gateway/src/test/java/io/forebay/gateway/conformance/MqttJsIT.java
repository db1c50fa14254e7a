package io.forebay.gateway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT.js works unchanged: connect, each QoS, will, retained, shared, resume, properties. */
class MqttJsIT {
    @RegisterExtension
    static final Broker BROKER = new Broker();

    @BeforeAll
    static void needsMqttJs() {
        assumeTrue(
                Command.works("node", "-e", "require('mqtt')"),
                "MQTT.js is not installed: npm install mqtt, and name its node_modules in NODE_PATH");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void everythingThatItOffersWorks(int level) throws Exception {
        Path script = Path.of(getClass().getResource("/interop/mqttjs.js").toURI());
        try (Command node = new Command("node", script.toString(), "" + BROKER.port(), "" + level)) {
            assertEquals(0, node.exitCode(), node::rest);
        }
    }
}
