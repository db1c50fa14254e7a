package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.tls.IdentitySource;
import io.forebay.gateway.tls.TestPki;
import io.forebay.gateway.tls.TestPki.Identity;
import io.forebay.gateway.tls.TlsConfig.Engine;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the engines do below MQTT: versions, names, resumption, and what is not let through. */
class TlsEngineIT {
    /** ClientHello of TLS 1.1 with ciphers that every server of that time had. */
    private static final String HELLO_OF_TLS_1_1 =
            "1603010037" + "01000033" + "0302" + "00".repeat(32) + "00" + "000c" + "c013c014c009c00a002f0035" + "0100";

    private static final int CONNECT_TIMEOUT_MS = 600;

    @TempDir
    Path directory;

    @WithBothEngines
    void theNameAskedForChoosesTheCertificate(Engine engine) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine)) {
            Identity exact = TestPki.server(rig.authority, "a.example.org");
            Identity wild = TestPki.server(rig.authority, "*.example.org", "example.net");
            Identity rsa = TestPki.certificate("r")
                    .by(rig.authority)
                    .server("localhost")
                    .rsa()
                    .issue();
            rig.serves("exact", exact).serves("wild", wild).serves("rsa", rsa).start();
            Certificate first = shown(rig, null);

            assertEquals(exact.certificate(), shown(rig, "a.example.org"));
            assertEquals(exact.certificate(), shown(rig, "A.Example.org"));
            assertEquals(wild.certificate(), shown(rig, "b.example.org"));
            assertEquals(wild.certificate(), shown(rig, "example.net"));
            for (String none : List.of("localhost", "a.b.example.org", "example.org", "nowhere")) {
                assertEquals(first, shown(rig, none), none);
            }
            if (engine == Engine.JDK) { // OpenSslClientIT asks BoringSSL, which goes by signature algorithms.
                assertEquals(
                        rsa.certificate(),
                        shown(rig, "localhost", "TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                        "who has no ECDSA gets the RSA certificate of the same name");
            }
        }
    }

    private static Certificate shown(TlsRig rig, String name, String... versionAndCipher) throws IOException {
        try (SSLSocket socket = rig.socket(rig.device)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(
                    name == null ? List.of() : List.of(new SNIHostName(name.getBytes(StandardCharsets.US_ASCII))));
            if (versionAndCipher.length > 0) {
                parameters.setProtocols(new String[] {versionAndCipher[0]});
                parameters.setCipherSuites(new String[] {versionAndCipher[1]});
            }
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    @WithBothEngines
    void aDeviceRefusesAGatewayOfAnotherName(Engine engine) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine).start();
                SSLSocket socket = (SSLSocket) TestPki.client(rig.device, rig.authority)
                        .getSocketFactory()
                        .createSocket("127.0.0.1", rig.port())) { // The certificate is for localhost.
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            assertThrows(SSLHandshakeException.class, socket::startHandshake);
        }
    }

    @ParameterizedTest
    @CsvSource({"OPENSSL,TLSv1.3", "OPENSSL,TLSv1.2", "JDK,TLSv1.3", "JDK,TLSv1.2"})
    void aDeviceResumesItsSessionAndItsIdentityUntilRevoked(Engine engine, String version) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine)
                .takes(IdentitySource.CN, "equals-identity")
                .start()) {
            TestPki.Proofs proofs = new TestPki.Proofs(rig.device);
            SSLContext context = TestPki.client(proofs, rig.authority);
            assertEquals("CONNACK", connect(rig, context, version));
            assertEquals("CONNACK", connect(rig, context, version));
            assertEquals(1, proofs.count(), "the second handshake needed no proof");

            rig.revoke(rig.device);
            rig.reload();
            assertEquals("refused", connect(rig, context, version));
        }
    }

    private static String connect(TlsRig rig, SSLContext context, String version) throws IOException {
        SSLSocket socket = rig.socket(context);
        socket.setEnabledProtocols(new String[] {version});
        try (RawDevice device = new RawDevice(socket)) {
            device.send(RawDevice.connect("pump-1").build());
            return device.receiveText().replace("closed", "refused");
        } catch (IOException refused) {
            return "refused";
        }
    }

    @WithBothEngines
    void tls11IsAnsweredWithAnAlert(Engine engine) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine).start();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(HexFormat.of().parseHex(HELLO_OF_TLS_1_1));
            byte[] alert = new DataInputStream(socket.getInputStream()).readNBytes(7);
            // Alert, fatal, protocol_version (RFC 8446 section 6.2).
            assertEquals(21, alert[0]);
            assertEquals("0246", HexFormat.of().formatHex(alert, 5, 7));
        }
    }

    @WithBothEngines
    void renegotiationIsRefused(Engine engine) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine).start()) {
            SSLSocket socket = rig.socket(rig.device);
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            try (RawDevice device = new RawDevice(socket)) {
                device.send(RawDevice.connect("a").build());
                assertEquals("CONNACK", device.receiveText());
                assertThrows(SSLException.class, () -> {
                    socket.startHandshake();
                    socket.getInputStream().read();
                });
            }
        }
    }

    @WithBothEngines
    void aHandshakeThatDripsEndsAtTheConnectTimeout(Engine engine) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine)
                        .impatient(CONNECT_TIMEOUT_MS)
                        .start();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.port())) {
            socket.setSoTimeout(20);
            byte[] hello = HexFormat.of().parseHex(HELLO_OF_TLS_1_1);
            long before = System.nanoTime();
            assertTrue(hello.length > 50, "it would be whole before it is given up");
            assertThrows(SocketException.class, () -> drip(hello, socket));
            assertEndedByThat(before);
        }
    }

    /** The limit of Vert.x is ten seconds. */
    private static void assertEndedByThat(long sinceNanos) {
        assertTrue(System.nanoTime() - sinceNanos < TimeUnit.SECONDS.toNanos(9), "another limit has ended it");
    }

    /** An alert may come first; a reset is an end as well. */
    private static void readToTheEnd(Socket socket) throws IOException {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (SocketException reset) {
            return;
        }
    }

    /** A byte now and then, until the gateway has had enough. */
    private static void drip(byte[] hello, Socket socket) throws IOException {
        for (int i = 0; i < 1_000; i++) {
            try {
                if (socket.getInputStream().read() < 0) {
                    throw new SocketException("the gateway has closed it");
                }
            } catch (SocketTimeoutException nothing) {
                socket.getOutputStream().write(hello[Math.min(i, hello.length - 2)]);
            }
        }
    }

    @WithBothEngines
    void aHandshakeThatStandsStillEndsAtTheConnectTimeout(Engine engine) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine)
                        .impatient(CONNECT_TIMEOUT_MS)
                        .start();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(HexFormat.of().parseHex(HELLO_OF_TLS_1_1.substring(0, 60)));
            long before = System.nanoTime();
            readToTheEnd(socket);
            assertEndedByThat(before);
            Rig.until(() -> rig.rig().count("forebay.tls.handshakes.failed", "reason", "timeout") == 1);
        }
    }
}
