package io.forebay.bridge.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.model.BrokerModel;

/** Apache Qpid Broker-J in this process, with its Derby store. Missing addresses become queues. */
public final class BrokerJ extends TestBroker {
    /** The queue that delivers again what was rejected, for ever. */
    static final String ENDLESS = "endless";

    private SystemLauncher launcher;

    public BrokerJ() throws IOException {
        super();
    }

    @Override
    public void start() throws Exception {
        Path configuration = directory().resolve("initial.json");
        Files.writeString(configuration, configuration());
        launcher = new SystemLauncher();
        launcher.startup(Map.of(
                "type",
                "JSON",
                "storePath",
                directory().resolve("broker.json").toString(),
                "context",
                Map.of("qpid.work_dir", directory().toString()),
                "initialConfigurationLocation",
                configuration.toString(),
                "startupLoggedToSystemOut",
                false));
    }

    private String configuration() {
        return """
                {"name": "broker", "modelVersion": "%5$s",
                 "authenticationproviders": [
                   {"name": "plain", "type": "Plain", "secureOnlyMechanisms": [], "disabledMechanisms": ["PLAIN"],
                    "users": [{"name": "%3$s", "type": "managed", "password": "%3$s"}]}],
                 "ports": [
                   {"name": "amqp", "type": "AMQP", "port": %1$d, "bindingAddress": "127.0.0.1",
                    "authenticationProvider": "plain", "protocols": ["AMQP_1_0"],
                    "virtualhostaliases": [
                      {"name": "defaultAlias", "type": "defaultAlias"},
                      {"name": "hostnameAlias", "type": "hostnameAlias"}]}],
                 "virtualhostnodes": [
                   {"name": "default", "type": "DERBY", "defaultVirtualHostNode": true, "storePath": "%2$s",
                    "virtualHostInitialConfiguration": "%4$s"}]}
                """.formatted(
                        port(),
                        directory().resolve("derby"),
                        USER,
                        virtualHost().replace("\"", "\\\"").replace("\n", " "),
                        BrokerModel.MODEL_VERSION);
    }

    private static String virtualHost() {
        return """
                {"type": "ProvidedStore",
                 "nodeAutoCreationPolicies": [
                   {"pattern": ".*", "createdOnPublish": true, "createdOnConsume": true, "nodeType": "queue",
                    "attributes": {"maximumDeliveryAttempts": 10}}],
                 "queues": [
                   {"name": "%s", "type": "standard"},
                   {"name": "%s", "type": "standard", "maximumQueueDepthMessages": %d, "overflowPolicy": "REJECT"}]}
                """.formatted(ENDLESS, SMALL, SMALL_MAX);
    }

    @Override
    public void stop() {
        if (launcher != null) {
            launcher.shutdown();
            launcher = null;
        }
    }

    @Override
    public boolean offersTransactions() {
        return true;
    }

    @Override
    public boolean repeatsTheRejected() {
        return true;
    }
}
