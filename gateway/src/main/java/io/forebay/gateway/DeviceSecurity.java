package io.forebay.gateway;

import io.forebay.gateway.config.AuthenticationConfig;
import io.forebay.gateway.config.AuthenticationConfig.Way;
import io.forebay.gateway.config.GatewayConfig;
import io.forebay.gateway.mqtt.MqttConfig;
import io.forebay.gateway.security.AnonymousAuthenticator;
import io.forebay.gateway.security.Authentication;
import io.forebay.gateway.security.AuthenticationChain;
import io.forebay.gateway.security.AuthenticationMeters;
import io.forebay.gateway.security.Authenticator;
import io.forebay.gateway.security.CertificateAuthenticator;
import io.forebay.gateway.security.HashPool;
import io.forebay.gateway.security.HttpCaller;
import io.forebay.gateway.security.JwtAuthenticator;
import io.forebay.gateway.security.JwtKeyServer;
import io.forebay.gateway.security.JwtKeySource;
import io.forebay.gateway.security.JwtKeys;
import io.forebay.gateway.security.PasswordAuthenticator;
import io.forebay.gateway.security.ProvenPasswords;
import io.forebay.gateway.security.Reloading;
import io.forebay.gateway.security.ScramUsers;
import io.forebay.gateway.security.ServerSecret;
import io.forebay.gateway.security.UserFile;
import io.forebay.gateway.security.WatchedFile;
import io.forebay.gateway.security.WebhookAuthenticator;
import io.forebay.gateway.tls.ListenerTls;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The wiring of who devices are. Opened and closed by one thread, asked by any. */
final class DeviceSecurity implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceSecurity.class);

    private final AuthenticationConfig config;
    private final Path dataDir;
    private final AuthenticationMeters meters;
    private final Reloading reloading;
    private final HashPool pool;
    private final Vertx vertx;
    /** What is wrong elsewhere. */
    private final List<Supplier<Optional<String>>> faults = new ArrayList<>();

    /** Each file once, whoever uses it. */
    private final Map<Path, WatchedFile<UserFile>> userFiles = new HashMap<>();

    private final AtomicReference<Runnable> onProofsChanged = new AtomicReference<>(() -> {});
    private final Authentication authentication;
    private final DeviceRights rights;

    /** Throws {@link StartException} if something cannot be used. */
    static DeviceSecurity open(GatewayConfig config, Vertx vertx, MeterRegistry meters) {
        try {
            DeviceSecurity security = new DeviceSecurity(config, vertx, meters);
            warnOfStrangers(config);
            return security;
        } catch (IllegalArgumentException wrong) {
            throw new StartException(wrong.getMessage(), wrong);
        }
    }

    private DeviceSecurity(GatewayConfig all, Vertx vertx, MeterRegistry registry) {
        this.vertx = vertx;
        config = all.authentication();
        dataDir = all.dataDir();
        meters = new AuthenticationMeters(registry);
        reloading = new Reloading(config.reloadMs());
        AuthenticationConfig.Checks checks = config.checks();
        pool = new HashPool(checks.threads(), checks.queueMax(), checks.waitMaxMs());
        try {
            authentication = new Authentication(scram(), chain());
            rights = new DeviceRights(all, vertx, meters, reloading);
        } catch (IllegalArgumentException wrong) {
            close();
            throw wrong;
        }
    }

    Authentication authentication() {
        return authentication;
    }

    DeviceRights rights() {
        return rights;
    }

    /** Whether passwords or signatures wait to be checked by us: whoever is let in now would wait behind them. */
    boolean doChecksWait() {
        return pool.waiting() > 0;
    }

    /** Called by the thread forebay-reload when what somebody has proven may count no more. */
    void onProofsChanged(Runnable told) {
        onProofsChanged.set(told);
    }

    private void proofsChanged() {
        onProofsChanged.get().run();
    }

    /** What is wrong with files that have changed, and with whom is asked. */
    List<String> faults() {
        List<String> all = new ArrayList<>(reloading.faults());
        faults.forEach(fault -> fault.get().ifPresent(all::add));
        rights.fault().ifPresent(all::add);
        return all;
    }

    @Override
    public void close() {
        reloading.close();
        pool.close();
    }

    private Optional<Supplier<ScramUsers>> scram() {
        if (!config.chain().contains(Way.SCRAM)) {
            return Optional.empty();
        }
        WatchedFile<UserFile> users =
                users("authentication.scram.file", config.scramFile().orElseThrow());
        return Optional.of(() -> users.get().scram());
    }

    private AuthenticationChain chain() {
        List<Authenticator> asked = new ArrayList<>();
        for (Way way : config.chain()) {
            switch (way) {
                case CERTIFICATE -> asked.add(new CertificateAuthenticator());
                case SCRAM -> {} // Of those who ask for it only, see above.
                case PASSWORD_FILE -> asked.add(passwords());
                case JWT -> asked.add(tokens(config.jwt().orElseThrow()));
                case WEBHOOK -> asked.add(webhook(config.webhook().orElseThrow()));
                case ANONYMOUS -> asked.add(new AnonymousAuthenticator(!config.isProof()));
            }
        }
        return new AuthenticationChain(asked, meters);
    }

    private Authenticator passwords() {
        AuthenticationConfig.PasswordFile passwords = config.passwordFile();
        return new PasswordAuthenticator(
                users("authentication.password-file.file", passwords.file().orElseThrow()),
                pool,
                new ProvenPasswords(passwords.cacheUsersMax(), passwords.cacheSeconds()),
                meters);
    }

    private Authenticator tokens(AuthenticationConfig.Jwt jwt) {
        return new JwtAuthenticator(jwt.rules(), keys(jwt), pool, System::currentTimeMillis);
    }

    private Authenticator webhook(AuthenticationConfig.Webhook webhook) {
        HttpCaller service = new HttpCaller(vertx, webhook.url(), webhook.http());
        return new WebhookAuthenticator(service, webhook.cacheMax(), webhook.cacheSecondsMax());
    }

    private JwtKeySource keys(AuthenticationConfig.Jwt jwt) {
        if (jwt.keysFile().isPresent()) {
            Path file = jwt.keysFile().get();
            WatchedFile<JwtKeys> keys =
                    new WatchedFile<>("authentication.jwt.keys-file", file, config.fileBytesMax(), JwtKeys::parse);
            LOG.info("Keys of tokens were read [file={}, {}]", file, keys.get());
            reloading.add(keys, () -> {}, this::proofsChanged);
            return JwtKeySource.of(keys);
        }
        HttpCaller server = new HttpCaller(vertx, jwt.keysUrl().orElseThrow(), jwt.http());
        JwtKeyServer keys = new JwtKeyServer(server::get, System::currentTimeMillis, jwt.refreshMs(), jwt.pauseMs());
        faults.add(keys::fault);
        return keys;
    }

    private WatchedFile<UserFile> users(String setting, Path file) {
        return userFiles.computeIfAbsent(file.toAbsolutePath().normalize(), path -> {
            byte[] secret = secret();
            WatchedFile<UserFile> users =
                    new WatchedFile<>(setting, path, config.fileBytesMax(), lines -> UserFile.parse(lines, secret));
            LOG.info("Users were read [file={}, {}]", path, users.get());
            reloading.add(
                    users, () -> LOG.info("Users have changed [file={}, {}]", path, users.get()), this::proofsChanged);
            return users;
        });
    }

    private byte[] secret() {
        try {
            return ServerSecret.in(dataDir);
        } catch (IOException fault) {
            throw new IllegalArgumentException(
                    "The secret of this gateway in " + dataDir + " cannot be used: " + fault.getMessage(), fault);
        }
    }

    /** Whoever reaches such a listener is let in; that has to be meant. */
    private static void warnOfStrangers(GatewayConfig config) {
        if (!config.authentication().chain().contains(Way.ANONYMOUS)) {
            return;
        }
        for (MqttConfig.Listener listener : config.mqtt().listeners()) {
            boolean certified = listener.tls()
                    .flatMap(ListenerTls::clients)
                    .filter(ListenerTls.ClientCertificates::required)
                    .isPresent();
            if (!certified && !isLoopback(listener.host())) {
                LOG.warn(
                        "Everybody who reaches this listener may connect: authentication.chain has anonymous [listener={}]",
                        listener);
            }
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false; // Listening there will say so.
        }
    }
}
