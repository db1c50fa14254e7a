package io.forebay.gateway;

import io.forebay.gateway.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The embedded broker in a process of its own: what the benchmark and the crash tests bridge to. */
@Command(
        name = "broker",
        description = "Starts the embedded AMQP 1.0 broker alone, in a process of its own.",
        mixinStandardHelpOptions = true)
final class BrokerCommand implements Callable<Integer> {
    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Listens here (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--port", defaultValue = "5672", description = "AMQP port (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--data-dir", defaultValue = "data/broker", description = "Journal (default: ${DEFAULT-VALUE}).")
    private Path dataDir;

    @Option(names = "--address", defaultValue = "uplink", description = "A queue to make (default: ${DEFAULT-VALUE}).")
    private String address;

    @Override
    public Integer call() throws InterruptedException {
        EmbeddedBroker broker = new EmbeddedBroker(host, port, dataDir, address);
        try {
            broker.start();
        } catch (IllegalStateException fault) {
            throw new StartException(fault.getMessage(), fault);
        }
        Termination.onSignal(() -> {
            broker.stop();
            return 0;
        });
        System.out.println("Broker: AMQP 1.0 on " + host + ":" + port);
        new CountDownLatch(1).await();
        return 0;
    }
}
