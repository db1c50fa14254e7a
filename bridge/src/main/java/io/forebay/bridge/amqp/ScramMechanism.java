package io.forebay.bridge.amqp;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.ServerFirstMessage;
import com.ongres.scram.common.exception.ScramException;
import io.forebay.bridge.AmqpConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.security.sasl.SaslException;

/**
 * The client's half of SCRAM without channel binding (RFC 5802, RFC 7677): the password never leaves the gateway, and a
 * broker that does not know it is found out. Used by one exchange, a step at a time.
 */
final class ScramMechanism implements SaslMechanism {
    /** More than anybody sets, and less than would keep a thread busy until the connection times out. */
    private static final int ITERATIONS_MAX = 1_000_000;

    private static final byte[] NOTHING = {};

    private enum Step {
        FIRST,
        FINAL,
        PROVED
    }

    private final String name;
    private final ScramClient client;
    private Step next = Step.FIRST;

    ScramMechanism(String name, AmqpConfig.Credentials credentials) {
        this.name = name;
        this.client = client(name, credentials).build();
    }

    /** With this nonce, for tests. */
    ScramMechanism(String name, AmqpConfig.Credentials credentials, String nonce) {
        this.name = name;
        this.client = client(name, credentials).nonceSupplier(() -> nonce).build();
    }

    private static ScramClient.FinalBuildStage client(String name, AmqpConfig.Credentials credentials) {
        return ScramClient.builder()
                .advertisedMechanisms(List.of(name))
                .username(credentials.username())
                .password(credentials.password().toCharArray());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte[] initialResponse() {
        return client.clientFirstMessage().toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] respond(byte[] challenge) throws SaslException {
        String message = new String(challenge, StandardCharsets.UTF_8);
        try {
            return switch (next) {
                case FIRST -> answer(message);
                case FINAL -> {
                    verify(message);
                    yield NOTHING;
                }
                case PROVED -> throw new SaslException("the broker goes on after the end of " + name);
            };
        } catch (ScramException | IllegalArgumentException wrong) {
            throw new SaslException(name + ": " + wrong.getMessage(), wrong);
        }
    }

    private byte[] answer(String message) throws ScramException, SaslException {
        ServerFirstMessage first = client.serverFirstMessage(message);
        if (first.getIterationCount() > ITERATIONS_MAX) {
            throw new SaslException("the broker asks for " + first.getIterationCount() + " iterations of " + name
                    + ", more than " + ITERATIONS_MAX);
        }
        next = Step.FINAL;
        return client.clientFinalMessage().toString().getBytes(StandardCharsets.UTF_8);
    }

    private void verify(String message) throws ScramException {
        client.serverFinalMessage(message);
        next = Step.PROVED;
    }

    /** Some brokers send their proof as a challenge, others with the outcome. */
    @Override
    public void onAccepted(byte[] additional) throws SaslException {
        if (next == Step.FINAL && additional.length > 0) {
            try {
                verify(new String(additional, StandardCharsets.UTF_8));
            } catch (ScramException wrong) {
                throw new SaslException(name + ": " + wrong.getMessage(), wrong);
            }
        }
        if (next != Step.PROVED) {
            throw new SaslException("the broker has not proved that it knows the password (" + name + ")");
        }
    }
}
