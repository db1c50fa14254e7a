package io.forebay.bridge.amqp;

import io.forebay.bridge.Directories;
import io.forebay.bridge.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/** A real AMQP 1.0 broker in this process, with its journal on disk; it can be stopped and started again. */
public final class EmbeddedArtemis implements AutoCloseable {
    private static final int JOURNAL_TIMER_NANOS = 200_000;

    private final Path directory;
    private final int port;
    private final String queue;
    private final int journalTimerNanos;
    private final String acceptorOptions;
    private EmbeddedActiveMQ broker;

    private EmbeddedArtemis(Path directory, int port, String queue, int journalTimerNanos, String acceptorOptions) {
        this.acceptorOptions = acceptorOptions;
        this.journalTimerNanos = journalTimerNanos;
        this.directory = directory;
        this.port = port;
        this.queue = queue;
    }

    public static EmbeddedArtemis start(String queue) throws Exception {
        return start(queue, JOURNAL_TIMER_NANOS);
    }

    /** @param journalTimerNanos Artemis has 3.3 ms by default: that long a lane waits for each message, or transaction */
    public static EmbeddedArtemis start(String queue, int journalTimerNanos) throws Exception {
        return start(queue, journalTimerNanos, "");
    }

    /** @param loginScope the entry of the JVM's login configuration that knows the users */
    public static EmbeddedArtemis startWithSasl(String queue, String mechanism, String loginScope) throws Exception {
        return start(
                queue, JOURNAL_TIMER_NANOS, ";saslMechanisms=" + mechanism + ";saslLoginConfigScope=" + loginScope);
    }

    private static EmbeddedArtemis start(String queue, int journalTimerNanos, String acceptorOptions) throws Exception {
        EmbeddedArtemis artemis = new EmbeddedArtemis(
                Files.createTempDirectory("artemis"), Ports.free(), queue, journalTimerNanos, acceptorOptions);
        artemis.start();
        return artemis;
    }

    public int port() {
        return port;
    }

    /** Starts on the same port with what the journal holds. */
    public void start() throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(true)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setJournalType(JournalType.NIO)
                .setJournalMinFiles(2)
                .setJournalBufferTimeout_NIO(journalTimerNanos)
                .setMaxDiskUsage(100)
                .setJournalDirectory(directory.resolve("journal").toString())
                .setBindingsDirectory(directory.resolve("bindings").toString())
                .setPagingDirectory(directory.resolve("paging").toString())
                .setLargeMessagesDirectory(directory.resolve("large").toString())
                .addAcceptorConfiguration(
                        "amqp",
                        "tcp://localhost:" + port + "?protocols=AMQP;amqpCredits=1000;amqpLowCredits=300"
                                + acceptorOptions)
                .addAddressSetting("#", new AddressSettings().setMaxSizeBytes(64 << 20))
                .addQueueConfiguration(
                        QueueConfiguration.of(queue).setAddress(queue).setRoutingType(RoutingType.ANYCAST));
        broker = new EmbeddedActiveMQ().setConfiguration(configuration);
        broker.start();
    }

    public void stop() throws Exception {
        broker.stop();
    }

    public long messages(String name) throws Exception {
        return broker.getActiveMQServer().locateQueue(name).getMessageCount();
    }

    @Override
    public void close() throws IOException {
        try {
            broker.stop();
        } catch (Exception stopped) {
            throw new IOException(stopped);
        }
        Directories.delete(directory);
    }
}
