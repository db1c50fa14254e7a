package io.forebay.bridge.downlink;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.bridge.Ports;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonSender;
import io.vertx.proton.ProtonServer;
import io.vertx.proton.ProtonSession;
import io.vertx.proton.impl.ProtonConnectionImpl;
import io.vertx.proton.impl.ProtonDeliveryImpl;
import io.vertx.proton.impl.ProtonSenderImpl;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.message.Message;

/**
 * A broker of a few lines: queues that are sent within credit, and sent again unless they are accepted or rejected. Its
 * state is guarded by its monitor, since tests look at it from their own thread.
 */
final class StubSource implements AutoCloseable {
    private static final long PATIENCE_MS = 60_000;

    /** What was heard about a message. */
    record Heard(String text, DeliveryState outcome) {
        boolean isAccepted() {
            return outcome instanceof Accepted;
        }

        String condition() {
            return ((Rejected) outcome).getError().getCondition().toString();
        }

        String description() {
            return ((Rejected) outcome).getError().getDescription();
        }
    }

    private record Waiting(String text, byte[] encoded, int format) {}

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Map<String, Deque<Waiting>> queues = new HashMap<>();
    private final Map<String, ProtonSender> links = new HashMap<>();
    private final Map<String, Map<Delivery, Waiting>> unsettled = new HashMap<>();
    private final Set<ProtonConnection> connections = new HashSet<>();
    private final List<Heard> heard = new ArrayList<>();
    private Predicate<String> refused = address -> false;
    private Predicate<String> sessionEnding = address -> false;
    private Predicate<String> mute = address -> false;
    private boolean isRepeating;
    private ProtonServer server;
    private int port;
    private boolean isDown;
    private int connectionsSeen;
    private int linksRefused;
    private int linksOpened;
    private int transfers;
    private int tags;

    @CanIgnoreReturnValue
    StubSource listen() throws Exception {
        server = ProtonServer.create(vertx);
        server.connectHandler(this::onConnection);
        synchronized (this) {
            isDown = false;
        }
        if (port == 0) {
            port = Ports.free();
        }
        Promise<ProtonServer> up = Promise.promise();
        server.listen(port, "localhost", up::handle);
        done(up.future());
        return this;
    }

    private static void done(Future<?> future) {
        Object unused = future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .join();
    }

    int port() {
        return port;
    }

    synchronized void refuse(Predicate<String> other) {
        refused = other;
    }

    /** Ends the session of whoever wants such an address, as RabbitMQ does. */
    synchronized void endSessionOver(Predicate<String> other) {
        sessionEnding = other;
    }

    /** Never answers to a link for such an address. */
    synchronized void ignore(Predicate<String> other) {
        mute = other;
    }

    /** Delivers what is rejected again at once, and says nothing of that in the header. */
    synchronized void repeatTheRejected() {
        isRepeating = true;
    }

    void put(String address, String subject, String text) {
        Message message = Proton.message();
        message.setSubject(subject);
        message.setBody(new Data(new Binary(text.getBytes(StandardCharsets.UTF_8))));
        put(address, text, message);
    }

    void put(String address, String text, Message message) {
        byte[] buffer = new byte[8 << 20];
        int length = message.encode(buffer, 0, buffer.length);
        put(address, text, Arrays.copyOf(buffer, length), 0);
    }

    void put(String address, String text, byte[] encoded, int format) {
        synchronized (this) {
            queues.computeIfAbsent(address, key -> new ArrayDeque<>()).add(new Waiting(text, encoded, format));
        }
        vertx.runOnContext(nothing -> send(address));
    }

    void dropConnections() {
        vertx.runOnContext(nothing -> {
            synchronized (this) {
                List.copyOf(connections).forEach(ProtonConnection::disconnect);
            }
        });
    }

    void detach(String address) {
        vertx.runOnContext(nothing -> {
            synchronized (this) {
                ProtonSender link = links.get(address);
                link.setCondition(new ErrorCondition(Symbol.valueOf("amqp:link:detach-forced"), "by the test"));
                gone(address, link);
                link.close();
            }
        });
    }

    synchronized List<Heard> heard() {
        return List.copyOf(heard);
    }

    synchronized long accepted() {
        return heard.stream().filter(Heard::isAccepted).count();
    }

    synchronized Heard heardOf(String text) {
        return heard.stream()
                .filter(outcome -> outcome.text().equals(text))
                .findFirst()
                .orElse(null);
    }

    synchronized int waiting(String address) {
        return queues.getOrDefault(address, new ArrayDeque<>()).size();
    }

    synchronized int unsettled(String address) {
        return unsettled.getOrDefault(address, Map.of()).size();
    }

    synchronized Set<String> links() {
        return Set.copyOf(links.keySet());
    }

    synchronized int credit(String address) {
        return links.get(address).getCredit();
    }

    synchronized int transfers() {
        return transfers;
    }

    synchronized int connectionsSeen() {
        return connectionsSeen;
    }

