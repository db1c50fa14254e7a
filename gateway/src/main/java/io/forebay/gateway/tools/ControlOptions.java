package io.forebay.gateway.tools;

import io.forebay.gateway.config.GatewayConfig;
import io.forebay.gateway.control.ControlClient;
import io.forebay.gateway.control.ControlException;
import io.forebay.storage.encryption.Keyring;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** How a command finds the gateway that it speaks of: its data directory, and the control socket there. */
public final class ControlOptions {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "The data directory of the gateway (default: as configured).")
    private Path dataDir;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The forebay.yaml that the gateway was started with: it says where its directory is.")
    private Path config;

    @Option(
            names = "--socket",
            paramLabel = "FILE",
            description = "The control socket, if it is not in the data directory.")
    private Path socket;

    public Path dataDir() {
        return dataDir != null ? dataDir : configured().dataDir();
    }

    public Path socket() {
        if (socket != null) {
            return socket;
        }
        if (dataDir != null && config == null) {
            return dataDir.resolve("control.sock");
        }
        return configured()
                .control()
                .socket()
                .orElseThrow(() -> new ControlException(
                        ControlException.NOT_FOUND, "This gateway has no control socket: control.socket is empty."));
    }

    /** Of what is encrypted on disk, as configured. */
    public Keyring keys() {
        return configured().log().keys();
    }

    public ControlClient client() {
        return new ControlClient(socket());
    }

    private GatewayConfig configured() {
        return config == null ? GatewayConfig.load(System.getenv()) : GatewayConfig.load(config, System.getenv());
    }
}
