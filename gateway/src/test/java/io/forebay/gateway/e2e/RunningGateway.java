package io.forebay.gateway.e2e;

import io.forebay.gateway.Gateway;
import io.forebay.gateway.bench.ChildJvm;
import io.forebay.gateway.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A whole gateway in this process, with its embedded broker, on ports of its own. */
final class RunningGateway implements AutoCloseable {
    final int mqttPort;
    final int amqpPort;
    final int opsPort;
    private final Gateway gateway;

    private RunningGateway(Gateway gateway, int mqttPort, int amqpPort, int opsPort) {
        this.gateway = gateway;
        this.mqttPort = mqttPort;
        this.amqpPort = amqpPort;
        this.opsPort = opsPort;
    }

    static RunningGateway start(Path dataDir) throws IOException {
        return start(dataDir, Map.of());
    }

    /** @param settings as environment variables */
    static RunningGateway start(Path dataDir, Map<String, String> settings) throws IOException {
        return start(dataDir, null, settings);
    }

    static RunningGateway start(Path dataDir, Path config, Map<String, String> settings) throws IOException {
        int mqttPort = ChildJvm.freePort();
        int amqpPort = ChildJvm.freePort();
        int opsPort = ChildJvm.freePort();
        Map<String, String> environment = environment(dataDir, mqttPort, amqpPort, opsPort, settings);
        Gateway gateway = Gateway.start(
                config == null ? GatewayConfig.load(environment) : GatewayConfig.load(config, environment), fault -> {
                    throw new AssertionError("the log failed", fault);
                });
        return new RunningGateway(gateway, mqttPort, amqpPort, opsPort);
    }

    static Map<String, String> environment(
            Path dataDir, int mqttPort, int amqpPort, int opsPort, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>();
        environment.put("FOREBAY_DATA_DIR", dataDir.toString());
        environment.put("FOREBAY_MQTT_PORT", Integer.toString(mqttPort));
        environment.put("FOREBAY_BROKER_PORT", Integer.toString(amqpPort));
        environment.put("FOREBAY_OPS_PORT", Integer.toString(opsPort));
        environment.put("FOREBAY_LOG_SEGMENT_SIZE", "16 MiB");
        environment.put("FOREBAY_MQTT_PACKET_BYTES_MAX", "2 MiB");
        environment.putAll(settings);
        return environment;
    }

    Gateway gateway() {
        return gateway;
    }

    @Override
    public void close() {
        if (!gateway.stop()) {
            throw new AssertionError("the gateway did not stop in order");
        }
    }
}
