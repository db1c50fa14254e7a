package io.forebay.gateway.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.bench.ChildJvm;
import io.forebay.gateway.tls.TestPki;
import io.forebay.gateway.tls.TestPki.Identity;
import io.forebay.gateway.tls.Tls;
import io.forebay.gateway.tls.TlsConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is answered on the port for operators, byte by byte. */
class OpsServerIT {
    private static final int PATIENCE_MS = 60_000;
    private static final String LIVE = "GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    private static final Optional<OpsToken> TOKEN = Optional.of(new OpsToken("an example that is long enough"));

    private final Vertx vertx = Vertx.vertx();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private Health health = new Health(true, true, List.of("The broker is away."));
    private int port;

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private void start(Optional<OpsToken> token, boolean liveOpen, int connectionsMax, int timeoutMs)
            throws IOException {
        port = ChildJvm.freePort();
        OpsConfig config = new OpsConfig(
                "127.0.0.1",
                port,
                token,
                liveOpen,
                List.of("ops.example"),
                connectionsMax,
                timeoutMs,
                Optional.empty());
        await(vertx.deployVerticle(new OpsServer(config, meters, () -> health, Optional.empty())));
    }

    @Test
    void whoeverAsksOnLoopbackIsAnsweredWithHeadersThatKeepBrowsersOut() throws IOException {
        start(Optional.empty(), true, 8, PATIENCE_MS);

        String answer = ask("GET /ready HTTP/1.1", "Host: localhost:9464");
        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        assertTrue(answer.endsWith("degraded: The broker is away.\n"), answer);
        assertTrue(answer.contains("x-content-type-options: nosniff\r\n"), answer);
        assertTrue(answer.contains("content-security-policy: default-src 'none'"), answer);
        assertTrue(answer.contains("cache-control: no-store\r\n"), answer);
        assertTrue(ask("GET /metrics HTTP/1.1", "Host: 127.0.0.1").startsWith("HTTP/1.1 200 "));
        assertTrue(ask("GET /live HTTP/1.1", "Host: [::1]:9464").startsWith("HTTP/1.1 200 "));
        assertTrue(ask("GET /other HTTP/1.1", "Host: ops.example").startsWith("HTTP/1.1 404 "));
    }

    @Test
    void aForeignNameAndAPageOfABrowserAreRefused() throws IOException {
        start(Optional.empty(), true, 8, PATIENCE_MS);

        assertTrue(ask("GET /metrics HTTP/1.1", "Host: rebinding.example").startsWith("HTTP/1.1 421 "));
        assertTrue(ask("GET /metrics HTTP/1.1", "Host: localhost", "Host: rebinding.example")
                .startsWith("HTTP/1.1 421 "));
        assertTrue(ask("GET /metrics HTTP/1.1", "Host: localhost.rebinding.example")
                .startsWith("HTTP/1.1 421 "));
        assertTrue(ask("GET /metrics HTTP/1.1", "Host: localhost", "Origin: http://localhost")
                .startsWith("HTTP/1.1 403 "));
        assertEquals(3, refused("host"));
        assertEquals(1, refused("origin"));
    }

    @Test
    void onlyRequestsWithoutABodyAreAnswered() throws IOException {
        start(Optional.empty(), true, 8, 5_000); // For so long the body that was announced is waited for.

        assertTrue(ask("POST /metrics HTTP/1.1", "Host: localhost").startsWith("HTTP/1.1 405 "));
        assertTrue(ask("GET /metrics HTTP/1.1", "Host: localhost", "Content-Length: 9")
                .startsWith("HTTP/1.1 413 "));
        assertRefusedOrReset(" 414 ", ask("GET /live?" + "x".repeat(2_000) + " HTTP/1.1", "Host: localhost"));
        assertRefusedOrReset(" 431 ", ask("GET /live HTTP/1.1", "Host: localhost", "A: " + "x".repeat(9_000)));
    }

    /** What is closed before all of it was read may be reset before the answer is there. */
    private static void assertRefusedOrReset(String status, String answer) {
        assertTrue(answer.isEmpty() || answer.contains(status), answer);
    }

    @Test
    void whereThereIsATokenOnlyWhoShowsItIsAnswered() throws IOException {
        start(TOKEN, true, 8, PATIENCE_MS);

        String refused = ask("GET /metrics HTTP/1.1", "Host: localhost");
        assertTrue(refused.startsWith("HTTP/1.1 401 ") && refused.contains("www-authenticate: Bearer"), refused);
        assertTrue(ask("GET /ready HTTP/1.1", "Host: localhost", "Authorization: Bearer an example")
                .startsWith("HTTP/1.1 401 "));
        assertTrue(ask("GET /ready HTTP/1.1", "Host: localhost", "Authorization: Basic an example that is long enough")
                .startsWith("HTTP/1.1 401 "));
        assertEquals(3, refused("token"));
        assertTrue(ask("GET /ready HTTP/1.1", "Host: localhost", "Authorization: bearer an example that is long enough")
                .startsWith("HTTP/1.1 200 "));
    }

