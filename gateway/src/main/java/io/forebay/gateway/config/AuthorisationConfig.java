package io.forebay.gateway.config;

import io.forebay.gateway.security.AskedAccess;
import io.forebay.gateway.security.HttpCaller;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where it stands what devices may do; forebay.yaml says what each key means.
 *
 * @param file with the rules
 * @param topicsMax about how many topics a connection remembers what was decided
 * @param webhook that is asked, instead of a file
 */
public record AuthorisationConfig(Optional<Path> file, int topicsMax, Optional<Webhook> webhook) {

    public record Webhook(String url, HttpCaller.Limits http, AskedAccess.Limits limits) {}
}
