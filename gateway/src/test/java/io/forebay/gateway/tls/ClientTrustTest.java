package io.forebay.gateway.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.tls.ListenerTls.ClientCertificates;
import io.forebay.gateway.tls.TestPki.Identity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** For whom the CAs of a listener vouch that has been let in before. */
class ClientTrustTest {
    private final Identity ours = TestPki.authority("our CA");
    private final Identity theirs = TestPki.authority("their CA");

    @TempDir
    Path directory;

    private ClientTrust of(Identity... authorities) throws IOException {
        X509Certificate[] certificates = new X509Certificate[authorities.length];
        for (int i = 0; i < authorities.length; i++) {
            certificates[i] = authorities[i].certificate();
        }
        Path file = directory.resolve("ca.crt");
        TestPki.put(file, TestPki.pem(certificates));
        return ClientTrust.load(
                new ClientCertificates(file, List.of(), true, IdentitySource.CN, ClientIdRule.ANY, true),
                Snapshot.read(List.of(file), 1 << 20));
    }

    private static X509Certificate[] shown(Identity... chain) {
        X509Certificate[] shown = new X509Certificate[chain.length];
        for (int i = 0; i < chain.length; i++) {
            shown[i] = chain[i].certificate();
        }
        return shown;
    }

    @Test
    void aDeviceOfACaIsVouchedForThroughWhatItHasShownAndNoOther() throws IOException {
        Identity between = TestPki.certificate("between").by(ours).authority().issue();
        Identity device = TestPki.device(ours, "pump-1");
        Identity behind = TestPki.device(between, "pump-2");
        Identity namesake = TestPki.device(TestPki.authority("our CA"), "pump-1");

        assertTrue(of(ours).vouchesFor(shown(device)));
        assertTrue(of(theirs, ours).vouchesFor(shown(device, ours)));
        assertTrue(of(ours).vouchesFor(shown(behind, between)));
        assertTrue(of(between).vouchesFor(shown(behind)), "a CA between may be the one that is trusted");
        assertFalse(of(theirs).vouchesFor(shown(device, ours)), "its own word for its CA is none");
        assertFalse(of(theirs).vouchesFor(shown(device, theirs)), "a CA that did not sign it may be shown by anybody");
        assertFalse(of(between).vouchesFor(shown(device)));
        assertFalse(of(ours).vouchesFor(shown(namesake)));
        assertFalse(of(ours).vouchesFor(shown()), "its connection is gone");
    }

    @Test
    void aCertificateThatIsTrustedItselfIsVouchedFor() throws IOException {
        Identity own = TestPki.certificate("pump-1").issue();

        assertTrue(of(ours, own).vouchesFor(shown(own)));
        assertFalse(of(ours).vouchesFor(shown(own)));
    }

    @Test
    void aCertificateThatHasExpiredSinceItsHandshakeIsStillOfItsCa() throws IOException {
        Instant now = Instant.now();
        Identity device = TestPki.certificate("pump-1")
                .by(ours)
                .from(now.minusSeconds(7_200))
                .until(now.minusSeconds(3_600))
                .issue();

        assertTrue(of(ours).vouchesFor(shown(device)));
        assertFalse(of(theirs).vouchesFor(shown(device)));
    }

    @Test
    void whichCasAreMissingIsSeen() throws IOException {
        assertTrue(of(ours).lacksAnyOf(of(ours, theirs)));
        assertTrue(of(theirs).lacksAnyOf(of(ours)));
        assertFalse(of(theirs, ours).lacksAnyOf(of(ours)));
        assertEquals(1, of(ours).getAcceptedIssuers().length);
    }
}
