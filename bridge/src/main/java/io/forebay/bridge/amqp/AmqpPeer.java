package io.forebay.bridge.amqp;

import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.Outcome;
import io.forebay.bridge.Peer;
import io.forebay.bridge.PeerLink;
import io.forebay.bridge.PeerTransaction;
import io.forebay.bridge.RouteOptions;
import io.forebay.bridge.reply.Replies;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.proton.ProtonClientOptions;
import io.vertx.proton.ProtonSender;
import io.vertx.proton.ProtonSession;
import io.vertx.proton.impl.ProtonConnectionImpl;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.messaging.TerminusDurability;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owned by the bridge's thread: keeps one AMQP connection, made by a {@link Dialer}.
 */
public final class AmqpPeer implements Peer {
    private static final Logger LOG = LoggerFactory.getLogger(AmqpPeer.class);
    /** A connection that lasted so long, or was of use, was a good one: the next attempt comes quickly. */
    private static final long GOOD_AFTER_MS = 5_000;

    private static final long CLOSE_TIMEOUT_MS = 1_000;

    private final Vertx vertx;
    private final AmqpConfig config;
    private final AmqpMapping mapping;
    private final List<AmqpConfig.Endpoint> endpoints;
    private final List<Dialer> dialers;
    private final Symbol[] targetCapabilities;
    private final Random random = new Random();
    private final Transactions transactions;

    private Listener listener;
    /** Numbers attempts, so that whatever comes late from an earlier one is known as such. */
    private int attempt;
    /** Which of the endpoints it is, or is tried next. */
    private int at;

    private int failures;
    private boolean closed;
    private ProtonConnectionImpl proton;
    private Product product = Product.UNKNOWN;
    private boolean endedInSilence;
    /** Of our own: when the peer ends the connection's default session, nobody learns why. */
    private ProtonSession session;

    private long connectedAtNanos;
    private boolean decided;

    /** @param onSkippedProperties told of each message some of whose MQTT properties were malformed and left out */
    public AmqpPeer(
            Vertx vertx,
            AmqpConfig config,
            boolean useTransactions,
            String gatewayId,
            Runnable onSkippedProperties,
            Replies replies) {
        this.transactions = new Transactions(this, useTransactions);
        this.vertx = vertx;
        this.config = config;
        this.mapping = new AmqpMapping(gatewayId, System::currentTimeMillis, onSkippedProperties, replies);
        this.endpoints = config.endpoints();
        this.dialers = endpoints.stream()
                .map(endpoint -> new Dialer(vertx, config, endpoint, options(config)))
                .toList();
        this.targetCapabilities =
                config.targetCapabilities().stream().map(Symbol::valueOf).toArray(Symbol[]::new);
    }

    private static ProtonClientOptions options(AmqpConfig config) {
        ProtonClientOptions options = new ProtonClientOptions();
        options.setHeartbeat(config.heartbeatMs()).setMaxFrameSize(config.frameBytesMax());
        options.setConnectTimeout(config.connectTimeoutMs()).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        // Also ends what has been given up: a peer that accepts and then says nothing.
        options.setReadIdleTimeout(Math.max(config.connectTimeoutMs(), 3 * config.heartbeatMs()));
        return options;
    }

    @Override
    public void connect(Listener to) {
        listener = to;
        tryToConnect();
    }

    private void tryToConnect() {
        attempt++;
        int mine = attempt;
        long timer = vertx.setTimer(
                config.connectTimeoutMs(),
                late -> guarded(() -> onFailed(mine, "no AMQP connection in " + config.connectTimeoutMs() + " ms")));
        Dialer.Call call = dialers.get(at).dial();
        call.open().onComplete(result -> {
            vertx.cancelTimer(timer);
            guarded(() -> onResult(mine, result));
        });
        call.closed().onComplete(lost -> guarded(() -> onClosed(mine)));
    }

    private void onResult(int mine, AsyncResult<ProtonConnectionImpl> result) {
        if (result.failed()) {
            onFailed(mine, words(result.cause()));
            return;
        }
        ProtonConnectionImpl made = result.result();
        if (closed || mine != attempt) {
            Dialer.close(made).onFailure(cause -> LOG.debug("A late connection did not close: {}", cause.getMessage()));
            return;
        }
        proton = made;
        product = Product.of(made.getRemoteProperties());
        connectedAtNanos = System.nanoTime();
        decided = false;
        session = proton.createSession();
        session.closeHandler(ended ->
                guarded(() -> onSessionEnded(mine, ended.succeeded() ? "no reason given" : words(ended.cause()))));
        session.open();
        transactions.onConnected(made, session);
        LOG.info(
                "Connected to the broker [host={}, port={}, container={}, product={}, version={}]",
                endpoints.get(at).host(),
                endpoints.get(at).port(),
                made.getRemoteContainer(),
                product.name(),
                product.version());
        listener.onConnected();
    }

