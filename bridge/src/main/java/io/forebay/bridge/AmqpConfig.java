package io.forebay.bridge;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the AMQP 1.0 broker is reached.
 *
 * @param credentials user name and password, if the broker wants them
 * @param sasl by which mechanism the gateway says who it is
 * @param tls TLS if given
 * @param containerId AMQP container id of this gateway; brokers show it to operators
 * @param virtualHost what is announced as host name if it is not {@code host}
 * @param targetCapabilities announced for the target of each link. Artemis makes a missing address a queue if it reads
 *     {@code queue} here; without it, it makes a topic nobody listens to and accepts what it throws away.
 * @param heartbeatMs a silent connection is given up after twice this
 * @param connectTimeoutMs from the first packet to an open AMQP connection
 * @param reconnect how long to wait between attempts
 * @param frameBytesMax AMQP max-frame-size
 * @param alternates where else the same broker, or its stand-in, may be: tried in turn
 */
public record AmqpConfig(
        String host,
        int port,
        Optional<Credentials> credentials,
        Sasl sasl,
        Optional<Tls> tls,
        String containerId,
        Optional<String> virtualHost,
        List<String> targetCapabilities,
        int heartbeatMs,
        int connectTimeoutMs,
        Backoff reconnect,
        int frameBytesMax,
        List<Endpoint> alternates) {

    /** Where a broker is. */
    public record Endpoint(String host, int port) {
        public Endpoint {
            if (host.isBlank() || port < 1 || port > 65_535) {
                throw new IllegalArgumentException("host must be given, port must be 1 to 65535");
            }
        }
    }

    /** SASL mechanisms (AMQP 1.0, 5.3). */
    public enum Sasl {
        /**
         * With credentials the strongest that the broker offers of SCRAM-SHA-512, SCRAM-SHA-256 and PLAIN; without, EXTERNAL
         * if there is a client certificate, else ANONYMOUS.
         */
        AUTO,
        ANONYMOUS,
        EXTERNAL,
        PLAIN,
        SCRAM_SHA_256,
        SCRAM_SHA_512;

        /** As the broker writes it. */
        public String mechanism() {
            return name().replace('_', '-');
        }
    }

    /** A user name and a password; the latter is not printed. */
    public record Credentials(String username, String password) {
        @Override
        public String toString() {
            return "Credentials[username=" + username + ", password=***]";
        }
    }

    /**
     * TLS towards the broker, which is always verified.
     *
     * @param trustPem CA certificates; without, those of the JDK
     * @param crlPem what these have revoked: a broker with such a certificate is refused
     * @param client what the gateway shows of itself; without credentials the broker is asked to take that for an
     *     identity (SASL EXTERNAL)
     */
    public record Tls(Optional<Path> trustPem, Optional<Path> crlPem, Optional<ClientCertificate> client) {
        public Tls(Optional<Path> trustPem, Optional<ClientCertificate> client) {
            this(trustPem, Optional.empty(), client);
        }

        public Tls(Optional<Path> trustPem) {
            this(trustPem, Optional.empty());
        }
    }

    /** A certificate chain and its key, both PEM. */
    public record ClientCertificate(Path certificatePem, Path keyPem) {}

    public AmqpConfig {
        targetCapabilities = List.copyOf(targetCapabilities);
        alternates = List.copyOf(alternates);
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("host must be given, port must be 1 to 65535");
        }
        if (containerId.isBlank()) {
            throw new IllegalArgumentException("container-id must not be empty");
        }
        if (heartbeatMs < 100 || connectTimeoutMs < 100) {
            throw new IllegalArgumentException("heartbeat-ms and connect-timeout-ms must be at least 100");
        }
        if (frameBytesMax < 512) {
            throw new IllegalArgumentException("frame-bytes-max must be at least 512 (AMQP 1.0, 2.3.1)");
        }
        boolean hasCertificate = tls.flatMap(Tls::client).isPresent();
        switch (sasl) {
            case AUTO, ANONYMOUS -> {}
            case EXTERNAL -> require(hasCertificate, "sasl: external needs tls, tls-certificate and tls-key");
            case PLAIN, SCRAM_SHA_256, SCRAM_SHA_512 ->
                require(credentials.isPresent(), "sasl: " + sasl.mechanism() + " needs username and password");
        }
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    /** Where it is looked for, in turn. */
    public List<Endpoint> endpoints() {
        List<Endpoint> all = new ArrayList<>();
        all.add(new Endpoint(host, port));
        all.addAll(alternates);
        return all;
    }

    /** Everything but the place as usual. */
    public static AmqpConfig of(String host, int port) {
        return builder(host, port).build();
    }

    /** Everything but the place as usual, until told otherwise. */
    public static Builder builder(String host, int port) {
        return new Builder(host, port);
    }

    /** The same, to be changed. */
    public Builder toBuilder() {
        return builder(host, port)
                .credentials(credentials)
                .sasl(sasl)
                .tls(tls)
                .containerId(containerId)
                .virtualHost(virtualHost)
                .targetCapabilities(targetCapabilities)
                .heartbeatMs(heartbeatMs)
                .connectTimeoutMs(connectTimeoutMs)
                .reconnect(reconnect)
                .frameBytesMax(frameBytesMax)
                .alternates(alternates);
    }

    /** Owned by one thread: a configuration in the making. */
    public static final class Builder {
        private final String host;
        private final int port;
        private Optional<Credentials> credentials = Optional.empty();
        private Sasl sasl = Sasl.AUTO;
        private Optional<Tls> tls = Optional.empty();
        private String containerId = "forebay";
        private Optional<String> virtualHost = Optional.empty();
        private List<String> targetCapabilities = List.of("queue");
        private int heartbeatMs = 10_000;
        private int connectTimeoutMs = 5_000;
        private Backoff reconnect = new Backoff(100, 10_000);
        private int frameBytesMax = 64 << 10;
        private List<Endpoint> alternates = List.of();

        private Builder(String host, int port) {
            this.host = host;
            this.port = port;
        }

        @CanIgnoreReturnValue
        public Builder credentials(Optional<Credentials> other) {
            credentials = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder sasl(Sasl other) {
            sasl = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder tls(Optional<Tls> other) {
            tls = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder containerId(String other) {
            containerId = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder virtualHost(Optional<String> other) {
            virtualHost = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder targetCapabilities(List<String> other) {
            targetCapabilities = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder heartbeatMs(int other) {
            heartbeatMs = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder connectTimeoutMs(int other) {
            connectTimeoutMs = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder reconnect(Backoff other) {
            reconnect = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder frameBytesMax(int other) {
            frameBytesMax = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder alternates(List<Endpoint> other) {
            alternates = other;
            return this;
        }

        public AmqpConfig build() {
            return new AmqpConfig(
                    host,
                    port,
                    credentials,
                    sasl,
                    tls,
                    containerId,
                    virtualHost,
                    targetCapabilities,
                    heartbeatMs,
                    connectTimeoutMs,
                    reconnect,
                    frameBytesMax,
                    alternates);
        }
    }
}
