package io.forebay.gateway.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.handler.ssl.NotSslRecordException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator is told of handshakes, by what the engines say of them. */
class HandshakeFailureTest {
    private static Throwable within(Throwable cause) { // As Netty does it.
        return new SSLHandshakeException("General OpenSslEngine problem").initCause(new CertificateException(cause));
    }

    @ParameterizedTest
    @CsvSource({"REVOKED,REVOKED", "EXPIRED,OUT_OF_DATE", "NOT_YET_VALID,OUT_OF_DATE", "INVALID_SIGNATURE,NOT_TRUSTED"})
    void whatIsWrongWithTheCertificateIsSaid(BasicReason reason, HandshakeFailure expected) {
        assertEquals(
                expected, HandshakeFailure.of(within(new CertPathValidatorException("x", null, null, -1, reason))));
    }

    @ParameterizedTest
    @CsvSource({
        "unable to find valid certification path to requested target,NOT_TRUSTED",
        "error:100000c0:SSL routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE,NO_CERTIFICATE",
        "Empty client certificate chain,NO_CERTIFICATE",
        "Received fatal alert: certificate_unknown,REFUSED",
        "error:10000418:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA,REFUSED",
        "handshake timed out after 600ms,TIMEOUT",
        "something else,OTHER"
    })
    void soIsWhatElseComesBetween(String words, HandshakeFailure expected) {
        assertEquals(expected, HandshakeFailure.of(new SSLHandshakeException(words)));
        assertEquals(expected, HandshakeFailure.of(within(new IllegalStateException(words))));
    }

    @Test
    void whatCameInTheClearIsNotQuoted() {
        Throwable fault = within(new NotSslRecordException("not an SSL/TLS record: 73656372657421"));
        assertEquals(HandshakeFailure.NO_TLS, HandshakeFailure.of(fault));
        assertFalse(HandshakeFailure.NO_TLS.sentence(fault).contains("7365"));
        assertEquals(HandshakeFailure.CLOSED, HandshakeFailure.of(new ClosedChannelException()));
    }

    @Test
    void theInnermostWordsAreSaidWithoutWhatWouldForgeALine() {
        Throwable fault = within(new IllegalStateException("bad\n2026 INFO all is well"));
        assertEquals("bad?2026 INFO all is well", HandshakeFailure.OTHER.sentence(fault));
        assertEquals("the certificate of the device is revoked", HandshakeFailure.REVOKED.sentence(fault));
        Throwable wordy = new IllegalStateException("x".repeat(100_000));
        assertEquals(200, HandshakeFailure.OTHER.sentence(wordy).length());
    }
}
