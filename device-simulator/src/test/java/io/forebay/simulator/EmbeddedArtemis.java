package io.forebay.simulator;

import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/** A real AMQP 1.0 broker in this process, in memory only, with one queue. */
final class EmbeddedArtemis {
    static final String ADDRESS = "uplink";

    /** 0: any; the first start says which. */
    private int port;

    private EmbeddedActiveMQ broker;

    EmbeddedArtemis() throws Exception {
        start();
        port = portOf(broker, "amqp");
    }

    /** The port that an acceptor was given by the system. */
    static int portOf(EmbeddedActiveMQ broker, String acceptor) {
        return broker.getActiveMQServer()
                .getRemotingService()
                .getAcceptor(acceptor)
                .getActualPort();
    }

    /** Starts, again if need be, on the same port; what the queue held is gone. */
    void start() throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .addAcceptorConfiguration("amqp", "tcp://127.0.0.1:" + port + "?protocols=AMQP")
                .addAddressSetting(
                        "#", new AddressSettings().setAutoCreateAddresses(false).setAutoCreateQueues(false))
                .addQueueConfiguration(
                        QueueConfiguration.of(ADDRESS).setAddress(ADDRESS).setRoutingType(RoutingType.ANYCAST));
        broker = new EmbeddedActiveMQ().setConfiguration(configuration);
        broker.start();
    }

    void stop() throws Exception {
        broker.stop();
    }

    AmqpTarget target() {
        return AmqpTarget.of("localhost", port, ADDRESS);
    }
}