    @Test
    void aProbeWithoutATokenIsToldOneWord() throws IOException {
        start(TOKEN, true, 8, PATIENCE_MS);

        assertTrue(ask("GET /live HTTP/1.1", "Host: localhost").endsWith("\r\n\r\nok\n"));
        health = new Health(false, false, List.of("The log has failed."));
        String down = ask("GET /live HTTP/1.1", "Host: localhost");
        assertTrue(down.startsWith("HTTP/1.1 503 ") && down.endsWith("\r\n\r\ndown\n"), down);
    }

    @Test
    void aProbeIsRefusedWhereLiveIsNotOpen() throws IOException {
        start(TOKEN, false, 8, PATIENCE_MS);

        assertTrue(ask("GET /live HTTP/1.1", "Host: localhost").startsWith("HTTP/1.1 401 "));
    }

    @Test
    void whoIsTooManyIsClosedAtOnce() throws IOException {
        start(Optional.empty(), true, 1, PATIENCE_MS);
        try (Socket first = socket();
                Socket tooMany = socket()) {
            assertEquals("", read(tooMany), "closed at once");
            first.getOutputStream().write(LIVE.getBytes(StandardCharsets.US_ASCII));
            assertTrue(read(first).startsWith("HTTP/1.1 200 "), "who was there before is served");
        }
        assertEquals(1, refused("connections-max"));
        assertEquals(0, refused("request-timeout-s"));
        assertTrue(answerOfLive().startsWith("HTTP/1.1 200 "), "there is room again");
    }

    @Test
    void whoSendsByteByByteIsClosedWhenItsTimeIsOver() throws IOException {
        start(Optional.empty(), true, 1, 300);
        try (Socket slow = socket()) {
            slow.getOutputStream().write("GET /liv".getBytes(StandardCharsets.US_ASCII));
            assertEquals("", read(slow), "closed when its time is over");
        }
        assertEquals(1, refused("request-timeout-s"));
        assertTrue(answerOfLive().startsWith("HTTP/1.1 200 "), "there is room again");
    }

    /** Who was closed hears of that before the server has counted it off. */
    private String answerOfLive() throws IOException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        String answer = "";
        while (answer.isEmpty() && System.nanoTime() - until < 0) {
            try {
                answer = ask("GET /live HTTP/1.1", "Host: localhost");
            } catch (SocketException closedAtOnce) {
                answer = "";
            }
        }
        return answer;
    }

    @Test
    void itsCertificateIsExchangedAndOnlyWhoHasOneOfTheCaIsAnswered(@TempDir Path directory) throws Exception {
        Identity authority = TestPki.authority("CA of operators");
        Identity first = TestPki.server(authority, "localhost");
        Path chain = directory.resolve("ops.crt");
        Path key = directory.resolve("ops.key");
        Path ca = directory.resolve("ca.crt");
        first.write(chain, key);
        TestPki.put(ca, TestPki.pem(authority.certificate()));
        port = ChildJvm.freePort();
        OpsConfig config = new OpsConfig(
                "127.0.0.1",
                port,
                Optional.empty(),
                true,
                List.of(),
                8,
                PATIENCE_MS,
                Optional.of(new OpsConfig.Certificate(chain, key, Optional.of(ca))));
        try (Tls tls = Tls.open(List.of(config.tls(TlsConfig.DEFAULT).orElseThrow()), meters)) {
            await(vertx.deployVerticle(new OpsServer(config, meters, () -> health, tls.of(OpsConfig.LISTENER))));
            SSLContext operator = TestPki.client(TestPki.device(authority, "anna"), authority);
            SSLContext stranger = TestPki.client((Identity) null, authority);
            assertEquals(first.certificate(), asked(operator));
            assertThrows(IOException.class, () -> asked(stranger));

            Identity next = TestPki.server(authority, "localhost");
            next.write(chain, key);
            tls.reload();
            assertEquals(next.certificate(), asked(operator));
        }
    }

    /** @return what was shown by who answers */
    private Certificate asked(SSLContext context) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(LIVE.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (!answer.startsWith("HTTP/1.1 200 ")) {
                throw new IOException(answer);
            }
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void aTokenIsNeverShown() {
        assertFalse(TOKEN.toString().contains("example"), TOKEN::toString);
    }

    private double refused(String reason) {
        return meters.counter("forebay.ops.refused", "reason", reason).count();
    }

    private String ask(String... lines) throws IOException {
        try (Socket socket = socket()) {
            String request = String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return read(socket);
        }
    }

    private Socket socket() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    private static String read(Socket socket) throws IOException {
        try (InputStream in = socket.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (SocketException reset) {
            return "";
        }
    }

    private static void await(Future<?> future) {
        future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .join();
    }
}
