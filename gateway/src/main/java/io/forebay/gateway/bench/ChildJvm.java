package io.forebay.gateway.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Forebay in a process of its own, started as this one was: what is measured or killed must not share a process with who
 * does it. Used by one thread.
 */
public final class ChildJvm implements AutoCloseable {
    private static final Duration END_PATIENCE = Duration.ofSeconds(15);

    private final Process process;

    /** A port that nobody listens on now, for a child to listen on. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
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
