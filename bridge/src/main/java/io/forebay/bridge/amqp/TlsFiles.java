package io.forebay.bridge.amqp;

import io.forebay.bridge.AmqpConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the TLS towards one broker, read for each connection: what is exchanged is used by the next one. What does not fit
 * together then, as in the middle of an exchange, is not used, but what was there before. Owned by the bridge's thread; files are
 * read by a worker, for one connection at a time.
 */
final class TlsFiles {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
    private static final int FILE_BYTES_MAX = 1 << 20;
    private static final byte[] PROBE = {1, 2, 3, 4, 5, 6, 7, 8};

    /** What stood in the files at one time. */
    private record Content(
            Optional<Buffer> trust, Optional<Buffer> crl, Optional<Buffer> certificate, Optional<Buffer> key) {}

    private final Vertx vertx;
    private final AmqpConfig.Tls files;
    /** Null before a first one was sound. */
    private Content sound;

    private boolean hasComplained;

    TlsFiles(Vertx vertx, AmqpConfig.Tls files) {
        this.vertx = vertx;
        this.files = files;
    }

    /** @return succeeds when they are set; fails with a sentence if they cannot be used and never could */
    Future<Void> setFor(NetClientOptions options) {
        Future<Content> now = vertx.executeBlocking(this::read);
        return now.recover(this::earlier).map(content -> {
            if (now.succeeded()) {
                sound = content;
                hasComplained = false;
            }
            set(content, options);
            return null;
        });
    }

    private Future<Content> earlier(Throwable unusable) {
        String why = "the TLS files of the broker cannot be used: " + unusable.getMessage();
        if (sound == null) {
            return Future.failedFuture(new IOException(why, unusable));
        }
        if (!hasComplained) {
            hasComplained = true;
            LOG.warn("What was read before is used for the broker, {}", why);
        }
        return Future.succeededFuture(sound);
    }

    private static void set(Content content, NetClientOptions options) {
        options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
        content.trust().ifPresent(pem -> options.setTrustOptions(new PemTrustOptions().addCertValue(pem)));
        content.crl().ifPresent(options::addCrlValue);
        content.certificate().ifPresent(pem -> options.setKeyCertOptions(pair(content)));
    }

    private static PemKeyCertOptions pair(Content content) {
        return new PemKeyCertOptions()
                .addCertValue(content.certificate().orElseThrow())
                .addKeyValue(content.key().orElseThrow());
    }

    private Content read() throws Exception {
        Content content = new Content(
                bytes(files.trustPem()),
                bytes(files.crlPem()),
                bytes(files.client().map(AmqpConfig.ClientCertificate::certificatePem)),
                bytes(files.client().map(AmqpConfig.ClientCertificate::keyPem)));
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        if (content.trust().isPresent()
                && factory.generateCertificates(stream(content.trust().get())).isEmpty()) {
            throw new IOException(
                    "there is no CA certificate in " + files.trustPem().orElseThrow());
        }
        if (content.crl().isPresent()
                && factory.generateCRLs(stream(content.crl().get())).isEmpty()) {
            throw new IOException("there is no CRL in " + files.crlPem().orElseThrow());
        }
        if (content.certificate().isPresent()) {
            checkPair(content);
        }
        return content;
    }

    private void checkPair(Content content) throws Exception {
        for (KeyManager manager : pair(content).getKeyManagerFactory(vertx).getKeyManagers()) {
            for (String type : new String[] {"EC", "RSA", "EdDSA"}) {
                X509KeyManager keys = (X509KeyManager) manager;
                String[] aliases = keys.getClientAliases(type, null);
                if (aliases != null && !fits(keys.getPrivateKey(aliases[0]), keys.getCertificateChain(aliases[0])[0])) {
                    throw new IOException("key and certificate of the gateway do not belong together");
                }
            }
        }
    }

    private static boolean fits(PrivateKey key, X509Certificate certificate) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> "EdDSA";
                };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException otherKind) {
            return false;
        }
    }

    private static Optional<Buffer> bytes(Optional<Path> file) throws IOException {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        if (Files.size(file.get()) > FILE_BYTES_MAX) {
            throw new IOException(file.get() + " is larger than " + FILE_BYTES_MAX + " bytes");
        }
        return Optional.of(Buffer.buffer(Files.readAllBytes(file.get())));
    }

    private static InputStream stream(Buffer bytes) {
        return new ByteArrayInputStream(bytes.getBytes());
    }
}
