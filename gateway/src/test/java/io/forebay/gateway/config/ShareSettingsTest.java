package io.forebay.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.Route;
import io.forebay.bridge.ShareConfig;
import io.forebay.bridge.ShareConfig.WhenFull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShareSettingsTest {
    @TempDir
    Path directory;

    private GatewayConfig load(String yaml, Map<String, String> environment) throws IOException {
        return GatewayConfig.load(Files.writeString(directory.resolve("f.yaml"), yaml), environment);
    }

    private static String routes(String... shares) {
        StringBuilder yaml = new StringBuilder("routes:\n");
        for (String share : shares) {
            yaml.append("  - {topic: a, address: b, ").append(share).append("}\n");
        }
        return yaml.toString();
    }

    @Test
    void aRouteHasAllOfTheLogUnlessItSaysOtherwise() throws IOException {
        GatewayConfig config = load(routes("order: none"), Map.of());

        assertEquals(ShareConfig.ALL, config.bridge().defaultOptions().share());
        assertEquals(ShareConfig.ALL, config.bridge().routes().get(0).options().share());
    }

    @Test
    void aShareIsASizeOrAPartOfTheLogInWholeSegments() throws IOException {
        List<Route> routes = load(
                        routes("share-max: 25 %", "share-max: 600 MiB, when-full: drop-oldest", "when-full: pause"),
                        Map.of("FOREBAY_MQTT_WHEN_LOG_FULL", "refuse", "FOREBAY_AMQP_SHARE_MAX", "50%"))
                .bridge()
                .routes();

        assertEquals(
                new ShareConfig(20, WhenFull.REFUSE), routes.get(0).options().share());
        assertEquals(
                new ShareConfig(4, WhenFull.DROP_OLDEST),
                routes.get(1).options().share());
        assertEquals(
                new ShareConfig(40, WhenFull.PAUSE), routes.get(2).options().share());
    }

    @Test
    void whatCannotBeIsNamed() {
        assertMistake("share-max must hold at least 3 segments", routes("share-max: 300 MiB"), Map.of());
        assertMistake(
                "share-max must be a size or a part as '25 %', not '101 %'", routes("share-max: 101 %"), Map.of());
        assertMistake("when-full: drop-oldest needs a share-max", routes("when-full: drop-oldest"), Map.of());
        assertMistake("when-full cannot be 'drop'", routes("when-full: drop"), Map.of());
        assertMistake(
                "when-full: drop-oldest does not go with order: client",
                routes("share-max: 25 %, when-full: drop-oldest, order: client"),
                Map.of());
        assertMistake("amqp.when-full must be auto or", "", Map.of("FOREBAY_AMQP_WHEN_FULL", "never"));
        assertMistake("amqp.share-max share-max must be", "", Map.of("FOREBAY_AMQP_SHARE_MAX", "half"));
    }

    private void assertMistake(String part, String yaml, Map<String, String> environment) {
        ConfigException mistake = assertThrows(ConfigException.class, () -> load(yaml, environment));
        assertTrue(mistake.getMessage().contains(part), mistake.getMessage());
    }
}
