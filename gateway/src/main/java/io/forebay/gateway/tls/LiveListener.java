package io.forebay.gateway.tls;

import io.forebay.gateway.tls.CertifiedDevice.Verdict;
import io.forebay.gateway.tls.ListenerTls.ClientCertificates;
import io.forebay.gateway.tls.OcspChecks.Finding;
import io.forebay.gateway.tls.OcspClient.Question;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetServerOptions;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS of one listener as it is now. Any thread; {@link #reload} and {@link #rotateTicketKeys} are forebay-tls's alone.
 */
public final class LiveListener {
    private static final Logger log = LoggerFactory.getLogger(LiveListener.class);

    /** What new connections get, exchanged as a whole. */
    private record Serving(Material material, SslContext context, TicketKeys tickets) {}

    /** Longer than any handshake: one that began under CAs of before may end when their devices have been cut. */
    private static final long HANDSHAKE_NANOS_MAX = TimeUnit.MINUTES.toNanos(10);

    private final ListenerTls config;
    private final SslProvider provider;
    private final TlsMeters meters;
    private final OcspChecks checks;
    private final Staples staples;
    private final LiveSslContext context = new LiveSslContext(() -> this.serving.context());
    private final Set<CertifiedDevice> devices = ConcurrentHashMap.newKeySet();
    private volatile Serving serving;
    /** Why what is in the files now is not served; empty if it is. */
    private volatile String fault = "";
    /** Until when a device may come that has shown a certificate of a CA that is not trusted any more. */
    private volatile long inDoubtUntil = System.nanoTime();

    /** Throws {@link TlsException} if there is nothing to begin with. */
    LiveListener(ListenerTls config, SslProvider provider, TlsMeters meters, OcspChecks checks) {
        this.config = config;
        this.provider = provider;
        this.meters = meters;
        this.checks = checks;
        this.staples = new Staples(config.common().ocsp());
        // Out of date is no reason not to start: other listeners, and devices that do not look, are served.
        this.serving = make(Material.load(config, read()));
        log.info(
                "TLS is ready [listener={}, engine={}, certificates={}, clients={}, revoked={}]",
                config.name(),
                Contexts.name(provider),
                config.certificates().size(),
                config.clients()
                        .map(client -> client.required() ? "required" : "requested")
                        .orElse("not asked"),
                serving.material().revoked().size());
    }

    private Snapshot read() {
        return Snapshot.read(config.files(), config.common().fileBytesMax());
    }

    private Serving make(Material material) {
        SslContext made = Contexts.make(config, material, provider, staples);
        return new Serving(material, made, TicketKeys.of(made, config.common().sessions()));
    }

    /** Adds to it what Vert.x has to know. */
    public void encrypt(NetServerOptions options) {
        options.setSsl(true)
                .setSslEngineOptions(new EngineOptions(context))
                // Only so that Vert.x sees that there is one.
                .setKeyCertOptions(
                        KeyCertOptions.wrap(new SniKeyManager(serving.material().certificates(), staples::staple)));
    }

    /**
     * A connection whose handshake is done.
     *
     * @param cut is told, on any thread, why its certificate is not good any more
     * @return empty if the device has shown no certificate, which only a listener takes that does not require one
     */
    public Optional<CertifiedDevice> enter(SSLSession session, Consumer<Verdict> cut) {
        if (config.clients().isEmpty()) {
            return Optional.empty();
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return Optional.of(enter(session, Arrays.copyOf(chain, chain.length, X509Certificate[].class), cut));
        } catch (SSLPeerUnverifiedException none) {
            return Optional.empty();
        }
    }

    private CertifiedDevice enter(SSLSession session, X509Certificate[] chain, Consumer<Verdict> cut) {
        DeviceCertificate certificate =
                DeviceCertificate.of(chain, config.clients().orElseThrow().identity());
        Optional<Question> question = isAsked()
                ? serving.material()
                        .clients()
                        .flatMap(trust -> trust.issuerOf(chain))
                        .map(issuer -> Question.about(chain[0], issuer))
                : Optional.empty();
        CertifiedDevice device = new CertifiedDevice(this, session, certificate, question, cut);
        devices.add(device);
        if (isAsked()) {
            device.await(
                    question.map(checks::check).orElseGet(() -> CompletableFuture.completedFuture(Finding.NO_ANSWER)));
        }
        return device;
    }

    private boolean isAsked() {
        return config.common().ocsp().devices() != OcspConfig.Devices.OFF;
    }

    void leave(CertifiedDevice device) {
        devices.remove(device);
    }

    /** After the handshake as well: a session may have been resumed, and CRLs may be newer than the handshake. */
    Verdict judge(CertifiedDevice device, Finding finding, String clientId) {
        DeviceCertificate certificate = device.certificate();
        ClientCertificates clients = config.clients().orElseThrow();
        if (finding == Finding.REVOKED || serving.material().revoked().anyRevoked(certificate.chain())) {
            return Verdict.REVOKED;
        }
        if (inDoubtUntil - System.nanoTime() > 0 && !isTrusted(device)) {
            return Verdict.UNTRUSTED;
        }
        if (finding == Finding.NO_ANSWER && config.common().ocsp().devices() == OcspConfig.Devices.HARD_FAIL) {
            return Verdict.UNCONFIRMED;
        }
        if (clients.identity() == IdentitySource.NONE) {
            return Verdict.ADMITTED;
        }
        if (certificate.identity().isEmpty()) {
            return Verdict.NO_IDENTITY;
        }
        return clients.clientIds().allows(certificate.identity().get(), clientId)
                ? Verdict.ADMITTED
                : Verdict.CLIENT_ID;
    }

    private boolean isTrusted(CertifiedDevice device) {
        return serving.material()
                .clients()
                .filter(trust -> trust.vouchesFor(device.shown()))
                .isPresent();
    }

    void countRefusal(Verdict verdict) {
        meters.refused(config.name(), verdict);
    }

    /** A handshake that came to nothing, which is counted. */
    public HandshakeFailure failed(Throwable cause) {
        HandshakeFailure failure = HandshakeFailure.of(cause);
        meters.failed(config.name(), failure);
        return failure;
    }

    /**
     * Looks at the files, and serves what is there if it is new and sound; connections that are open live on, but for
     * those whose certificates are revoked now, or of a CA that is not there any more.
     */
    void reload(Instant now) {
        try {
            Snapshot files = read();
            Material old = serving.material();
            if (files.fingerprint().equals(old.fingerprint())) {
                fault = "";
                return;
            }
            Material next = Material.load(config, files);
            if (!next.outOfDate(now).isEmpty() && old.outOfDate(now).isEmpty()) {
                throw new TlsException(next.outOfDate(now));
            }
            exchange(next);
        } catch (TlsException unsound) {
            onUnsound(unsound);
        }
    }

    private void exchange(Material next) {
        Serving fresh = make(next);
        boolean lacking = lacksAuthorities(serving.material(), next);
        if (lacking) { // Before devices are looked through: who comes to be one of them later is judged by it.
            inDoubtUntil = System.nanoTime() + HANDSHAKE_NANOS_MAX;
        }
        serving = fresh;
        fault = "";
        int cut = cut(lacking);
        meters.reloaded(config.name(), true);
        log.info(
                "Certificates were exchanged [listener={}, not-after={}, revoked={}, cut={}]",
                config.name(),
                next.notAfter(),
                next.revoked().size(),
                cut);
    }

    private void onUnsound(TlsException unsound) {
        if (!unsound.getMessage().equals(fault)) { // The same is told once, and then by health.
            fault = unsound.getMessage();
            meters.reloaded(config.name(), false);
            log.warn("What was served is still served: {} [listener={}]", fault, config.name());
        }
    }

    private static boolean lacksAuthorities(Material before, Material next) {
        return next.clients().isPresent()
                && before.clients().isPresent()
                && next.clients().get().lacksAnyOf(before.clients().get());
    }

    /** @param lacking whether some may be of a CA that is not there any more */
    private int cut(boolean lacking) {
        if (config.clients().isEmpty() || !config.clients().get().cutRevoked()) {
            return 0;
        }
        RevocationLists revoked = serving.material().revoked();
        int cut = 0;
        for (CertifiedDevice device : devices) {
            if (revoked.anyRevoked(device.certificate().chain())) {
                cut(device, Verdict.REVOKED);
                cut++;
            } else if (lacking && !isTrusted(device)) {
                cut(device, Verdict.UNTRUSTED);
                cut++;
            }
        }
        return cut;
    }

    private void cut(CertifiedDevice device, Verdict why) {
        device.cut(why);
        meters.cut(config.name(), why);
    }

    /** Asks again about those that are connected, as far as what is known of them is too old. */
    void askAgain() {
        if (isAsked() && config.clients().isPresent() && config.clients().get().cutRevoked()) {
            devices.forEach(device -> device.question().ifPresent(about -> askAgain(device, about)));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // It always completes, and what is done then does not fail.
    private void askAgain(CertifiedDevice device, Question about) {
        checks.check(about).thenAccept(finding -> {
            if (finding == Finding.REVOKED) {
                cut(device, Verdict.REVOKED);
            }
        });
    }

    /** Blocks for as long as responders may take. */
    void refreshStaples(Instant now) {
        if (Contexts.isStapled(config.common(), provider)) {
            staples.refresh(serving.material().certificates(), now);
        }
    }

    String stapleFault() {
        return staples.fault();
    }

    void rotateTicketKeys() {
        serving.tickets().rotate();
    }

    ListenerTls config() {
        return config;
    }

    Material material() {
        return serving.material();
    }

    String fault() {
        return fault;
    }

    SslContext context() {
        return serving.context();
    }
}
