package io.forebay.gateway;

import io.forebay.gateway.config.GatewayConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code forebay run}: starts the gateway and stays until SIGTERM. */
@Command(
        name = "run",
        description = {
            "Starts the gateway and stays until it is told to stop (SIGTERM, Ctrl-C).",
            "Without a configuration it brings its own AMQP broker."
        },
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(RunCommand.class);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A forebay.yaml with what differs from the defaults (see --print-config).")
    private Path config;

    @Option(names = "--print-config", description = "Prints all keys with their defaults and what they mean.")
    private boolean printConfig;

    private final AtomicBoolean fatal = new AtomicBoolean();

    @Override
    public Integer call() throws InterruptedException {
        if (printConfig) {
            System.out.print(GatewayConfig.defaults());
            return 0;
        }
        GatewayConfig loaded =
                config == null ? GatewayConfig.load(System.getenv()) : GatewayConfig.load(config, System.getenv());
        AtomicReference<Gateway> running = new AtomicReference<>();
        // Before the start: a stop during it is a stop like any other.
        Termination termination = Termination.onSignal(() -> stop(running.get(), loaded.shutdownGraceSeconds()));
        try {
            running.set(Gateway.start(loaded, this::endOnFatal));
        } catch (StartException fault) {
            termination.disarm();
            throw fault;
        }
        new CountDownLatch(1).await();
        return 0;
    }

    /** @param gateway null if it is not up yet: what it has acknowledged is on disk, and that is nothing */
    private int stop(Gateway gateway, int graceSeconds) {
        Termination.haltAfter(graceSeconds);
        boolean clean = gateway == null || gateway.stop();
        return clean && !fatal.get() ? 0 : Main.EXIT_FAILED;
    }

    /** The state or, by a bug, the log has failed: nothing is acknowledged any more, and only a restart heals it. */
    private void endOnFatal(Throwable fault) {
        fatal.set(true);
        log.error("The gateway ends, so that it is started again: {}", fault.getMessage());
        new Thread(() -> System.exit(Main.EXIT_FAILED), "forebay-fatal").start();
    }
}
