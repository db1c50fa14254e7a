package io.forebay.gateway;

import io.forebay.gateway.config.AuthorisationConfig;
import io.forebay.gateway.config.GatewayConfig;
import io.forebay.gateway.security.Access;
import io.forebay.gateway.security.AccessFile;
import io.forebay.gateway.security.AccessRules;
import io.forebay.gateway.security.AskedAccess;
import io.forebay.gateway.security.AuthenticationMeters;
import io.forebay.gateway.security.HttpCaller;
import io.forebay.gateway.security.Reloading;
import io.forebay.gateway.security.RuledAccess;
import io.forebay.gateway.security.WatchedFile;
import io.forebay.gateway.tls.ListenerTls;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The wiring of what devices may do. Any thread. */
final class DeviceRights {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceRights.class);

    private final Access access;
    private final AtomicReference<Runnable> onChanged = new AtomicReference<>(() -> {});
    private Supplier<Optional<String>> fault = Optional::empty;

    /** Throws IllegalArgumentException if a file cannot be used. */
    DeviceRights(GatewayConfig all, Vertx vertx, AuthenticationMeters meters, Reloading reloading) {
        AuthorisationConfig config = all.authorisation();
        boolean proven = areNamesProven(all);
        if (config.webhook().isPresent()) {
            access = webhook(config.webhook().get(), proven, vertx, meters);
        } else if (config.file().isPresent()) {
            access = rules(all, proven, reloading);
        } else {
            access = new RuledAccess(withoutRules(all), proven, config.topicsMax());
        }
    }

    Access access() {
        return access;
    }

    /** Called by the thread forebay-reload when other rules are in force. */
    void onChanged(Runnable told) {
        onChanged.set(told);
    }

    /** What is wrong with whom is asked. */
    Optional<String> fault() {
        return fault.get();
    }

    private Access webhook(
            AuthorisationConfig.Webhook config, boolean proven, Vertx vertx, AuthenticationMeters meters) {
        AskedAccess asked =
                new AskedAccess(new HttpCaller(vertx, config.url(), config.http()), proven, config.limits(), meters);
        fault = asked::fault;
        return asked;
    }

    private Access rules(GatewayConfig all, boolean proven, Reloading reloading) {
        Path file = all.authorisation().file().orElseThrow();
        int topicsMax = all.authorisation().topicsMax();
        WatchedFile<AccessRules> rules =
                new WatchedFile<>("acl.file", file, all.authentication().fileBytesMax(), AccessFile::parse);
        LOG.info("Rules of access were read [file={}, {}]", file, rules.get());
        RuledAccess ruled = new RuledAccess(rules.get(), proven, topicsMax);
        reloading.add(rules, () -> {
            ruled.change(rules.get());
            onChanged.get().run();
        });
        return ruled;
    }

    private static AccessRules withoutRules(GatewayConfig all) {
        if (!all.authentication().isProof()) {
            return AccessRules.OPEN;
        }
        LOG.warn("Nobody may publish or subscribe anything: there is an authentication, and no rules (acl.file)");
        return AccessRules.CLOSED;
    }

    /**
     * Of a will the user name alone is left when it is published. It was judged at CONNECT, so a name that is only said, at
     * another listener than the one with certificates, gains nothing by it.
     */
    private static boolean areNamesProven(GatewayConfig all) {
        return all.authentication().isProof()
                || all.mqtt().listeners().stream()
                        .anyMatch(listener ->
                                listener.tls().flatMap(ListenerTls::clients).isPresent());
    }
}
