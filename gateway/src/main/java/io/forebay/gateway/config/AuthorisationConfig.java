package io.forebay.gateway.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where it stands what devices may do; forebay.yaml says what each key means.
 *
 * @param file with the rules
 * @param topicsMax about how many topics a connection remembers what was decided
 */
public record AuthorisationConfig(Optional<Path> file, int topicsMax) {}
