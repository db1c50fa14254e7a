package io.forebay.bridge.amqp;

import io.vertx.core.Handler;
import io.vertx.core.net.NetSocket;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.sasl.ProtonSaslAuthenticator;
import java.nio.charset.StandardCharsets;
import org.apache.qpid.proton.engine.Sasl;
import org.apache.qpid.proton.engine.Transport;

/** Owned by the stub peer's event loop: ANONYMOUS if there is no user, else PLAIN with this user and password. */
final class StubSasl implements ProtonSaslAuthenticator {
    static final String EXTERNAL = "EXTERNAL";

    private final String user;
    private final String password;
    private Sasl sasl;
    private boolean succeeded;

    StubSasl(String user, String password) {
        this.user = user;
        this.password = password;
    }

    @Override
    public void init(NetSocket socket, ProtonConnection connection, Transport transport) {
        sasl = transport.sasl();
        sasl.server();
        sasl.allowSkip(false);
        sasl.setMechanisms(mechanism());
    }

    /** EXTERNAL: that TLS has asked for a certificate is enough. */
    private String mechanism() {
        if (user.equals(EXTERNAL)) {
            return EXTERNAL;
        }
        return user.isEmpty() ? "ANONYMOUS" : "PLAIN";
    }

    @Override
    public void process(Handler<Boolean> completion) {
        boolean done = sasl.getRemoteMechanisms().length > 0;
        if (done) {
            boolean external = sasl.getRemoteMechanisms()[0].equals("EXTERNAL");
            succeeded = user.isEmpty() || external || response().equals("\0" + user + "\0" + password);
            sasl.done(succeeded ? Sasl.SaslOutcome.PN_SASL_OK : Sasl.SaslOutcome.PN_SASL_AUTH);
        }
        completion.handle(done);
    }

    private String response() {
        byte[] bytes = new byte[sasl.pending()];
        int length = sasl.recv(bytes, 0, bytes.length);
        return new String(bytes, 0, Math.max(0, length), StandardCharsets.UTF_8);
    }

    @Override
    public boolean succeeded() {
        return succeeded;
    }
}
