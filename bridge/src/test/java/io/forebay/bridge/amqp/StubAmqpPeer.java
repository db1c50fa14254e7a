package io.forebay.bridge.amqp;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.bridge.Ports;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.PfxOptions;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonDelivery;
import io.vertx.proton.ProtonReceiver;
import io.vertx.proton.ProtonServer;
import io.vertx.proton.ProtonServerOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Modified;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.amqp.transaction.Coordinator;
import org.apache.qpid.proton.amqp.transaction.Declare;
import org.apache.qpid.proton.amqp.transaction.Declared;
import org.apache.qpid.proton.amqp.transaction.Discharge;
import org.apache.qpid.proton.amqp.transaction.TransactionalState;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.amqp.transport.Target;
import org.apache.qpid.proton.message.Message;

/**
 * An AMQP 1.0 peer that does on demand what no real broker does on demand. Its state is guarded by its monitor, since tests
 * look at it from their own thread; it is told everything before the bridge connects, or by one of the methods.
 */
public final class StubAmqpPeer implements AutoCloseable {
    /** What becomes of one transfer. */
    public enum Verdict {
        ACCEPT,
        REJECT,
        /** Rejected without an error. */
        REJECT_BARE,
        /** Rejected because there is no room: not the message's fault. */
        REJECT_FULL,
        RELEASE,
        MODIFY,
        /** No outcome, ever. */
        IGNORE,
        /** Accepted, but the connection ends before the bridge hears of it. */
        ACCEPT_AND_DROP,
        /** Not taken, and the connection ends without a word. */
        DROP,
        /** The link is detached with an error, the message is not taken. */
        DETACH,
        /** The same because there is no room. */
        DETACH_FULL
    }

    /** Decides about one transfer. */
    public interface Judge {
        Verdict judge(Transfer transfer);
    }

    /** One transfer as it came. */
    public record Transfer(int number, String linkAddress, String id, Message message) {
        public byte[] payload() {
            Binary data = ((Data) message.getBody()).getValue();
            byte[] bytes = new byte[data.getLength()];
            System.arraycopy(data.getArray(), data.getArrayOffset(), bytes, 0, bytes.length);
            return bytes;
        }

