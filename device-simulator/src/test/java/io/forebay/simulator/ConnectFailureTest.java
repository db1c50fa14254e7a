package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
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

    @Test
    void connectionThatTheOtherSideHasClosedIsToldSoWhetherItIsReadOrWritten() {
        for (String error : List.of("Connection reset by peer", "writevAddress(..) failed: Broken pipe")) {
            assertEquals("it closed the connection", ConnectFailure.reason(new IOException(error)));
        }
    }

    private static String reason(String message) {
        return ConnectFailure.reason(new SSLHandshakeException(message));
    }
}
