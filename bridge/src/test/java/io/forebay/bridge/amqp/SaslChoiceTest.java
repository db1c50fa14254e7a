package io.forebay.bridge.amqp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.AmqpConfig.Sasl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.security.sasl.SaslException;
import org.junit.jupiter.api.Test;

class SaslChoiceTest {
    private static final AmqpConfig.Builder SOMEBODY = AmqpConfig.builder("localhost", 1)
            .credentials(Optional.of(new AmqpConfig.Credentials("gateway", "s3cret")));
    private static final AmqpConfig.Builder NOBODY = AmqpConfig.builder("localhost", 1);
    private static final Optional<AmqpConfig.Tls> CERTIFICATE = Optional.of(new AmqpConfig.Tls(
            Optional.empty(), Optional.of(new AmqpConfig.ClientCertificate(Path.of("c"), Path.of("k")))));

    private static String chosen(AmqpConfig.Builder config, String... offered) throws SaslException {
        return SaslChoice.choose(config.build(), List.of(offered)).name();
    }

    @Test
    void strongestThatIsOfferedIsChosen() throws Exception {
        assertEquals(
                "SCRAM-SHA-512", chosen(SOMEBODY, "PLAIN", "SCRAM-SHA-256", "ANONYMOUS", "SCRAM-SHA-512", "EXTERNAL"));
        assertEquals("SCRAM-SHA-256", chosen(SOMEBODY, "CRAM-MD5", "PLAIN", "SCRAM-SHA-256"));
        assertEquals("PLAIN", chosen(SOMEBODY, "ANONYMOUS", "SCRAM-SHA-1", "PLAIN"));
        assertEquals("ANONYMOUS", chosen(NOBODY, "PLAIN", "ANONYMOUS"));
    }

    @Test
    void certificateIsShownWhereThereAreNoCredentials() throws Exception {
        AmqpConfig.Builder certificate = AmqpConfig.builder("localhost", 1).tls(CERTIFICATE);
        assertEquals("EXTERNAL", chosen(certificate, "ANONYMOUS", "EXTERNAL"));
        assertEquals("EXTERNAL", chosen(certificate.sasl(Sasl.EXTERNAL), "PLAIN", "EXTERNAL"));
    }

    @Test
    void whoHasCredentialsIsNeverAnonymous() {
        SaslException refusal = assertThrows(SaslException.class, () -> chosen(SOMEBODY, "ANONYMOUS"));
        assertEquals(
                "the broker offers the SASL mechanisms [ANONYMOUS], "
                        + "the gateway wants one of [SCRAM-SHA-512, SCRAM-SHA-256, PLAIN]",
                refusal.getMessage());
        assertFalse(refusal.getMessage().contains("s3cret"));
    }

    @Test
    void nothingWeakerThanConfiguredIsChosen() {
        AmqpConfig.Builder strict = SOMEBODY.build().toBuilder().sasl(Sasl.SCRAM_SHA_256);
        SaslException refusal = assertThrows(SaslException.class, () -> chosen(strict, "PLAIN", "ANONYMOUS"));
        assertTrue(refusal.getMessage().contains("wants one of [SCRAM-SHA-256]"), refusal.getMessage());
    }

    @Test
    void plainIsThatOfTheStandard() throws Exception {
        assertArrayEquals(
                "\0gateway\0s3cret".getBytes(StandardCharsets.UTF_8),
                SaslChoice.choose(SOMEBODY.build(), List.of("PLAIN")).initialResponse());
    }

    @Test
    void mechanismWithoutWhatItNeedsIsAMistakeOfConfiguration() {
        assertThrows(IllegalArgumentException.class, NOBODY.build().toBuilder().sasl(Sasl.PLAIN)::build);
        assertThrows(IllegalArgumentException.class, NOBODY.build().toBuilder().sasl(Sasl.SCRAM_SHA_512)::build);
        assertThrows(
                IllegalArgumentException.class, SOMEBODY.build().toBuilder().sasl(Sasl.EXTERNAL)::build);
    }
}
