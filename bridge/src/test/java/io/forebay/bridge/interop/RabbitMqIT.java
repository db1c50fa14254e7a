package io.forebay.bridge.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** RabbitMQ with its AMQP 1.0 plugin, where Debian's package is installed. */
class RabbitMqIT extends AmqpBrokerClaims {
    RabbitMqIT() throws IOException {
        super(new RabbitMq());
    }

    /**
     * RabbitMQ 3.10 refuses by a negative confirm, which its AMQP 1.0 plugin does not know: it ends the connection, seconds
     * later.
     */
    @Test
    @Override
    void queueThatIsFullRefusesAndItsLanesWaitWhileOthersGoOn() throws Exception {
        start(toTheSmallQueue(broker()));
        Map<String, Integer> small = publishLanes("small/", 1, 0, 2 * TestBroker.SMALL_MAX);
        eventually("the connection was lost", () -> notAccepted() > 0);

        try (JmsBackend backend = new JmsBackend(broker())) {
            int received = backend.receiveInOrder(broker().address(TestBroker.SMALL), small);
            assertTrue(received >= 2 * TestBroker.SMALL_MAX, "received " + received);
        }
        everythingIsForgotten();
    }
}
