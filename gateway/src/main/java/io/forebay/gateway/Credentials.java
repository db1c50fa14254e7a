package io.forebay.gateway;

import io.forebay.gateway.config.AuthenticationConfig;
import io.forebay.gateway.security.Authentication;
import io.forebay.gateway.security.ScramUsers;
import io.forebay.gateway.security.ServerSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads who may authenticate. No state. */
final class Credentials {
    private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);

    private Credentials() {}

    /** Throws {@link StartException} if the file of users cannot be used. */
    static Authentication read(AuthenticationConfig config, Path dataDir) {
        Optional<Path> file = config.scramUsers();
        if (file.isEmpty()) {
            return Authentication.NONE;
        }
        try {
            ScramUsers users = new ScramUsers(Files.readAllLines(file.get()), ServerSecret.in(dataDir));
            LOG.info("Devices may authenticate [users={}, required={}]", users.size(), config.required());
            return new Authentication(Optional.of(users), config.required());
        } catch (IOException | IllegalArgumentException wrong) {
            throw new StartException(
                    "The credentials in " + file.get() + " cannot be used (mqtt.scram-users): " + wrong.getMessage(),
                    wrong);
        }
    }
}
