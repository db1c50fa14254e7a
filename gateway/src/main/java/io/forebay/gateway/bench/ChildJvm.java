package io.forebay.gateway.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Forebay in a process of its own, started as this one was: what is measured or killed must not share a process with who
 * does it. Used by one thread.
 */
public final class ChildJvm implements AutoCloseable {
    private static final Duration END_PATIENCE = Duration.ofSeconds(60);

    /**
     * Below those that Linux gives to whoever asks for any and to each connection that is made: nobody takes one of these by
     * chance between our look at it and its use.
     */
    private static final int PORT_MIN = 20_000;

    private static final int PORTS = 12_000;
    /** No two who ask are given the same one; where it begins is for other processes that do as we do. */
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    private final Process process;

    /** A port that nobody listens on now, for a child to listen on. */
    public static int freePort() throws IOException {
        for (int tries = 0; tries < PORTS; tries++) {
            int port = PORT_MIN + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // The next one is tried.
            }
        }
        throw new IOException("Every port from " + PORT_MIN + " to " + (PORT_MIN + PORTS - 1) + " is taken");
    }

    private ChildJvm(Process process) {
        this.process = process;
    }

    /**
     * @param prefix a command that runs the given one, or none
     * @param mainClass used unless this process was started from the launcher jar
     * @param jvmFlags such as {@code -Xmx256m}
     * @param environment on top of this process's
     * @param output where both of its outputs go
     */
    public static ChildJvm start(
            List<String> prefix,
            String mainClass,
            List<String> jvmFlags,
            List<String> arguments,
            Map<String, String> environment,
            Path output)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(ProcessHandle.current().info().command().orElse("java"));
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--") || flag.startsWith("-XX:")) {
                command.add(flag);
            }
        }
        command.addAll(jvmFlags);
        String classPath = System.getProperty("java.class.path");
        if (classPath.endsWith(".jar") && !classPath.contains(System.getProperty("path.separator"))) {
            command.addAll(List.of("-jar", classPath)); // Its manifest opens what Chronicle needs.
        } else {
            command.addAll(List.of("-cp", classPath, mainClass));
        }
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment);
        return new ChildJvm(builder.start());
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** CPU time that the process has used, microseconds. */
    public long cpuMicros() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1_000;
    }

    /** kill -9, and waits for the end. */
    public void kill() throws InterruptedException {
        int unused = process.destroyForcibly().waitFor();
    }

    /** @param name as {@code kill} has it */
    public void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill -" + name + " ended with " + code);
        }
    }

    /** SIGTERM. @return the exit code */
    public int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(END_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            kill();
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
