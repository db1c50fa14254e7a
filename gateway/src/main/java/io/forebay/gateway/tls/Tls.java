package io.forebay.gateway.tls;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS of all listeners. Has a thread, forebay-tls, that looks whether files have changed and exchanges the keys of
 * session tickets; may be asked by any thread.
 */
public final class Tls implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Tls.class);

    /** How often it is looked whether an OCSP answer to staple is due. */
    private static final int STAPLE_S = 60;

    private final Map<String, LiveListener> listeners = new LinkedHashMap<>();
    private final List<WatchedFiles> targets = new ArrayList<>();
    private final Clock clock;
    /** One for all listeners, since its limits are; empty without listeners. */
    private final Optional<OcspChecks> checks;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "forebay-tls");
        thread.setDaemon(true);
        return thread;
    });

    private Tls(Clock clock, Optional<OcspChecks> checks) {
        this.clock = clock;
        this.checks = checks;
    }

    /** Throws {@link TlsException} if the files of a listener cannot be served. */
    public static Tls open(List<ListenerTls> listeners, MeterRegistry registry) {
        return open(listeners, registry, Clock.systemUTC());
    }

    static Tls open(List<ListenerTls> configs, MeterRegistry registry, Clock clock) {
        TlsMeters meters = new TlsMeters(registry);
        Tls tls = new Tls(
                clock,
                configs.stream()
                        .findFirst()
                        .map(any -> new OcspChecks(any.common().ocsp(), meters)));
        for (ListenerTls config : configs) {
            LiveListener listener = new LiveListener(
                    config, Contexts.provider(config.common().engine()), meters, tls.checks.orElseThrow());
            tls.listeners.put(config.name(), listener);
            tls.measure(listener, meters);
        }
        return tls;
    }

    private void measure(LiveListener listener, TlsMeters meters) {
        String name = listener.config().name();
        meters.expiry(name, "server", () -> listener.material().notAfter(), clock::instant);
        listener.config().clients().ifPresent(clients -> {
            meters.expiry(name, "client-ca", () -> trust(listener).notAfter(), clock::instant);
            if (!clients.crls().isEmpty()) {
                meters.expiry(
                        name,
                        "crl",
                        () -> trust(listener).revoked().nextUpdate().orElse(Instant.MAX),
                        clock::instant);
            }
        });
    }

    private static ClientTrust trust(LiveListener listener) {
        return listener.material().clients().orElseThrow();
    }

    /**
     * Watches the files of brokers as well, before {@link #start}.
     *
     * @param common how often, and how early to warn
     */
    public void watch(List<TargetTls> files, TlsConfig common, MeterRegistry registry) {
        TlsMeters meters = new TlsMeters(registry);
        for (TargetTls target : files) {
            WatchedFiles watched = new WatchedFiles(target, common);
            targets.add(watched);
            watched.look();
            String name = WatchedFiles.PREFIX + target.name();
            target.client()
                    .ifPresent(pair ->
                            meters.expiry(name, "client", () -> watched.client().orElse(Instant.MAX), clock::instant));
            target.crl()
                    .ifPresent(crl ->
                            meters.expiry(name, "crl", () -> watched.crlDue().orElse(Instant.MAX), clock::instant));
            target.ca()
                    .ifPresent(ca ->
                            meters.expiry(name, "ca", () -> watched.authority().orElse(Instant.MAX), clock::instant));
        }
    }

    /** Begins to look after the files. */
    public void start() {
        for (LiveListener listener : listeners.values()) {
            TlsConfig common = listener.config().common();
            every(common.reloadSeconds(), () -> listener.reload(clock.instant()));
            every(common.sessions().ticketRotationSeconds(), listener::rotateTicketKeys);
            every(common.ocsp().cacheSeconds(), listener::askAgain);
            every(STAPLE_S, () -> listener.refreshStaples(clock.instant()));
        }
        targets.forEach(watched -> every(watched.common().reloadSeconds(), watched::look));
        thread.execute(() -> guarded(this::refreshStaples));
    }

    private void refreshStaples() {
        listeners.values().forEach(listener -> listener.refreshStaples(clock.instant()));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nothing gets out of what it does.
    private void every(int seconds, Runnable work) {
        thread.scheduleWithFixedDelay(() -> guarded(work), seconds, seconds, TimeUnit.SECONDS);
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException bug) { // Or it would never be run again.
            log.error("Certificates were not looked after", bug);
        }
    }

    /** Looks after everything now. Blocks; not on an event loop. */
    public void reload() {
        try {
            thread.submit(this::lookAfterAll).get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException bug) {
            throw new IllegalStateException(bug.getCause());
        }
    }

    private void lookAfterAll() {
        targets.forEach(WatchedFiles::look);
        for (LiveListener listener : listeners.values()) {
            listener.reload(clock.instant());
            listener.refreshStaples(clock.instant());
            listener.askAgain();
        }
    }

    /** Empty if this listener speaks no TLS. */
    public Optional<LiveListener> of(String listener) {
        return Optional.ofNullable(listeners.get(listener));
    }

    /** One sentence for each thing that is not as it should be. */
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        listeners.values().forEach(listener -> new Remarks(listener, clock.instant()).addTo(remarks));
        targets.forEach(watched -> watched.remarks(clock.instant(), remarks));
        return remarks;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        checks.ifPresent(OcspChecks::close);
    }
}
