package io.forebay.gateway.security;

import com.nimbusds.jose.JWSHeader;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** Where the keys are that sign tokens. Any thread. */
public interface JwtKeySource {

    /** @return succeeds, on any thread, with the keys as they are; fails if there are none */
    Future<JwtKeys> keysFor(JWSHeader header);

    /** Those that a file has, as it is now. */
    static JwtKeySource of(Supplier<JwtKeys> file) {
        return header -> Future.succeededFuture(file.get());
    }
}
