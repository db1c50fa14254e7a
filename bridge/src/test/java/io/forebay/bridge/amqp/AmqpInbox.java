package io.forebay.bridge.amqp;

import static io.forebay.bridge.Awaits.get;

import io.vertx.amqp.AmqpClient;
import io.vertx.amqp.AmqpClientOptions;
import io.vertx.amqp.AmqpMessage;
import io.vertx.core.Vertx;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a client that is not ours reads from an address of a broker. Used by one thread. */
public final class AmqpInbox implements AutoCloseable {
    private static final int PATIENCE_S = 60;

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<AmqpMessage> arrived = new LinkedBlockingQueue<>();

    private AmqpInbox() {}

    public static AmqpInbox open(int port, String address) throws Exception {
        AmqpInbox inbox = new AmqpInbox();
        AmqpClient client = AmqpClient.create(
                inbox.vertx, new AmqpClientOptions().setHost("localhost").setPort(port));
        get(client.connect().compose(connection -> connection.createReceiver(address)))
                .handler(inbox.arrived::add);
        return inbox;
    }

    public AmqpMessage next() throws InterruptedException {
        AmqpMessage message = arrived.poll(PATIENCE_S, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("nothing more has arrived");
        }
        return message;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
