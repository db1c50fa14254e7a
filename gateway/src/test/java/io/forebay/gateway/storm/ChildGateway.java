package io.forebay.gateway.storm;

import io.forebay.gateway.bench.ChildJvm;
import io.forebay.gateway.bench.OpsClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A gateway in a process and on a processor of its own, its broker away. Any thread. */
final class ChildGateway implements AutoCloseable {
    final int mqttPort = ChildJvm.freePort();
    final int tlsPort = ChildJvm.freePort();
    final OpsClient ops;
    private final Process process;

    /**
     * @param certs of make-certs, null for no TLS
     * @param settings as environment variables; FOREBAY_JAVA_OPTS is what the launcher makes of it
     */
    ChildGateway(Path directory, Path certs, Map<String, String> settings) throws IOException, InterruptedException {
        int opsPort = ChildJvm.freePort();
        ops = new OpsClient(opsPort);
        Map<String, String> environment = new HashMap<>();
        environment.put("FOREBAY_DATA_DIR", directory.resolve("data").toString());
        environment.put("FOREBAY_MQTT_PORT", "" + mqttPort);
        environment.put("FOREBAY_AMQP_HOST", "127.0.0.1");
        environment.put("FOREBAY_AMQP_PORT", "1");
        environment.put("FOREBAY_OPS_PORT", "" + opsPort);
        if (certs != null) {
            environment.put("FOREBAY_MQTT_TLS_PORT", "" + tlsPort);
            environment.put(
                    "FOREBAY_MQTT_TLS_CERTIFICATE", certs.resolve("server.crt").toString());
            environment.put("FOREBAY_MQTT_TLS_KEY", certs.resolve("server.key").toString());
            environment.put(
                    "FOREBAY_MQTT_TLS_CLIENT_CA", certs.resolve("ca.crt").toString());
        }
        environment.putAll(settings);
        process = java(Apart.gateway(), flags(settings), List.of("io.forebay.gateway.Main", "run"), environment)
                .redirectOutput(directory.resolve("gateway.log").toFile())
                .start();
        ops.awaitReady(Duration.ofSeconds(60));
    }

    private static List<String> flags(Map<String, String> settings) {
        String more = settings.getOrDefault("FOREBAY_JAVA_OPTS", "");
        // G1 is what Java takes where it has two processors, the pauses are what the launcher asks for.
        return Stream.concat(
                        Stream.of("-Xmx512m", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=25"),
                        Stream.of(more.split(" ")).filter(flag -> !flag.isEmpty()))
                .toList();
    }

    /** Another Java with our class path and flags. */
    static ProcessBuilder java(
            List<String> prefix, List<String> flags, List<String> mainAndArguments, Map<String, String> environment) {
        List<String> command = new ArrayList<>(prefix);
        command.add(ProcessHandle.current().info().command().orElse("java"));
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--") || flag.startsWith("-D")) {
                command.add(flag);
            }
        }
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(mainAndArguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder;
    }

    /** The most memory that it ever had, in MiB. */
    long peakMiB() throws IOException {
        try (BufferedReader status =
                Files.newBufferedReader(Path.of("/proc/" + process.pid() + "/status"), StandardCharsets.US_ASCII)) {
            return status.lines()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
                    .findFirst()
                    .orElse(0);
        }
    }

    long pid() {
        return process.pid();
    }

    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        try {
            int unused = process.destroyForcibly().waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static Path makeCerts(Path directory) throws IOException, InterruptedException {
        Path certs = directory.resolve("certs");
        for (List<String> what : List.of(List.of("server"), List.of("device", Target.DEVICE))) {
            List<String> command = new ArrayList<>(List.of("sh", "../certs/make-certs", "--out", certs.toString()));
            command.addAll(what);
            Process makeCerts = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("make-certs.log").toFile())
                    .start();
            if (makeCerts.waitFor() != 0) {
                return null;
            }
        }
        return certs;
    }
}