        public String text() {
            return new String(payload(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    private static final long PATIENCE_MS = 60_000;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final List<Transfer> accepted = new ArrayList<>();
    private final Map<String, List<ProtonReceiver>> links = new HashMap<>();
    private final List<ProtonConnection> connections = new ArrayList<>();
    private final ProtonServerOptions options = new ProtonServerOptions();
    private ProtonServer server;
    private Map<Symbol, Object> properties = Map.of();
    private String user = "";
    private String password = "";
    private int port;
    private boolean isDown;

    private Judge judge = transfer -> Verdict.ACCEPT;
    private ToIntFunction<String> credit = address -> 500;
    private ToIntFunction<String> bytesMax = address -> 0;
    private Predicate<String> refused = address -> false;
    private Predicate<String> sessionEnding = address -> false;
    private final Map<Binary, List<Transfer>> openTransactions = new HashMap<>();
    private boolean offersTransactions;
    private int transactionsRefused;
    private boolean dropAtCommit;
    private boolean dropAtCommitKeeps;
    private int transactionIds;
    private int commits;
    private int rollbacks;
    private final Map<String, Integer> drops = new HashMap<>();
    private boolean keeps = true;
    private boolean countsOnly;
    private int transfers;
    private int acceptedCount;
    private int connectionsSeen;
    private boolean holdsAnswers;
    private final List<Runnable> heldAnswers = new ArrayList<>();
    private int opened;
    private int linksRefused;

    @CanIgnoreReturnValue
    public StubAmqpPeer listen() throws Exception {
        return listen("localhost");
    }

    @CanIgnoreReturnValue
    public StubAmqpPeer listen(String host) throws Exception {
        server = ProtonServer.create(vertx, options.setHost(host).setMaxFrameSize(64 << 10));
        server.saslAuthenticatorFactory(() -> new StubSasl(user, password));
        server.connectHandler(this::onConnection);
        synchronized (this) {
            isDown = false;
        }
        if (port == 0) {
            port = Ports.free();
        }
        Promise<ProtonServer> up = Promise.promise();
        server.listen(port, host, up::handle);
        done(up.future());
        return this;
    }

    private static void done(Future<?> future) {
        Object unused = future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .join();
    }

    public int port() {
        return port;
    }

    @CanIgnoreReturnValue
    public synchronized StubAmqpPeer judge(Judge other) {
        judge = other;
        return this;
    }

    /** What it says it is. */
    @CanIgnoreReturnValue
    public synchronized StubAmqpPeer product(String name, String version) {
        properties = Map.of(Symbol.valueOf("product"), name, Symbol.valueOf("version"), version);
        return this;
    }

    /** TLS with the key in a PKCS12 file, and SASL PLAIN. */
    @CanIgnoreReturnValue
    public synchronized StubAmqpPeer secured(String keyStore, String storePassword, String name, String secret) {
        options.setSsl(true)
                .setKeyCertOptions(new PfxOptions().setPath(keyStore).setPassword(storePassword));
        user = name;
        password = secret;
        return this;
    }

    /** SASL PLAIN, and no TLS. */
    @CanIgnoreReturnValue
    public synchronized StubAmqpPeer asksForPassword(String name, String secret) {
        user = name;
        password = secret;
        return this;
    }

    /** TLS with the key in a PKCS12 file, and who shows a certificate that this PEM file trusts is let in. */
    @CanIgnoreReturnValue
    public synchronized StubAmqpPeer asksForCertificate(String keyStore, String storePassword, String trustPem) {
        secured(keyStore, storePassword, StubSasl.EXTERNAL, "");
        options.setClientAuth(ClientAuth.REQUIRED).setTrustOptions(new PemTrustOptions().addCertPath(trustPem));
        return this;
    }

    /** Credit of a link when it is opened; each outcome brings one more. */
    @CanIgnoreReturnValue
    public synchronized StubAmqpPeer credit(ToIntFunction<String> other) {
        credit = other;
        return this;
    }

    @CanIgnoreReturnValue
    public synchronized StubAmqpPeer messageBytesMax(ToIntFunction<String> other) {
        bytesMax = other;
        return this;
    }

    @CanIgnoreReturnValue
    public synchronized StubAmqpPeer refuse(Predicate<String> other) {
        refused = other;
        return this;
    }

    /** Ends the session of whoever wants a link to such an address, as RabbitMQ does. */
    @CanIgnoreReturnValue
    public synchronized StubAmqpPeer endSessionOver(Predicate<String> other) {
        sessionEnding = other;
        return this;
    }

    /** Answers nothing more until {@link #answerHeld}. */
    @CanIgnoreReturnValue
    public synchronized StubAmqpPeer holdAnswers() {
        holdsAnswers = true;
        return this;
    }

    /** Gives the answers that it held, and from now on all at once. */
    public void answerHeld() {
        vertx.runOnContext(nothing -> {
            synchronized (this) {
                holdsAnswers = false;
                heldAnswers.forEach(Runnable::run);
                heldAnswers.clear();
            }
        });
    }

    /** Counts only, for long runs. */
    @CanIgnoreReturnValue
    public synchronized StubAmqpPeer keepsNothing() {
        keeps = false;
        return this;
    }

    /** Accepts everything without looking at it, and grants credit by the hundred. */
    @CanIgnoreReturnValue
    public synchronized StubAmqpPeer countsOnly() {
        countsOnly = true;
        return this;
    }

    /** Grants credit to the open links of an address. */
    public void grant(String address, int more) {
        vertx.runOnContext(nothing -> {
            synchronized (this) {
                links.getOrDefault(address, List.of()).forEach(link -> link.flow(more));
            }
        });
    }

    /** Closes all sockets without a word. */
    public void dropConnections() {
        vertx.runOnContext(nothing -> {
            synchronized (this) {
                List.copyOf(connections).forEach(ProtonConnection::disconnect);
            }
        });
    }

    public synchronized List<Transfer> accepted() {
        return List.copyOf(accepted);
    }

    /** Over which texts it ended a connection, or a link for want of room, and how often. */
    public synchronized Map<String, Integer> drops() {
        return Map.copyOf(drops);
    }

    public synchronized int acceptedCount() {
        return acceptedCount;
    }

    public synchronized int transfers() {
        return transfers;
    }

    public synchronized int connectionsSeen() {
        return connectionsSeen;
    }

    /** Connections that were let in. */
    public synchronized int opened() {
        return opened;
    }

    public synchronized int linksRefused() {
        return linksRefused;
    }

    /** Connections that are there now. */
    public synchronized int connections() {
        return connections.size();
    }

    public synchronized int openLinks() {
        return links.values().stream().mapToInt(List::size).sum();
    }

    /** Waits until something holds that this peer's state decides. */
    public synchronized void await(String what, BooleanSupplier holds) throws InterruptedException {
        await(what, PATIENCE_MS, holds);
    }

    public synchronized void await(String what, long patienceMs, BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMs);
        while (!holds.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("not in time: " + what + " [accepted=" + acceptedCount + ", transfers="
                        + transfers + ", connections=" + connectionsSeen + "]");
            }
            wait(left);
        }
    }

    private synchronized void onConnection(ProtonConnection connection) {
        if (isDown) { // It was let in before the server was closed, and is heard of late.
            vertx.runOnContext(later -> connection.disconnect());
            return;
        }
        connectionsSeen++;
        connections.add(connection);
        connection.setProperties(properties);
        connection.sessionOpenHandler(session -> session.open());
        connection.receiverOpenHandler(this::onLink);
        connection.closeHandler(closed -> connection.close());
        connection.disconnectHandler(this::onDisconnect);
        connection.openHandler(asked -> onOpen(connection));
        notifyAll();
    }

    private synchronized void onOpen(ProtonConnection connection) {
        connection.open();
        opened++;
        notifyAll();
    }

    private synchronized void onDisconnect(ProtonConnection connection) {
        connections.remove(connection);
        links.values().forEach(list -> list.removeIf(link -> link.getSession().getConnection() == connection));
        notifyAll();
    }

    /** Offers transactions from now on; else it ends the session of whoever asks for them, as RabbitMQ does. */
    @CanIgnoreReturnValue
    public synchronized StubAmqpPeer offerTransactions() {
        offersTransactions = true;
        return this;
    }

    /** From now on it does not. */
    public synchronized void offerNoTransactions() {
        offersTransactions = false;
    }

    /** How often it was asked for transactions and offered none. */
    public synchronized int transactionsRefused() {
        return transactionsRefused;
    }

    /** The connection ends at the next commit, which has happened or not. */
    public synchronized void dropAtNextCommit(boolean happens) {
        dropAtCommit = true;
        dropAtCommitKeeps = happens;
    }

    public synchronized int commits() {
        return commits;
    }

    /** Of transactions in which something was sent: one may be begun for messages that memory is short for by then. */
    public synchronized int rollbacks() {
        return rollbacks;
    }

    private synchronized void onCoordinator(ProtonReceiver link) {
        if (!offersTransactions) {
            transactionsRefused++;
            notifyAll();
            link.getSession().setCondition(new ErrorCondition(Symbol.valueOf("amqp:not-implemented"), "no"));
            link.getSession().close();
            return;
        }
        link.setSource(link.getRemoteSource());
        link.setTarget(link.getRemoteTarget());
        link.setAutoAccept(false).setPrefetch(0);
        link.handler((delivery, message) -> onTransaction(link, delivery, ((AmqpValue) message.getBody()).getValue()));
        link.closeHandler(closed -> link.close());
        link.open();
        link.flow(1); // As few as any real one grants.
    }

    private synchronized void onTransaction(ProtonReceiver link, ProtonDelivery delivery, Object request) {
        if (request instanceof Declare) {
            transactionIds++;
            Binary id = new Binary(("tx" + transactionIds).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            openTransactions.put(id, new ArrayList<>());
            Declared declared = new Declared();
            declared.setTxnId(id);
            delivery.disposition(declared, true);
        } else {
            discharge(link, delivery, (Discharge) request);
        }
        link.flow(1);
        notifyAll();
    }

    private void discharge(ProtonReceiver link, ProtonDelivery delivery, Discharge discharge) {
        List<Transfer> sent = openTransactions.remove(discharge.getTxnId());
        if (discharge.getFail()) {
            rollbacks += sent.isEmpty() ? 0 : 1;
            delivery.disposition(Accepted.getInstance(), true);
            return;
        }
        boolean drop = dropAtCommit;
        dropAtCommit = false;
        if (!drop || dropAtCommitKeeps) {
            commits++;
            sent.forEach(this::accept);
        }
        if (drop) {
            link.getSession().getConnection().disconnect();
        } else {
            delivery.disposition(Accepted.getInstance(), true);
        }
    }

    private synchronized void onLink(ProtonReceiver link) {
        if (link.getRemoteTarget() instanceof Coordinator) {
            onCoordinator(link);
            return;
        }
        Target target = link.getRemoteTarget();
        String address = target.getAddress();
        if (sessionEnding.test(address)) {
            linksRefused++;
            link.getSession().setCondition(new ErrorCondition(Symbol.valueOf("amqp:not-found"), "no such exchange"));
            link.getSession().close();
            notifyAll();
            return;
        }
        if (refused.test(address)) {
            linksRefused++;
            link.setTarget(null);
            link.open();
            link.setCondition(new ErrorCondition(Symbol.valueOf("amqp:not-found"), "no such address"));
            link.close();
            notifyAll();
            return;
        }
        link.setSource(link.getRemoteSource());
        link.setTarget(target);
        int max = bytesMax.applyAsInt(address);
        if (max > 0) {
            link.setMaxMessageSize(UnsignedLong.valueOf(max));
        }
        link.setAutoAccept(false).setPrefetch(0);
        link.handler((delivery, message) -> onMessage(link, address, delivery, message));
        link.closeHandler(closed -> onClosed(address, link));
        link.detachHandler(closed -> onClosed(address, link));
        links.computeIfAbsent(address, key -> new ArrayList<>()).add(link);
        link.open();
        int granted = credit.applyAsInt(address);
        if (granted > 0) {
            link.flow(granted);
        }
        notifyAll();
    }

    private synchronized void onClosed(String address, ProtonReceiver link) {
        links.getOrDefault(address, new ArrayList<>()).remove(link);
        link.close();
        notifyAll();
    }

    private synchronized void onMessage(ProtonReceiver link, String address, ProtonDelivery delivery, Message message) {
        transfers++;
        if (countsOnly) {
            acceptedCount++;
            delivery.disposition(Accepted.getInstance(), true);
            if (transfers % 100 == 0) {
                link.flow(100);
            }
            return;
        }
        Transfer transfer = new Transfer(transfers, address, (String) message.getMessageId(), message);
        if (delivery.getRemoteState() instanceof TransactionalState part) {
            onTransactional(link, delivery, transfer, part.getTxnId());
            return;
        }
        switch (judge.judge(transfer)) {
            case ACCEPT -> {
                accept(transfer);
                answer(link, delivery, Accepted.getInstance());
            }
            case ACCEPT_AND_DROP -> {
                accept(transfer);
                link.getSession().getConnection().disconnect();
            }
            case DROP -> {
                drops.merge(transfer.text(), 1, Integer::sum);
                link.getSession().getConnection().disconnect();
            }
            case REJECT -> answer(link, delivery, rejected("amqp:not-allowed"));
            case REJECT_BARE -> answer(link, delivery, new Rejected());
            case REJECT_FULL -> answer(link, delivery, rejected("amqp:resource-limit-exceeded"));
            case RELEASE -> answer(link, delivery, Released.getInstance());
            case MODIFY -> answer(link, delivery, new Modified());
            case IGNORE -> {}
            case DETACH -> detach(link, address, "amqp:resource-deleted");
            case DETACH_FULL -> {
                drops.merge(transfer.text(), 1, Integer::sum);
                detach(link, address, "amqp:resource-limit-exceeded");
            }
        }
        notifyAll();
    }

    private void detach(ProtonReceiver link, String address, String condition) {
        links.get(address).remove(link);
        link.setCondition(new ErrorCondition(Symbol.valueOf(condition), "by the judge"));
        link.close();
    }

    /** Refuses one message of a transaction, and would commit the rest. */
    private void onTransactional(ProtonReceiver link, ProtonDelivery delivery, Transfer transfer, Binary id) {
        if (judge.judge(transfer) == Verdict.ACCEPT) {
            openTransactions.get(id).add(transfer);
            TransactionalState state = new TransactionalState();
            state.setTxnId(id);
            state.setOutcome(Accepted.getInstance());
            answer(link, delivery, state);
        } else {
            answer(link, delivery, rejected("amqp:not-allowed"));
        }
        notifyAll();
    }

    private static Rejected rejected(String condition) {
        Rejected rejected = new Rejected();
        rejected.setError(new ErrorCondition(Symbol.valueOf(condition), "by the judge"));
        return rejected;
    }

    private void accept(Transfer transfer) {
        acceptedCount++;
        if (keeps) {
            accepted.add(transfer);
        }
    }

    private void answer(
            ProtonReceiver link, ProtonDelivery delivery, org.apache.qpid.proton.amqp.transport.DeliveryState state) {
        if (holdsAnswers) {
            heldAnswers.add(() -> delivery.disposition(state, true));
        } else {
            delivery.disposition(state, true);
        }
        if (credit.applyAsInt(link.getTarget().getAddress()) > 0) {
            link.flow(1);
        }
    }

    /** Stops listening and drops all connections; {@link #listen} starts again on the same port. */
    public void shutDown() throws InterruptedException {
        synchronized (this) {
            isDown = true;
        }
        // Whoever connects before it is closed would be served on as if nothing were.
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
