package io.forebay.bridge.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forebay.bridge.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * RabbitMQ as Debian packages it, with its plugins for AMQP 1.0 and MQTT, as a node of its own: own name, own data, own
 * ports, own port mapper.
 */
public final class RabbitMq extends TestBroker {
    private static final Path SERVER = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");
    private static final Path CONTROL = Path.of("/usr/lib/rabbitmq/bin/rabbitmqctl");
    private static final Path PORT_MAPPER = Path.of("/usr/bin/epmd");
    private static final long START_PATIENCE_S = 120;
    private static final long STOP_PATIENCE_S = 60;

    private final int mqttPort = Ports.free();
    private final int portMapperPort = Ports.free();
    private final int distributionPort = Ports.free();
    private Process portMapper;
    private Process server;

    public RabbitMq() throws IOException {
        super();
    }

    public int mqttPort() {
        return mqttPort;
    }

    /** Skips the test where it is not installed. */
    @Override
    public void start() throws Exception {
        assumeTrue(
                Files.isExecutable(SERVER) && Files.isExecutable(PORT_MAPPER),
                "this test needs Debian's rabbitmq-server: apt-get install rabbitmq-server");
        if (portMapper == null) {
            Files.writeString(directory().resolve("rabbitmq.conf"), configuration());
            Files.writeString(directory().resolve("definitions.json"), definitions());
            Files.writeString(directory().resolve("plugins"), "[rabbitmq_amqp1_0,rabbitmq_mqtt].\n");
            portMapper = run("epmd", PORT_MAPPER.toString(), "-port", Integer.toString(portMapperPort));
        }
        server = run("server", SERVER.toString());
        awaitListener(port());
        awaitListener(mqttPort);
    }

    private String configuration() {
        return """
                listeners.tcp.1 = 127.0.0.1:%d
                mqtt.listeners.tcp.1 = 127.0.0.1:%d
                mqtt.allow_anonymous = true
                mqtt.default_user = %s
                mqtt.default_pass = %s
                load_definitions = %s
                log.file.level = warning
                disk_free_limit.absolute = 50MB
                """.formatted(port(), mqttPort, USER, USER, directory().resolve("definitions.json"));
    }

    private static String definitions() throws GeneralSecurityException {
        return """
                {"vhosts": [{"name": "/"}],
                 "users": [{"name": "%1$s", "password_hash": "%2$s", "tags": "administrator", "limits": {},
                            "hashing_algorithm": "rabbit_password_hashing_sha256"}],
                 "permissions": [{"user": "%1$s", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}],
                 "queues": [{"name": "%3$s", "vhost": "/", "durable": true, "auto_delete": false,
                             "arguments": {"x-max-length": %4$d, "x-overflow": "reject-publish"}}]}
                """.formatted(USER, passwordHash(), SMALL, SMALL_MAX);
    }

    /** Base64 of a salt and of the SHA-256 of salt and password. */
    private static String passwordHash() throws GeneralSecurityException {
        byte[] salt = {1, 2, 3, 4};
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(salt);
        byte[] hash = digest.digest(USER.getBytes(StandardCharsets.UTF_8));
        byte[] both = new byte[salt.length + hash.length];
        System.arraycopy(salt, 0, both, 0, salt.length);
        System.arraycopy(hash, 0, both, salt.length, hash.length);
        return Base64.getEncoder().encodeToString(both);
    }

    private Process run(String name, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory().resolve(name + ".out").toFile()));
        builder.environment()
                .putAll(Map.ofEntries(
                        Map.entry("HOME", directory().toString()),
                        Map.entry("RABBITMQ_NODENAME", node()),
                        Map.entry(
                                "RABBITMQ_MNESIA_BASE",
                                directory().resolve("data").toString()),
                        Map.entry(
                                "RABBITMQ_LOG_BASE", directory().resolve("log").toString()),
                        Map.entry(
                                "RABBITMQ_CONFIG_FILE",
                                directory().resolve("rabbitmq.conf").toString()),
                        Map.entry(
                                "RABBITMQ_ENABLED_PLUGINS_FILE",
                                directory().resolve("plugins").toString()),
                        Map.entry(
                                "RABBITMQ_CONF_ENV_FILE",
                                directory().resolve("no-such-file").toString()),
                        Map.entry("RABBITMQ_DIST_PORT", Integer.toString(distributionPort)),
                        Map.entry("ERL_EPMD_PORT", Integer.toString(portMapperPort)),
                        Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1")));
        return builder.start();
    }

    private void awaitListener(int port) throws IOException {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_PATIENCE_S);
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                if (!server.isAlive() || System.nanoTime() > giveUpAt) {
                    throw new IOException(
                            "RabbitMQ does not listen: "
                                    + Files.readString(directory().resolve("server.out")),
                            notYet);
                }
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    /**
     * kill -9, and the end of every process of it: while one of them dies its port still takes connections, and its node
     * cannot start again.
     */
    @Override
    public void stop() throws Exception {
        if (server != null) {
            List<ProcessHandle> processes = Stream.concat(server.descendants(), Stream.of(server.toHandle()))
                    .toList();
            processes.forEach(ProcessHandle::destroyForcibly);
            for (ProcessHandle process : processes) {
                ProcessHandle unused = process.onExit().get(STOP_PATIENCE_S, TimeUnit.SECONDS);
            }
            server = null;
        }
    }

    @Override
    public void close() throws Exception {
        stop();
        if (portMapper != null) {
            portMapper.destroy();
            int unused = portMapper.waitFor();
        }
        super.close();
    }

    @Override
    public boolean offersTransactions() {
        return false;
    }

    @Override
    public boolean offersTemporaryQueues() {
        return false;
    }

    /**
     * Mnesia writes its log behind its answers, and into its tables later still: a kill in between takes a queue away that
     * was just declared, with every message that it had accepted.
     */
    @Override
    public void remember() throws Exception {
        Process asked = run("control", CONTROL.toString(), "eval", "mnesia:dump_log().");
        if (!asked.waitFor(START_PATIENCE_S, TimeUnit.SECONDS) || asked.exitValue() != 0) {
            asked.destroyForcibly();
            throw new IOException("RabbitMQ does not write its tables: "
                    + Files.readString(directory().resolve("control.out")));
        }
    }

    private String node() {
        return "forebay-" + port() + "@localhost";
    }

    /** Without the prefix the plugin would declare the queue, and end the session if it is there and otherwise. */
    @Override
    public String address(String queue) {
        return "/amq/queue/" + queue;
    }
}
