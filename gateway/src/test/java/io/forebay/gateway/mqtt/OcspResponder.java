package io.forebay.gateway.mqtt;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.forebay.gateway.tls.TestPki;
import io.forebay.gateway.tls.TestPki.Identity;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.Req;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An OCSP responder with moods. */
@SuppressWarnings("JavaUtilDate") // Bouncy Castle wants them.
final class OcspResponder implements AutoCloseable {
    enum Mood {
        TELLS,
        FAILS,
        /** Signs with a key that nobody has entrusted. */
        LIES,
        /** Signs with a key that the CA has entrusted with it. */
        DELEGATES,
        /** Signs with a key that another CA of the same name has entrusted. */
        FORGES,
        /** Signs with the key of a device of the CA. */
        POSES,
        /** Says what was true a month ago. */
        OLD,
        /** More than anybody wants to know. */
        TALKS,
        /** Hangs up without a word. */
        SLAMS,
        HANGS
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<BigInteger> revoked = ConcurrentHashMap.newKeySet();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Identity authority;
    private volatile Mood mood = Mood.TELLS;

    OcspResponder() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    void signsFor(Identity issuer) {
        authority = issuer;
    }

    void revokes(Identity device) {
        revoked.add(device.certificate().getSerialNumber());
    }

    void is(Mood next) {
        mood = next;
    }

    int asked() {
        return asked.get();
    }

    void awaitAsked(int times) {
        Rig.until(() -> asked.get() >= times);
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        try (exchange) {
            byte[] request = exchange.getRequestBody().readAllBytes();
            if (mood == Mood.SLAMS) {
                return;
            }
            if (mood == Mood.HANGS) {
                closed.await();
                return;
            }
            byte[] response =
                    switch (mood) {
                        case FAILS -> new byte[0];
                        case TALKS -> new byte[1 << 20];
                        default -> response(request);
                    };
            exchange.sendResponseHeaders(mood == Mood.FAILS ? 500 : 200, response.length == 0 ? -1 : response.length);
            exchange.getResponseBody().write(response);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (IOException gone) {
            // Who asked has heard enough.
        } catch (Exception fault) {
            throw new IllegalStateException(fault);
        }
    }

    private byte[] response(byte[] request) throws Exception {
        Identity signer =
                switch (mood) {
                    case LIES -> TestPki.authority("our CA");
                    case DELEGATES ->
                        TestPki.certificate("responder")
                                .by(authority)
                                .ocspSigning()
                                .issue();
                    case FORGES ->
                        TestPki.certificate("responder")
                                .by(TestPki.authority("our CA"))
                                .ocspSigning()
                                .issue();
                    case POSES -> TestPki.device(authority, "pump-3");
                    default -> authority;
                };
        Instant then = mood == Mood.OLD ? Instant.now().minus(Duration.ofDays(30)) : Instant.now();
        BasicOCSPRespBuilder builder = new BasicOCSPRespBuilder(new RespID(
                new X500Name(signer.certificate().getSubjectX500Principal().getName())));
        for (Req each : new OCSPReq(request).getRequestList()) {
            CertificateID id = each.getCertID();
            CertificateStatus status =
                    revoked.contains(id.getSerialNumber()) ? new RevokedStatus(new Date(), 1) : CertificateStatus.GOOD;
            builder.addResponse(id, status, Date.from(then), Date.from(then.plus(Duration.ofHours(6))), null);
        }
        return new OCSPRespBuilder()
                .build(
                        OCSPRespBuilder.SUCCESSFUL,
                        builder.build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(signer.keys().getPrivate()),
                                new X509CertificateHolder[] {new JcaX509CertificateHolder(signer.certificate())},
                                Date.from(then)))
                .getEncoded();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
