package io.forebay.gateway.storm;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program: ten thousand devices that come back at once over mTLS, beside a hundred that are connected and publish, and a
 * hundred that publish to a {@link BareServer}. The storm's process is niced, as it stands for ten thousand processors, and gets
 * warm at a gateway of its own: devices do not start anew when the gateway does. Run in gateway/ with the class path of its tests;
 * arguments: devices (10000), then settings of the gateway as NAME=VALUE of its environment.
 */
final class ReconnectStorm {
    private static final int QUIET = 100;
    private static final int QUIET_EVERY_MS = 100;
    private static final String WARM = "calm, the devices' process is warm";
    private static final List<String> SOURCES = List.of("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5");

    private ReconnectStorm() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0 && arguments[0].equals("fleet")) {
            Path certs = Path.of(arguments[4]);
            Target warmUp = new Target(Integer.parseInt(arguments[2]), certs);
            fleet(Integer.parseInt(arguments[1]), warmUp, new Target(Integer.parseInt(arguments[3]), certs));
            return;
        }
        Apart.devices();
        int devices = arguments.length == 0 ? 10_000 : Integer.parseInt(arguments[0]);
        Map<String, String> settings = new HashMap<>();
        for (int i = 1; i < arguments.length; i++) {
            settings.put(arguments[i].split("=", 2)[0], arguments[i].split("=", 2)[1]);
        }
        Path directory = Files.createTempDirectory("storms-reconnect-");
        Path certs = ChildGateway.makeCerts(directory);
        Path another = Files.createDirectory(directory.resolve("another"));
        try (ChildGateway warmUp = new ChildGateway(another, certs, Map.of());
                BareServer.Child bare = BareServer.start(directory);
                ChildGateway gateway = new ChildGateway(directory, certs, settings);
                QuietDevices quiet = QuietDevices.start(new Target(gateway.tlsPort, certs), QUIET, QUIET_EVERY_MS);
                QuietDevices control = QuietDevices.start(new Target(bare.port(), null), QUIET, QUIET_EVERY_MS)) {
            run(devices, warmUp, gateway, certs, quiet, control);
        }
        System.out.println("The gateway's log is in " + directory);
    }

    private static void run(
            int devices,
            ChildGateway warmUp,
            ChildGateway gateway,
            Path certs,
            QuietDevices quiet,
            QuietDevices control)
            throws IOException, InterruptedException {
        Process fleet = ChildGateway.java(
                        List.of("nice", "-n", "19"),
                        List.of("-Xmx512m"),
                        List.of(
                                ReconnectStorm.class.getName(),
                                "fleet",
                                "" + devices,
                                "" + warmUp.tlsPort,
                                "" + gateway.tlsPort,
                                certs.toString()),
                        Map.of())
                .start();
        Phase syncsAndThreads = new Phase(gateway);
        try (BufferedReader said = fleet.inputReader(StandardCharsets.UTF_8)) {
            String line = said.readLine();
            while (line != null) {
                String phase = line;
                if (phase.equals(WARM)) {
                    warmUp.close();
                }
                double cpu = gateway.cpuSeconds();
                Latencies.Summary unused = quiet.take();
                Latencies.Summary unusedOfControl = control.take();
                String unusedPhase = syncsAndThreads.take();
                line = said.readLine();
                System.out.printf(
                        "%s%n    PUBACK to the %d others, %s; %d lost; gateway %.1f s of CPU, at most %d MiB, %.0f refused%n",
                        phase,
                        QUIET,
                        quiet.take(),
                        quiet.lost(),
                        gateway.cpuSeconds() - cpu,
                        gateway.peakMiB(),
                        gateway.ops.meter("forebay_mqtt_accept_refused_total"));
                System.out.println("    PUBACK of the bare server, " + control.take());
                System.out.println("        " + syncsAndThreads.take());
                if (line != null && line.startsWith("    ")) {
                    System.out.println(line);
                    line = said.readLine();
                }
            }
        } finally {
            fleet.destroyForcibly();
        }
    }

    /** Says what it begins, and what came of it. */
    private static void fleet(int devices, Target warmUp, Target gateway) throws InterruptedException {
        say("all connect to another gateway");
        try (Storm storm = new Storm(warmUp, devices, SOURCES)) {
            say("    " + storm.connect());
        }
        try (Storm storm = new Storm(gateway, devices, SOURCES)) {
            calm(WARM);
            say("all connect for the first time");
            say("    " + storm.connect());
            calm();
            for (int i = 1; i <= 2; i++) {
                say("all drop their connections, " + i);
                storm.drop();
                say("    are gone");
                say("all come back at once, " + i);
                say("    " + storm.connect());
                calm();
            }
            say("nobody connects, but the fleet keeps its processors busy with itself");
            BusyProcessors.keep(10);
            say("    was busy");
            say("all drop their connections and stay away");
            storm.drop();
            say("    were gone");
            calm();
            say("end");
        }
    }

    private static void calm() throws InterruptedException {
        calm("calm");
    }

    private static void calm(String name) throws InterruptedException {
        say(name);
        TimeUnit.SECONDS.sleep(10); // The figures of calm are what the others are compared with.
        say("    was calm");
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
