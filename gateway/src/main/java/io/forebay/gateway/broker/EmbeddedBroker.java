package io.forebay.gateway.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/**
 * One Artemis with an AMQP 1.0 port and a synced journal. {@link #start} and {@link #stop} block; one thread at a time.
 */
public final class EmbeddedBroker {
    /** The journal is synced this often at most: Artemis's own default, 3.3 ms, makes each acknowledgement wait so long. */
    private static final int JOURNAL_SYNC_NANOS = (int) TimeUnit.MICROSECONDS.toNanos(200);

    private static final int ADDRESS_BYTES_IN_MEMORY = 64 << 20;

    private final EmbeddedActiveMQ server = new EmbeddedActiveMQ();
    private final String host;
    private final int port;
    private final Path directory;

    /**
     * @param directory where the journal is kept
     * @param address made at start, as a durable queue, unless empty; other addresses are made when they are first used
     */
    public EmbeddedBroker(String host, int port, Path directory, String address) {
        this.host = host;
        this.port = port;
        this.directory = directory;
        server.setConfiguration(configuration(host, port, directory, address));
    }

    /** Throws IllegalStateException with one sentence, such as that the port is taken. */
    public void start() {
        requireFreePort(); // Artemis only logs that it could not listen, and starts all the same.
        try {
            server.start();
        } catch (Exception fault) {
            throw new IllegalStateException("The embedded broker does not start: " + fault.getMessage(), fault);
        }
        if (!server.getActiveMQServer().isActive()) {
            throw new IllegalStateException(
                    "The embedded broker does not start, see above; its journal is in " + directory.toAbsolutePath());
        }
    }

    private void requireFreePort() {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port));
        } catch (IOException taken) {
            throw new IllegalStateException(
                    "The embedded broker cannot listen on " + host + ":" + port + " (broker.host, broker.port): "
                            + taken.getMessage() + ". amqp.host names another broker to use instead.",
                    taken);
        }
    }

    public void stop() {
        try {
            server.stop();
        } catch (Exception fault) {
            throw new IllegalStateException("The embedded broker does not stop: " + fault.getMessage(), fault);
        }
    }

    private static Configuration configuration(String host, int port, Path directory, String address) {
        Configuration configuration = new ConfigurationImpl()
                .setName("forebay-embedded")
                .setPersistenceEnabled(true)
                .setJournalType(JournalType.NIO)
                .setJournalSyncTransactional(true)
                .setJournalSyncNonTransactional(true)
                .setJournalDatasync(true)
                .setJournalBufferTimeout_NIO(JOURNAL_SYNC_NANOS)
                .setJournalMinFiles(2)
                .setJournalPoolFiles(10)
                .setMaxDiskUsage(100) // By default it stops taking messages at 90 %; our log watches the disk.
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setBindingsDirectory(directory.resolve("bindings").toString())
                .setJournalDirectory(directory.resolve("journal").toString())
                .setPagingDirectory(directory.resolve("paging").toString())
                .setLargeMessagesDirectory(directory.resolve("large-messages").toString());
        configuration.addAcceptorConfiguration(acceptor(host, port));
        configuration.addAddressSetting("#", addressSettings());
        if (!address.isEmpty()) {
            queue(configuration, address);
        }
        queue(configuration, "DLQ");
        queue(configuration, "ExpiryQueue");
        return configuration;
    }

    private static TransportConfiguration acceptor(String host, int port) {
        return new TransportConfiguration(
                NettyAcceptorFactory.class.getName(),
                Map.of("host", host, "port", port),
                "amqp",
                Map.of("protocols", "AMQP", "amqpCredits", 2_000, "amqpLowCredits", 600));
    }

    private static AddressSettings addressSettings() {
        return new AddressSettings()
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                .setMaxSizeBytes(ADDRESS_BYTES_IN_MEMORY)
                .setDefaultAddressRoutingType(RoutingType.ANYCAST)
                .setDefaultQueueRoutingType(RoutingType.ANYCAST)
                .setAutoCreateAddresses(true)
                .setAutoCreateQueues(true)
                .setAutoDeleteAddresses(false)
                .setAutoDeleteQueues(false)
                .setDeadLetterAddress(SimpleString.of("DLQ"))
                .setExpiryAddress(SimpleString.of("ExpiryQueue"));
    }

    private static void queue(Configuration configuration, String address) {
        configuration.addAddressConfiguration(new CoreAddressConfiguration()
                .setName(address)
                .addRoutingType(RoutingType.ANYCAST)
                .addQueueConfiguration(QueueConfiguration.of(address)
                        .setAddress(address)
                        .setRoutingType(RoutingType.ANYCAST)
                        .setDurable(true)));
    }
}
