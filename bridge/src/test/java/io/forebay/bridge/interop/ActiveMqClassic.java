package io.forebay.bridge.interop;

import java.io.IOException;
import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.broker.region.policy.PolicyEntry;
import org.apache.activemq.broker.region.policy.PolicyMap;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.Message;

/** Apache ActiveMQ Classic in this process, with its KahaDB store. Missing addresses become queues. */
public final class ActiveMqClassic extends TestBroker {
    private BrokerService broker;

    public ActiveMqClassic() throws IOException {
        super();
    }

    @Override
    public void start() throws Exception {
        broker = new BrokerService();
        broker.setBrokerName("classic");
        broker.setDataDirectoryFile(directory().resolve("data").toFile());
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.setSchedulerSupport(false);
        broker.setAdvisorySupport(true); // Temporary queues need it.
        broker.getSystemUsage().getStoreUsage().setLimit(1L << 30);
        broker.getSystemUsage().getTempUsage().setLimit(1L << 30);
        broker.setDestinationPolicy(new PolicyMap());
        broker.getDestinationPolicy().setDefaultEntry(new PolicyEntry());
        broker.setPlugins(new BrokerPlugin[] {SmallQueue::new});
        broker.addConnector("amqp://127.0.0.1:" + port());
        broker.start();
        broker.waitUntilStarted();
    }

    @Override
    public void stop() throws Exception {
        if (broker != null) {
            broker.stop();
            broker.waitUntilStopped();
            broker = null;
        }
    }

    @Override
    public boolean offersTransactions() {
        return true;
    }

    /** It counts in bytes; this makes one queue full at a number of messages, as the broker's own limits do. */
    private static final class SmallQueue extends BrokerFilter {
        SmallQueue(Broker next) {
            super(next);
        }

        @Override
        public void send(ProducerBrokerExchange exchange, Message message) throws Exception {
            ActiveMQQueue small = new ActiveMQQueue(SMALL);
            if (message.getDestination().equals(small)
                    && getDestinations(small).stream()
                            .anyMatch(queue -> queue.getDestinationStatistics()
                                            .getMessages()
                                            .getCount()
                                    >= SMALL_MAX)) {
                throw new jakarta.jms.ResourceAllocationException("The queue is full");
            }
            super.send(exchange, message);
        }
    }
}