    /** What a failed TLS handshake is about is said by its innermost cause only. */
    private static String words(Throwable fault) {
        String first = String.valueOf(fault.getMessage() == null ? fault : fault.getMessage());
        Throwable cause = fault;
        boolean isTls = fault instanceof SSLException;
        while (cause.getCause() != null) {
            cause = cause.getCause();
            isTls |= cause instanceof SSLException;
        }
        return isTls && cause != fault ? first + ": " + cause.getMessage() : first;
    }

    /** Some brokers answer a link that they refuse by ending its session, and all other links with it. */
    private void onSessionEnded(int mine, String why) {
        if (mine == attempt) {
            reset("the broker ended the session: " + why);
        }
    }

    private void onFailed(int mine, String why) {
        if (closed || mine != attempt || proton != null) {
            return;
        }
        AmqpConfig.Endpoint endpoint = endpoints.get(at);
        listener.onConnectFailed(
                endpoints.size() == 1 ? why : why + " (" + endpoint.host() + ":" + endpoint.port() + ")");
        connectLater();
    }

    private void onClosed(int mine) {
        if (proton != null) {
            ErrorCondition condition = proton.getRemoteCondition();
            endedInSilence = condition == null || condition.getCondition() == null;
            onLost(mine, DeliveryOutcomes.words(condition));
        }
    }

    private void onLost(int mine, String why) {
        if (closed || mine != attempt || proton == null) {
            return;
        }
        if (decided || System.nanoTime() - connectedAtNanos > TimeUnit.MILLISECONDS.toNanos(GOOD_AFTER_MS)) {
            failures = 0;
        }
        proton = null;
        transactions.onDisconnected();
        listener.onDisconnected(why);
        connectLater();
    }

    private void connectLater() {
        attempt++; // What is still to come from the last one is stale.
        failures++;
        at = (at + 1) % endpoints.size();
        // Each gets its turn before the wait grows.
        int rounds = (failures + endpoints.size() - 1) / endpoints.size();
        int mine = attempt;
        vertx.setTimer(
                config.reconnect().delayMs(rounds, random),
                timer -> guarded(() -> {
                    if (!closed && mine == attempt) {
                        tryToConnect();
                    }
                }));
    }

    /** The connection that there is now, for links of other kinds; null if there is none. */
    public ProtonConnectionImpl connection() {
        return proton;
    }

    @Override
    public PeerLink attach(String address, RouteOptions options, PeerLink.Listener events) {
        ProtonSender sender = session.createSender(address);
        Target target = (Target) sender.getTarget();
        // RabbitMQ makes a missing queue as durable as the target says, and forgets it in a restart otherwise.
        target.setDurable(TerminusDurability.CONFIGURATION);
        if (targetCapabilities.length > 0) {
            target.setCapabilities(targetCapabilities);
        }
        AmqpLink link = new AmqpLink(this, address, options, mapping, sender);
        link.open(events);
        return link;
    }

    @Override
    public boolean offersTransactions() {
        return transactions.isOffered();
    }

    @Override
    public void begin(Consumer<Optional<PeerTransaction>> begun) {
        transactions.begin(begun);
    }

    @Override
    public void flush() {
        if (proton == null) {
            return;
        }
        try {
            proton.flush();
        } catch (IllegalStateException socketClosed) {
            reset("the socket is closed");
        }
    }

    @Override
    public void reset(String why) {
        if (proton != null) {
            ProtonConnectionImpl old = proton;
            endedInSilence = false;
            onLost(attempt, why);
            old.disconnect();
        }
    }

    /** What an outcome means that this broker gives. */
    Outcome understood(Outcome outcome) {
        boolean isAboutThePlace = product.rejectsOverThePlaceWithoutSayingSo()
                && outcome instanceof Outcome.Rejected rejected
                && rejected.condition().equals(DeliveryOutcomes.NO_CONDITION);
        return isAboutThePlace ? Outcome.REJECTED_BY_THE_PLACE : outcome;
    }

    @Override
    public boolean endedPerhapsOverAFullQueue() {
        return endedInSilence && product.diesOfAFullQueue();
    }

    /** The broker has decided about a message, or sent one: the connection is of use. */
    public void onDecided() {
        decided = true;
    }

    /** Whatever escapes from a callback would leave proton's event in its queue and so stop the connection for good. */
    public void guarded(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException | Error bug) {
            Listener to = listener;
            vertx.runOnContext(later -> to.onBug(bug));
        }
    }

    @Override
    public Future<Void> close() {
        closed = true;
        if (proton == null) {
            return Future.succeededFuture();
        }
        ProtonConnectionImpl old = proton;
        return Dialer.close(old)
                .timeout(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .otherwiseEmpty()
                .onComplete(done -> old.disconnect());
    }
}
