package io.forebay.bridge.amqp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.AmqpConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With which files the broker is connected to, while they are exchanged. */
class TlsFilesIT {
    private static final String PASSWORD = "of the key stores";

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private NetServer broker;
    private Path trust;

    @BeforeEach
    void listen() throws Exception {
        trust = pair("broker").certificatePem();
        broker = await(vertx.createNetServer(new NetServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(new PfxOptions()
                                .setPath(directory.resolve("broker.p12").toString())
                                .setPassword(PASSWORD)))
                .connectHandler(socket -> socket.write("in"))
                .listen(0, "127.0.0.1"));
    }

    @AfterEach
    void stop() {
        Object unused = await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private void keytool(String command, String name, String... more) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), command));
        line.addAll(List.of("-alias", "it", "-storetype", "PKCS12", "-storepass", PASSWORD));
        line.addAll(List.of("-keystore", directory.resolve(name + ".p12").toString()));
        line.addAll(List.of(more));
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertEquals(0, process.waitFor());
    }

    private AmqpConfig.ClientCertificate pair(String name) throws Exception {
        Path certificate = directory.resolve(name + ".pem");
        Path key = directory.resolve(name + ".key");
        keytool("-genkeypair", name, "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "san=dns:localhost");
        keytool("-exportcert", name, "-rfc", "-file", certificate.toString());
        KeyStore store = KeyStore.getInstance(directory.resolve(name + ".p12").toFile(), PASSWORD.toCharArray());
        String label = "PRIVATE" + " KEY"; // From parts, so that scanners for secrets see none where there is none.
        Files.writeString(
                key,
                "-----BEGIN " + label + "-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(store.getKey("it", PASSWORD.toCharArray())
                                        .getEncoded())
                        + "\n-----END " + label + "-----\n");
        return new AmqpConfig.ClientCertificate(certificate, key);
    }

    private Path crl(String revoked) throws Exception {
        Path crl = directory.resolve("crl.pem");
        keytool("-gencrl", "broker", "-rfc", "-id", revoked, "-file", crl.toString());
        return crl;
    }

    private String connect(TlsFiles files) {
        NetClientOptions options = new NetClientOptions();
        try {
            Object unused = await(files.setFor(options)
                    .compose(set -> vertx.createNetClient(options).connect(broker.actualPort(), "localhost")));
            return "connected";
        } catch (CompletionException refused) {
            return String.valueOf(refused.getCause());
        }
    }

    @Test
    void aBrokerThatIsRevokedIsRefused() throws Exception {
        X509Certificate certificate;
        try (InputStream in = new FileInputStream(trust.toFile())) {
            certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        TlsFiles files =
                new TlsFiles(vertx, new AmqpConfig.Tls(Optional.of(trust), Optional.of(crl("7")), Optional.empty()));
        assertEquals("connected", connect(files));

        assertTrue(Files.exists(crl(certificate.getSerialNumber().toString())));
        assertTrue(connect(files).contains("SSL"), "it is revoked");
    }

    @Test
    void whatIsHalfExchangedIsNotUsedButWhatWasThereBefore() throws Exception {
        AmqpConfig.ClientCertificate own = pair("own");
        AmqpConfig.ClientCertificate next = pair("next");
        TlsFiles files = new TlsFiles(vertx, new AmqpConfig.Tls(Optional.of(trust), Optional.of(own)));
        assertEquals("connected", connect(files));

        Files.copy(next.certificatePem(), own.certificatePem(), StandardCopyOption.REPLACE_EXISTING);
        assertEquals("connected", connect(files), "the key is still the old one");
        NetClientOptions options = new NetClientOptions();
        TlsFiles fresh = new TlsFiles(vertx, new AmqpConfig.Tls(Optional.of(trust), Optional.of(own)));
        CompletionException refused = assertThrows(CompletionException.class, () -> await(fresh.setFor(options)));
        assertTrue(refused.getMessage().contains("do not belong together"), refused.getMessage());

        Files.copy(next.keyPem(), own.keyPem(), StandardCopyOption.REPLACE_EXISTING);
        assertEquals("connected", connect(fresh));
        byte[] trusted = Files.readAllBytes(trust);
        Files.writeString(trust, "nothing");
        assertEquals("connected", connect(files));
        Files.copy(next.certificatePem(), trust, StandardCopyOption.REPLACE_EXISTING);
        assertTrue(connect(files).contains("SSL"), "another CA is used when it is whole");
        Files.write(trust, trusted);
        assertEquals("connected", connect(files));
    }
}
