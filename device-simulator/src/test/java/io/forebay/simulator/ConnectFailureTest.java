package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class ConnectFailureTest {
    @Test
    void anAlertReadsTheSameWhicheverEngineTellsOfIt() {
        String refused = "it refuses the TLS handshake: certificate unknown";

        assertEquals(refused, reason("Received fatal alert: certificate_unknown"));
        assertEquals(refused, reason("error:10000416:SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_UNKNOWN"));
    }

    @Test
    void whatIsNoAlertIsToldAsItIs() {
        assertEquals("the TLS handshake failed: no cipher suites in common", reason("no cipher suites in common"));
    }

    private static String reason(String message) {
        return ConnectFailure.reason(new SSLHandshakeException(message));
    }
}
