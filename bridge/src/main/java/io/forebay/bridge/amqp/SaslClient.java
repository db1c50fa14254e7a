package io.forebay.bridge.amqp;

import io.forebay.bridge.AmqpConfig;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.impl.ProtonConnectionImpl;
import io.vertx.proton.impl.ProtonSaslClientAuthenticatorImpl;
import java.util.List;
import java.util.Set;
import javax.security.sasl.SaslException;
import org.apache.qpid.proton.engine.Sasl;
import org.apache.qpid.proton.engine.Transport;

/**
 * Owned by the thread of its connection: the SASL layer of one (AMQP 1.0, 5.3). In place of vertx-proton's, whose
 * mechanisms cannot be added to.
 */
final class SaslClient extends ProtonSaslClientAuthenticatorImpl {
    private static final byte[] NOTHING = {};

    private final Vertx vertx;
    private final AmqpConfig config;
    private final Promise<String> result = Promise.promise();
    private NetSocket socket;
    private ProtonConnectionImpl connection;
    private Sasl sasl;
    private SaslMechanism mechanism;
    private boolean succeeded;

    SaslClient(Vertx vertx, AmqpConfig config) {
        super(null, null, Set.of(), null, unused -> {});
        this.vertx = vertx;
        this.config = config;
    }

    /** Succeeds with the name of the mechanism; fails with a sentence. */
    Future<String> result() {
        return result.future();
    }

    @Override
    public void init(NetSocket own, ProtonConnection protonConnection, Transport transport) {
        socket = own;
        connection = (ProtonConnectionImpl) protonConnection;
        sasl = transport.sasl();
        sasl.client();
    }

    /** Called whenever bytes have come; the socket is paused until {@code isOver} has been told. */
    @Override
    public void process(Handler<Boolean> isOver) {
        try {
            switch (sasl.getState()) {
                case PN_SASL_IDLE -> isOver.handle(begin());
                case PN_SASL_STEP -> step(isOver);
                case PN_SASL_PASS -> {
                    pass();
                    isOver.handle(true);
                }
                case PN_SASL_FAIL -> throw new SaslException(refusal());
                case PN_SASL_CONF -> isOver.handle(false);
            }
        } catch (SaslException wrong) {
            fail(wrong, isOver);
        }
    }

    private boolean begin() throws SaslException {
        String[] offered = sasl.getRemoteMechanisms();
        if (mechanism == null && offered != null && offered.length > 0) {
            mechanism = SaslChoice.choose(config, List.of(offered));
            sasl.setMechanisms(mechanism.name());
            send(mechanism.initialResponse());
        }
        return false;
    }

    private void send(byte[] response) {
        sasl.send(response, 0, response.length);
    }

    private void step(Handler<Boolean> isOver) {
        if (sasl.pending() == 0) {
            isOver.handle(false);
            return;
        }
        byte[] challenge = received();
        // Thousands of hashes: elsewhere.
        vertx.executeBlocking(() -> mechanism.respond(challenge)).onComplete(done -> {
            if (done.failed()) {
                fail(done.cause(), isOver);
            } else {
                send(done.result());
                connection.flush();
                isOver.handle(false);
            }
        });
    }

    private byte[] received() {
        byte[] bytes = new byte[Math.max(0, sasl.pending())];
        return bytes.length == 0 || sasl.recv(bytes, 0, bytes.length) < 0 ? NOTHING : bytes;
    }

    private void pass() throws SaslException {
        if (mechanism == null) {
            throw new SaslException("the broker ended SASL before it began");
        }
        mechanism.onAccepted(received());
        succeeded = true;
        result.tryComplete(mechanism.name());
    }

    private String refusal() {
        return switch (sasl.getOutcome()) {
            case PN_SASL_AUTH -> "Failed to authenticate";
            case PN_SASL_SYS, PN_SASL_TEMP -> "the broker cannot authenticate anybody at the moment";
            case PN_SASL_PERM, PN_SASL_OK, PN_SASL_NONE, PN_SASL_SKIPPED -> "the broker cannot authenticate anybody";
        };
    }

    private void fail(Throwable cause, Handler<Boolean> isOver) {
        result.tryFail(cause);
        isOver.handle(true);
        socket.close().onFailure(closed -> result.tryFail(closed));
    }

    @Override
    public boolean succeeded() {
        return succeeded;
    }
}
