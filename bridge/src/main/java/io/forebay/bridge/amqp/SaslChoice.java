package io.forebay.bridge.amqp;

import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.AmqpConfig.Sasl;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.security.sasl.SaslException;

/** Which SASL mechanism it is, of those that the broker offers. */
final class SaslChoice {
    private static final byte[] NOTHING = {};

    private SaslChoice() {}

    /** @throws SaslException with a sentence if there is none */
    static SaslMechanism choose(AmqpConfig config, List<String> offered) throws SaslException {
        List<Sasl> wanted = config.sasl() == Sasl.AUTO ? usual(config) : List.of(config.sasl());
        for (Sasl each : wanted) {
            if (offered.contains(each.mechanism())) {
                return mechanism(each, config);
            }
        }
        List<String> names = wanted.stream().map(Sasl::mechanism).toList();
        throw new SaslException(
                "the broker offers the SASL mechanisms " + offered + ", the gateway wants one of " + names);
    }

    /** The strongest first; with credentials never ANONYMOUS, which would be somebody else. */
    private static List<Sasl> usual(AmqpConfig config) {
        if (config.credentials().isPresent()) {
            return List.of(Sasl.SCRAM_SHA_512, Sasl.SCRAM_SHA_256, Sasl.PLAIN);
        }
        boolean hasCertificate = config.tls().flatMap(AmqpConfig.Tls::client).isPresent();
        return List.of(hasCertificate ? Sasl.EXTERNAL : Sasl.ANONYMOUS);
    }

    private static SaslMechanism mechanism(Sasl sasl, AmqpConfig config) {
        return switch (sasl) {
            case PLAIN ->
                SaslMechanism.saying(
                        sasl.mechanism(), plain(config.credentials().orElseThrow()));
            case SCRAM_SHA_256, SCRAM_SHA_512 ->
                new ScramMechanism(sasl.mechanism(), config.credentials().orElseThrow());
            case AUTO, ANONYMOUS, EXTERNAL -> SaslMechanism.saying(sasl.mechanism(), NOTHING);
        };
    }

    /** RFC 4616. */
    private static byte[] plain(AmqpConfig.Credentials credentials) {
        String message = "\0" + credentials.username() + "\0" + credentials.password();
        return message.getBytes(StandardCharsets.UTF_8);
    }
}