    /** Links that were opened so far. */
    synchronized int linksOpened() {
        return linksOpened;
    }

    synchronized int linksRefused() {
        return linksRefused;
    }

    synchronized void await(String what, BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        while (!holds.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("not in time: " + what + " [heard=" + heard.size() + ", transfers=" + transfers
                        + ", connections=" + connectionsSeen + ", links=" + links.size() + "]");
            }
            wait(Math.min(left, 50));
        }
    }

    private synchronized void onConnection(ProtonConnection connection) {
        if (isDown) { // It was let in before the server was closed, and is heard of late.
            vertx.runOnContext(later -> connection.disconnect());
            return;
        }
        connectionsSeen++;
        connections.add(connection);
        connection.sessionOpenHandler(session -> {
            session.closeHandler(closed -> {
                sessionGone(session);
                session.close();
            });
            session.open();
        });
        connection.senderOpenHandler(this::onLink);
        connection.closeHandler(closed -> connection.close());
        connection.disconnectHandler(this::onDisconnect);
        connection.openHandler(opened -> connection.open());
        notifyAll();
    }

    private synchronized void onDisconnect(ProtonConnection connection) {
        connections.remove(connection);
        for (String address : List.copyOf(links.keySet())) {
            ProtonSender link = links.get(address);
            if (link.getSession().getConnection() == connection) {
                gone(address, link);
            }
        }
        notifyAll();
    }

    private synchronized void onLink(ProtonSender link) {
        String address = link.getRemoteSource().getAddress();
        notifyAll();
        if (mute.test(address)) {
            return;
        }
        if (sessionEnding.test(address)) {
            linksRefused++;
            link.getSession().setCondition(new ErrorCondition(Symbol.valueOf("amqp:not-found"), "no such queue"));
            sessionGone(link.getSession());
            link.getSession().close();
            return;
        }
        if (refused.test(address)) {
            linksRefused++;
            link.setSource(null);
            link.open();
            link.setCondition(new ErrorCondition(Symbol.valueOf("amqp:not-found"), "no such address"));
            link.close();
            return;
        }
        link.setSource(link.getRemoteSource());
        link.setTarget(link.getRemoteTarget());
        links.put(address, link);
        linksOpened++;
        unsettled.put(address, new LinkedHashMap<>());
        link.sendQueueDrainHandler(credit -> send(address));
        link.closeHandler(closed -> {
            gone(address, link);
            link.close();
        });
        link.open();
    }

    private synchronized void sessionGone(ProtonSession session) {
        for (String address : List.copyOf(links.keySet())) {
            ProtonSender link = links.get(address);
            if (link.getSession() == session) {
                gone(address, link);
            }
        }
    }

    /** What was unsettled is to be sent again. */
    private synchronized void gone(String address, ProtonSender link) {
        if (links.remove(address, link)) {
            List<Waiting> again = new ArrayList<>(unsettled.remove(address).values());
            Collections.reverse(again);
            again.forEach(message -> queues.get(address).addFirst(message));
        }
        notifyAll();
    }

    private synchronized void send(String address) {
        ProtonSender link = links.get(address);
        Deque<Waiting> queue = queues.get(address);
        while (link != null && queue != null && !queue.isEmpty() && ((ProtonSenderImpl) link).getRemoteCredit() > 0) {
            Waiting next = queue.poll();
            transfers++;
            tags++;
            Delivery delivery =
                    ((ProtonSenderImpl) link).delivery(Integer.toString(tags).getBytes(StandardCharsets.US_ASCII));
            delivery.setMessageFormat(next.format());
            unsettled.get(address).put(delivery, next);
            Sender engine = (Sender) delivery.getLink();
            engine.send(next.encoded(), 0, next.encoded().length);
            engine.advance();
            ProtonDeliveryImpl events = new ProtonDeliveryImpl(delivery);
            events.handler(update -> onOutcome(address, link, delivery));
        }
        if (link != null) {
            ((ProtonConnectionImpl) link.getSession().getConnection()).flush();
        }
        notifyAll();
    }

    private synchronized void onOutcome(String address, ProtonSender link, Delivery delivery) {
        if (links.get(address) != link || delivery.isSettled()) {
            return;
        }
        DeliveryState outcome = delivery.getRemoteState();
        Waiting message = unsettled.get(address).remove(delivery);
        delivery.settle();
        heard.add(new Heard(message.text(), outcome));
        boolean isDone = outcome instanceof Accepted || (outcome instanceof Rejected && !isRepeating);
        if (!isDone) {
            queues.get(address).addFirst(message);
        }
        notifyAll();
        send(address);
    }

    void shutDown() throws InterruptedException {
        synchronized (this) {
            isDown = true;
        }
        Promise<Void> closed = Promise.promise();
        server.close(closed::handle);
        done(closed.future());
        dropConnections();
        await("connections are gone", connections::isEmpty);
    }

    @Override
    public void close() {
        done(vertx.close());
    }
}
