package io.forebay.gateway;

import io.forebay.gateway.config.GatewayConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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

    @Override
    public Integer call() throws InterruptedException {
        if (printConfig) {
            System.out.print(GatewayConfig.defaults());
            return 0;
        }
        GatewayConfig loaded =
                config == null ? GatewayConfig.load(System.getenv()) : GatewayConfig.load(config, System.getenv());
        Gateway gateway = Gateway.start(loaded, RunCommand::endOnFatal);
        Termination.onSignal(() -> {
            Termination.haltAfter(loaded.shutdownGraceSeconds());
            return gateway.stop() ? 0 : Main.EXIT_FAILED;
        });
        new CountDownLatch(1).await();
        return 0;
    }

    /** The log has failed: nothing is acknowledged any more, and only a restart on a fresh segment heals it. */
    private static void endOnFatal(Throwable fault) {
        log.error("The gateway ends, so that it is started again: {}", fault.getMessage());
        new Thread(() -> System.exit(Main.EXIT_FAILED), "forebay-fatal").start();
    }
}
