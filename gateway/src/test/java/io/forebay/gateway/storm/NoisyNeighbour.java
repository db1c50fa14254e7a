package io.forebay.gateway.storm;

import io.forebay.gateway.bench.ScratchDirectory;
import io.forebay.simulator.LoadConfig;
import io.forebay.simulator.LoadGenerator;
import io.forebay.simulator.LoadResult;
import io.forebay.simulator.MqttTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program: one device at full speed, of small messages and of large ones, beside a hundred that publish now and then, and a
 * hundred that publish to a {@link BareServer}. Before it they are alone, then beside a process that keeps its processors busy
 * and connects nowhere. Both are niced, as they stand for other machines. Run in gateway/ with the class path of its tests;
 * arguments: settings of the gateway as NAME=VALUE of its environment, all of one run in one argument with spaces between them
 * ("" for none), one run after the other.
 */
final class NoisyNeighbour {
    private static final int QUIET = 100;
    private static final int QUIET_EVERY_MS = 100;
    private static final int SECONDS = 10;
    private static final int WARM_UP_SECONDS = 5;
    private static final Pattern SETTING = Pattern.compile("(FOREBAY_\\w+)=(.*?)(?= FOREBAY_|$)");
    /** What the loud one publishes: how many bytes each, how many unacknowledged. */
    private enum Loud {
        SMALL(200, 1_000),
        LARGE(64 << 10, 1_000);

        final int payload;
        final int window;

        Loud(int payload, int window) {
            this.payload = payload;
            this.window = window;
        }
    }

    private static final String[] USUAL = {
        "FOREBAY_MQTT_QUOTAS_LOG_QUEUE_SIZE_MAX=1 GiB", "", "FOREBAY_MQTT_QUOTAS_PUBLISH_RATE_MAX=1000"
    };

    private NoisyNeighbour() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 4 && arguments[0].equals("load")) {
            load(Loud.valueOf(arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
        } else if (arguments.length == 2 && arguments[0].equals("busy")) {
            BusyProcessors.keep(Integer.parseInt(arguments[1]));
        } else {
            Apart.devices();
            for (String settings : arguments.length > 0 ? arguments : USUAL) {
                measure(settings);
            }
        }
    }

    private static void load(Loud loud, int port, int seconds) {
        LoadResult result = LoadGenerator.run(new LoadConfig(
                MqttTarget.of("127.0.0.1", port),
                1,
                1,
                loud.window,
                loud.payload,
                Duration.ZERO,
                Duration.ofSeconds(seconds)));
        System.out.printf(
                "    the loud one: %,.0f messages a second of %,d bytes%n",
                result.acknowledgedPerSecond(), loud.payload);
    }

    private static void measure(String settings) throws IOException, InterruptedException {
        Path directory = ScratchDirectory.make("storms-noisy-");
        System.out.println(settings.isEmpty() ? "as it is by default" : settings);
        try (BareServer.Child bare = BareServer.start(directory);
                ChildGateway gateway = new ChildGateway(directory, null, environment(settings));
                QuietDevices quiet = QuietDevices.start(new Target(gateway.mqttPort, null), QUIET, QUIET_EVERY_MS);
                QuietDevices control = QuietDevices.start(new Target(bare.port(), null), QUIET, QUIET_EVERY_MS)) {
            for (Loud loud : Loud.values()) { // Two warm-ups.
                TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
                beside("load", loud.name(), "" + gateway.mqttPort, "" + WARM_UP_SECONDS);
            }
            Phase phase = new Phase(gateway);
            Latencies.Summary unused = quiet.take();
            Latencies.Summary unusedOfControl = control.take();
            TimeUnit.SECONDS.sleep(SECONDS);
            say("alone", quiet, control, phase);
            beside("busy", "" + SECONDS);
            say("beside a process that is busy with itself", quiet, control, phase);
            for (Loud loud : Loud.values()) {
                beside("load", loud.name(), "" + gateway.mqttPort, "" + SECONDS);
                say("beside the loud one", quiet, control, phase);
            }
        }
    }

    private static void say(String when, QuietDevices quiet, QuietDevices control, Phase phase)
            throws IOException, InterruptedException {
        System.out.println("    " + when + ", PUBACK to the quiet ones, " + quiet.take() + "; lost " + quiet.lost());
        System.out.println("    of the bare server, " + control.take());
        System.out.println("        " + phase.take());
    }

    /** Something of this class in another process; returns when it has ended. */
    private static void beside(String... what) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(NoisyNeighbour.class.getName()));
        command.addAll(List.of(what));
        Process process = ChildGateway.java(List.of("nice", "-n", "19"), List.of("-Xmx256m"), command, Map.of())
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        int unused = process.waitFor();
    }

    private static Map<String, String> environment(String settings) {
        Map<String, String> environment = new HashMap<>();
        Matcher setting = SETTING.matcher(settings);
        while (setting.find()) {
            environment.put(setting.group(1), setting.group(2));
        }
        return environment;
    }
}
