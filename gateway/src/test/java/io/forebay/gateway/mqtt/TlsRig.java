package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.gateway.security.Authentication;
import io.forebay.gateway.tls.ClientIdRule;
import io.forebay.gateway.tls.IdentitySource;
import io.forebay.gateway.tls.ListenerTls;
import io.forebay.gateway.tls.ListenerTls.ClientCertificates;
import io.forebay.gateway.tls.ListenerTls.KeyPairFiles;
import io.forebay.gateway.tls.OcspConfig;
import io.forebay.gateway.tls.TestPki;
import io.forebay.gateway.tls.TestPki.Identity;
import io.forebay.gateway.tls.TlsConfig;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A listener that asks devices for certificates, with a CA, a CRL and files of its own. */
final class TlsRig implements AutoCloseable {
    private static final int PATIENCE_MS = 60_000;

    final Identity authority = TestPki.authority("our CA");
    final Identity device = TestPki.device(authority, "pump-1");
    final Path directory;
    private final List<KeyPairFiles> certificates = new ArrayList<>();
    private final TlsConfig common;
    private IdentitySource identity = IdentitySource.CN;
    private ClientIdRule rule = ClientIdRule.ANY;
    private boolean required = true;
    private boolean cutRevoked = true;
    private int connectTimeoutMs = Rig.CONNECT_TIMEOUT_MS;
    private Rig rig;

    TlsRig(Path directory, TlsConfig.Engine engine) throws IOException {
        this(directory, engine, OcspConfig.DEFAULT);
    }

    TlsRig(Path directory, TlsConfig.Engine engine, OcspConfig ocsp) throws IOException {
        assumeTrue(
                engine != TlsConfig.Engine.OPENSSL || OpenSsl.isAvailable(), "BoringSSL does not run on this machine");
        this.directory = directory;
        TlsConfig usual = TlsConfig.DEFAULT;
        this.common = new TlsConfig(
                engine,
                usual.versions(),
                usual.ciphers(),
                usual.sessions(),
                usual.reloadSeconds(),
                usual.expiryWarningDays(),
                usual.fileBytesMax(),
                ocsp);
        serves("server", TestPki.server(authority, "localhost"));
        TestPki.put(file("ca.crt"), TestPki.pem(authority.certificate()));
        revoke();
    }

    @CanIgnoreReturnValue
    TlsRig serves(String name, Identity server) throws IOException {
        server.write(file(name + ".crt"), file(name + ".key"));
        certificates.add(new KeyPairFiles(file(name + ".crt"), file(name + ".key")));
        return this;
    }

    @CanIgnoreReturnValue
    TlsRig takes(IdentitySource source, String clientIds) {
        identity = source;
        rule = ClientIdRule.parse(clientIds);
        return this;
    }

    @CanIgnoreReturnValue
    TlsRig requested() {
        required = false;
        return this;
    }

    @CanIgnoreReturnValue
    TlsRig withoutCutting() {
        cutRevoked = false;
        return this;
    }

    @CanIgnoreReturnValue
    TlsRig impatient(int withinMs) {
        connectTimeoutMs = withinMs;
        return this;
    }

    @CanIgnoreReturnValue
    TlsRig start() {
        return start(Authentication.NONE);
    }

    @CanIgnoreReturnValue
    TlsRig start(Authentication authentication) {
        ClientCertificates clients =
                new ClientCertificates(file("ca.crt"), List.of(file("ca.crl")), required, identity, rule, cutRevoked);
        MqttConfig.Listener listener = new MqttConfig.Listener(
                "tls",
                MqttConfig.Transport.TCP,
                "127.0.0.1",
                0,
                "",
                Optional.of(new ListenerTls("tls", certificates, Optional.of(clients), common)),
                false,
                false,
                10,
                Rig.PACKET_BYTES_MAX,
                connectTimeoutMs);
        MqttConfig usual = Rig.config(List.of(listener), ProtocolConfig.DEFAULT, AccessConfig.DEFAULT);
        rig = Rig.start(usual, false, authentication, topic -> true);
        return this;
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** Puts a new CRL in place, of these and no others. */
    void revoke(Identity... revoked) throws IOException {
        TestPki.put(
                file("ca.crl"), TestPki.pem(TestPki.crl(authority, Instant.now().plus(Duration.ofDays(1)), revoked)));
    }

    void reload() {
        rig.tls.reload();
    }

    Rig rig() {
        return rig;
    }

    int port() {
        return rig.port();
    }

    /** @param shown null for none */
    SSLSocket socket(Identity shown) throws IOException {
        return socket(TestPki.client(shown, authority));
    }

    SSLSocket socket(SSLContext context) throws IOException {
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    RawDevice connected(Identity shown, String clientId) throws IOException {
        RawDevice connected = new RawDevice(socket(shown));
        connected.send(RawDevice.connect(clientId).build());
        String answer = connected.receiveText();
        if (!answer.equals("CONNACK")) {
            throw new IOException(answer);
        }
        return connected;
    }

    /** What CONNECT comes to: its answer, or that the socket ended before there was one. */
    String outcome(Identity shown, String clientId, MqttVersion version, String... tlsVersions) throws IOException {
        SSLSocket socket = socket(shown);
        if (tlsVersions.length > 0) {
            socket.setEnabledProtocols(tlsVersions);
        }
        try (RawDevice raw = new RawDevice(socket)) {
            raw.send(RawDevice.connect(clientId).protocolVersion(version).build());
            return raw.receiveText().replace("closed", "refused");
        } catch (IOException refused) {
            return "refused";
        }
    }

    String outcome(Identity shown, String clientId) throws IOException {
        return outcome(shown, clientId, MqttVersion.MQTT_5);
    }

    @Override
    public void close() {
        if (rig != null) {
            rig.close();
        }
    }
}
