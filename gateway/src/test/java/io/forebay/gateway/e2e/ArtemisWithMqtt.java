package io.forebay.gateway.e2e;

import io.forebay.gateway.bench.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/** Owned by the test's thread: Artemis with a port for MQTT and one for AMQP, as it comes. */
final class ArtemisWithMqtt implements AutoCloseable {
    final int mqttPort;
    final int amqpPort;
    private final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();

    private ArtemisWithMqtt(int mqttPort, int amqpPort) {
        this.mqttPort = mqttPort;
        this.amqpPort = amqpPort;
    }

    static ArtemisWithMqtt start(Path directory) throws Exception {
        ArtemisWithMqtt artemis = new ArtemisWithMqtt(ChildJvm.freePort(), ChildJvm.freePort());
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setMaxDiskUsage(100)
                .setBindingsDirectory(directory.resolve("bindings").toString())
                .setJournalDirectory(directory.resolve("journal").toString())
                .setPagingDirectory(directory.resolve("paging").toString())
                .setLargeMessagesDirectory(directory.resolve("large").toString())
                .addAcceptorConfiguration("amqp", "tcp://127.0.0.1:" + artemis.amqpPort + "?protocols=AMQP")
                .addAcceptorConfiguration("mqtt", "tcp://127.0.0.1:" + artemis.mqttPort + "?protocols=MQTT")
                .addAddressSetting("#", new AddressSettings());
        artemis.broker.setConfiguration(configuration);
        artemis.broker.start();
        return artemis;
    }

    @Override
    public void close() throws IOException {
        try {
            broker.stop();
        } catch (Exception fault) {
            throw new IOException(fault);
        }
    }
}
