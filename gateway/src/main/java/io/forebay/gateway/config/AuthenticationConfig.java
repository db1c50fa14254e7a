package io.forebay.gateway.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How devices prove who they are.
 *
 * @param scramUsers the file with the credentials for SCRAM-SHA-256
 * @param required whether a device has to
 */
public record AuthenticationConfig(Optional<Path> scramUsers, boolean required) {}
