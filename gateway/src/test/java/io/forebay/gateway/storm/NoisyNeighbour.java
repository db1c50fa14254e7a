package io.forebay.gateway.storm;

import io.forebay.simulator.LoadConfig;
import io.forebay.simulator.LoadGenerator;
import io.forebay.simulator.LoadResult;
import io.forebay.simulator.MqttTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program: one device at full speed beside a hundred that publish now and then, without and with a limit for each. Run in
 * gateway/ with the class path of its tests.
 */
final class NoisyNeighbour {
    private static final int QUIET = 100;
    private static final int QUIET_EVERY_MS = 100;
    private static final int SECONDS = 10;
    private static final int WINDOW = 1_000;

    private NoisyNeighbour() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0) {
            LoadResult result = LoadGenerator.run(new LoadConfig(
                    MqttTarget.of("127.0.0.1", Integer.parseInt(arguments[0])),
                    1,
                    1,
                    WINDOW,
                    200,
                    Duration.ZERO,
                    Duration.ofSeconds(SECONDS)));
            System.out.printf("the loud one: %,.0f messages a second%n", result.acknowledgedPerSecond());
            return;
        }
        measure("no limit", Map.of());
        measure("publish-rate-max: 1000", Map.of("FOREBAY_MQTT_QUOTAS_PUBLISH_RATE_MAX", "1000"));
    }

    private static void measure(String what, Map<String, String> settings) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("storms-noisy-");
        System.out.println(what);
        try (ChildGateway gateway = new ChildGateway(directory, null, settings);
                QuietDevices quiet = QuietDevices.start(new Target(gateway.mqttPort, null), QUIET, QUIET_EVERY_MS)) {
            TimeUnit.SECONDS.sleep(SECONDS); // The JVM warms up.
            Latencies.Summary warm = quiet.take();
            TimeUnit.SECONDS.sleep(SECONDS);
            System.out.println(
                    "    alone, PUBACK to the quiet ones, " + quiet.take() + " (while warming up " + warm + ")");
            Process loud = ChildGateway.java(
                            List.of("nice", "-n", "19"),
                            List.of("-Xmx256m"),
                            List.of(NoisyNeighbour.class.getName(), "" + gateway.mqttPort),
                            Map.of())
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            int unused = loud.waitFor();
            System.out.println("    beside it, PUBACK to the quiet ones, " + quiet.take() + "; lost " + quiet.lost());
        }
    }
}
