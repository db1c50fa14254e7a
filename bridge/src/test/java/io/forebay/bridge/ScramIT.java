package io.forebay.bridge;

import static io.forebay.bridge.Awaits.eventually;
import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.forebay.bridge.amqp.EmbeddedArtemis;
import io.forebay.storage.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import org.apache.activemq.artemis.spi.core.security.jaas.SCRAMPropertiesLoginModule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SASL SCRAM towards a real broker, which offers this mechanism and no other. */
class ScramIT {
    private static final String SCOPE = "forebay-scram";

    @TempDir
    Path directory;

    private final FakeLog log = new FakeLog();
    private Configuration loginsBefore;
    private EmbeddedArtemis broker;
    private Bridge bridge;

    /** The only way in which Artemis hears of a login module: the JVM's configuration. */
    @BeforeEach
    void knowTheUsers() throws Exception {
        Files.writeString(directory.resolve("users"), "gateway=s3cret\n");
        Files.writeString(directory.resolve("roles"), "all=gateway\n");
        Map<String, String> options = Map.of(
                "baseDir", directory.toString(),
                "org.apache.activemq.jaas.properties.user", "users",
                "org.apache.activemq.jaas.properties.role", "roles");
        AppConfigurationEntry scram = new AppConfigurationEntry(
                SCRAMPropertiesLoginModule.class.getName(), LoginModuleControlFlag.REQUIRED, options);
        loginsBefore = before();
        Configuration.setConfiguration(new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return name.equals(SCOPE) ? new AppConfigurationEntry[] {scram} : null;
            }
        });
    }

    private static Configuration before() {
        try {
            return Configuration.getConfiguration();
        } catch (SecurityException none) {
            return null;
        }
    }

    @AfterEach
    void stopAll() throws Exception {
        get(bridge.stop());
        broker.close();
        Configuration.setConfiguration(loginsBefore);
    }

    private void start(String mechanism, String password) throws Exception {
        broker = EmbeddedArtemis.startWithSasl("uplink", mechanism, SCOPE);
        AmqpConfig amqp = AmqpConfig.builder("localhost", broker.port())
                .credentials(Optional.of(new AmqpConfig.Credentials("gateway", password)))
                .reconnect(new Backoff(10, 50))
                .build();
        log.add(new Message(1, "c", "t", 1, false, false, 4, 1, new byte[0], new byte[] {1}));
        bridge = new Bridge(log, BridgeConfig.of(amqp), new SimpleMeterRegistry());
        get(bridge.start());
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-512", "SCRAM-SHA-256"})
    void rightPasswordIsLetInAndNeverSent(String mechanism) throws Exception {
        start(mechanism, "s3cret");
        eventually("it is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == 1);

        assertEquals(1, broker.messages("uplink"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-512", "SCRAM-SHA-256"})
    void wrongPasswordIsToldWithoutNamingIt(String mechanism) throws Exception {
        start(mechanism, "wr0ng");
        eventually("it is told", () -> bridge.status().lastFault().contains("authenticate"));

        assertFalse(bridge.status().lastFault().contains("wr0ng"));
        assertEquals(0, broker.messages("uplink"));
    }
}
