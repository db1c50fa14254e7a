package io.forebay.gateway.tools;

import io.forebay.gateway.config.GatewayConfig;
import io.forebay.storage.chronicle.LogArchive;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The data directory that a command reads. */
final class LogLocation {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "DIR",
            description = "The data directory: of a gateway that is stopped, or a copy (default: as configured).")
    private Path directory;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "The same.")
    private Path dataDir;

    @Option(names = "--config", paramLabel = "FILE", description = "A forebay.yaml that says where it is.")
    private Path config;

    Path directory() {
        if (directory != null || dataDir != null) {
            return directory != null ? directory : dataDir;
        }
        return configured().dataDir();
    }

    /** With the keys that the configuration names, or the environment. */
    LogArchive open() {
        return LogArchive.open(directory(), configured().log().keys());
    }

    private GatewayConfig configured() {
        return config == null ? GatewayConfig.load(System.getenv()) : GatewayConfig.load(config, System.getenv());
    }
}
