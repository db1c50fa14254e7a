package io.forebay.bridge.interop;

import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonConnection;
import java.io.IOException;
import java.util.Map;
import org.apache.qpid.proton.amqp.Symbol;
import org.junit.jupiter.api.Test;

/** RabbitMQ with its AMQP 1.0 plugin, where Debian's package is installed. */
class RabbitMqIT extends AmqpBrokerClaims {
    RabbitMqIT() throws IOException {
        super(new RabbitMq());
    }

    /** What we know of its ways depends on these words. */
    @Test
    void saysWhatItIs() throws Exception {
        Vertx vertx = Vertx.vertx();
        Promise<ProtonConnection> opened = Promise.promise();
        ProtonClient.create(vertx)
                .connect("localhost", broker().port(), TestBroker.USER, TestBroker.USER, connected -> connected
                        .result()
                        .openHandler(opened::handle)
                        .open());
        Map<Symbol, Object> properties = get(opened.future()).getRemoteProperties();
        get(vertx.close());

        assertEquals("RabbitMQ", properties.get(Symbol.valueOf("product")));
        assertTrue(properties.get(Symbol.valueOf("version")).toString().matches("\\d+\\.\\d+.*"), properties::toString);
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
