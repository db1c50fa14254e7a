package io.forebay.gateway.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.tls.TestPki;
import io.forebay.gateway.tls.TestPki.Identity;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a webhook or a server of keys has to be by its certificate. */
class HttpCallerIT {
    private final Vertx vertx = Vertx.vertx();
    private final Identity authority = TestPki.authority("private CA");

    @TempDir
    Path directory;

    @AfterEach
    void stop() {
        Future<?> closed = vertx.close();
        closed.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void onlyWhoHasACertificateOfThePrivateCaForItsNameIsBelieved() throws Exception {
        Path ca = Files.writeString(directory.resolve("ca.crt"), TestPki.pem(authority.certificate()));
        Identity good = TestPki.server(authority, "localhost");
        assertEquals("yes", answer(good, Optional.of(ca)));
        refused(good, Optional.empty());
        refused(TestPki.server(authority, "elsewhere.example"), Optional.of(ca));
        refused(TestPki.server(TestPki.authority("private CA"), "localhost"), Optional.of(ca));
        refused(
                TestPki.certificate("old")
                        .by(authority)
                        .server("localhost")
                        .from(Instant.now().minus(Duration.ofDays(2)))
                        .until(Instant.now().minus(Duration.ofDays(1)))
                        .issue(),
                Optional.of(ca));
    }

    private void refused(Identity server, Optional<Path> ca) throws Exception {
        String answer = answer(server, ca);
        assertTrue(answer.startsWith("javax.net.ssl."), answer);
    }

    /** What comes back, or the name of what came instead. */
    private String answer(Identity server, Optional<Path> ca) throws Exception {
        PemKeyCertOptions own = new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(TestPki.pem(server.certificate())))
                .addKeyValue(Buffer.buffer(TestPki.keyPem(server.keys().getPrivate())));
        HttpServer listening = vertx.createHttpServer(
                        new HttpServerOptions().setSsl(true).setKeyCertOptions(own))
                .requestHandler(request -> request.response().end("yes"))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        HttpCaller caller = new HttpCaller(
                vertx,
                "https://localhost:" + listening.actualPort() + "/",
                new HttpCaller.Limits(ca, 1, 1, 30_000, 1_000));
        return caller.get()
                .otherwise(fault -> fault.getClass().getName())
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }
}
