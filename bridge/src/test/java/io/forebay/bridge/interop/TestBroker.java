package io.forebay.bridge.interop;

import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.Backoff;
import io.forebay.bridge.Directories;
import io.forebay.bridge.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Owned by the test's thread: a broker with its data on disk, which can be stopped and started again on the same port. */
public abstract class TestBroker {
    /** The queue that takes {@link #SMALL_MAX} messages and no more. */
    public static final String SMALL = "small";

    public static final int SMALL_MAX = 10;
    public static final String USER = "guest";

    private final Path directory;
    private final int port;

    protected TestBroker() throws IOException {
        directory = Files.createTempDirectory("forebay-broker");
        port = Ports.free();
    }

    public final int port() {
        return port;
    }

    /** Where it keeps its data. */
    protected final Path directory() {
        return directory;
    }

    /** Succeeds when it listens. */
    public abstract void start() throws Exception;

    public abstract void stop() throws Exception;

    public abstract boolean offersTransactions();

    /** Whether a backend can have a queue of its own that is there for as long as its connection. */
    public boolean offersTemporaryQueues() {
        return true;
    }

    /** Whether it delivers again what was rejected, so often as the queue allows. */
    public boolean repeatsTheRejected() {
        return false;
    }

    /** The address of a queue that exists. */
    public String address(String queue) {
        return queue;
    }

    /** From now on it would know every queue again that was made until now, if it were killed. */
    public void remember() throws Exception {}

    /** How a bridge reaches it. */
    public final AmqpConfig config() {
        return AmqpConfig.builder("localhost", port)
                .credentials(Optional.of(new AmqpConfig.Credentials(USER, USER)))
                .reconnect(new Backoff(50, 500))
                .build();
    }

    /** Stops it and deletes its data. */
    public void close() throws Exception {
        stop();
        Directories.delete(directory);
    }
}
