package io.forebay.gateway.security;

import com.nimbusds.jose.JWSHeader;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** Where the keys are that sign tokens. Any thread. */
public interface JwtKeySource {

    /** @return succeeds, on any thread, with the keys as they are; fails if there are none */
    Future<JwtKeys> keysFor(JWSHeader header);

    /** Whether a key that has been used is still there; a token counts no longer than that. */
    boolean has(JwtKeys.Key key);

    /** Those that a file has, as it is now. */
    static JwtKeySource of(Supplier<JwtKeys> file) {
        return new JwtKeySource() {
            @Override
            public Future<JwtKeys> keysFor(JWSHeader header) {
                return Future.succeededFuture(file.get());
            }

            @Override
            public boolean has(JwtKeys.Key key) {
                return file.get().has(key);
            }
        };
    }
}
