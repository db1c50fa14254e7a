package io.forebay.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final String DEFAULTS = "mqtt:\n  port: 1883\n  size: 2 MiB\nname: x\nroutes: []\n";

    private final Settings settings = new Settings(DEFAULTS);

    @Test
    void aFileOverridesADefaultAndTheEnvironmentOverridesBoth() {
        settings.overlay("mqtt:\n  port: 1884\nname: y\n", "f.yaml");
        settings.overlayEnvironment(Map.of("FOREBAY_MQTT_PORT", "1885"));

        assertEquals(1885, settings.integer("mqtt.port", 0, 65_535));
        assertEquals("y", settings.text("name"));
        assertEquals(2 << 20, settings.size("mqtt.size", 0, Long.MAX_VALUE));
        settings.check();
    }

    @Test
    void allMistakesAreReportedAtOnceWithLineAndNearestKey() {
        settings.overlay("mqtt:\n  prot: 1\n  size: big\n", "f.yaml");
        settings.overlayEnvironment(Map.of("FOREBAY_MQTT_PORT", "70000"));
        long size = settings.size("mqtt.size", 1, 10);
        int port = settings.integer("mqtt.port", 0, 65_535);

        ConfigException mistakes = assertThrows(ConfigException.class, settings::check);

        assertEquals(
                List.of(
                        "f.yaml:2: there is no key mqtt.prot; the nearest is mqtt.port",
                        "f.yaml:3: mqtt.size must be a number from 1 to 10, not 'big'",
                        "FOREBAY_MQTT_PORT: mqtt.port must be a number from 0 to 65535, not '70000'"),
                mistakes.getMessage().lines().toList(),
                "values fell back to " + size + " and " + port);
    }

    @Test
    void aTimeHasAUnit() {
        Settings times = new Settings("a: 36h\nb: 0\nc: 7\nd: 999999999d\n");

        assertEquals(36 * 3_600_000L, times.durationMs("a", Long.MAX_VALUE));
        assertEquals(0, times.durationMs("b", Long.MAX_VALUE));
        assertEquals(0, times.durationMs("c", 86_400_000) + times.durationMs("d", 86_400_000));
        ConfigException mistakes = assertThrows(ConfigException.class, times::check);
        assertEquals(
                List.of(
                        "defaults:3: c must be a time such as 90s, 30m, 12h or 7d, at most 1d, not '7'",
                        "defaults:4: d must be a time such as 90s, 30m, 12h or 7d, at most 1d, not '999999999d'"),
                mistakes.getMessage().lines().toList());
    }

    @Test
    void brokenYamlNamesItsLine() {
        settings.overlay("name: [\n", "f.yaml");

        ConfigException mistakes = assertThrows(ConfigException.class, settings::check);

        assertTrue(mistakes.getMessage().startsWith("f.yaml:2: this is not YAML"), mistakes.getMessage());
    }

    @Test
    void anEntryOfAListHasAllItsKeysAndNoOther() {
        settings.overlay("routes:\n  - topic: a\n    address: b\n  - topic: c\n    adress: d\n", "f.yaml");

        assertEquals(
                List.of(Map.of("topic", "a", "address", "b")),
                settings.entries("routes", List.of("topic", "address"), List.of()));
        assertEquals(
                "f.yaml:4: each entry of routes has the keys topic and address; this one has adress",
                assertThrows(ConfigException.class, settings::check).getMessage());
    }

    @Test
    void mappingInPlaceOfAListIsToldSo() {
        settings.overlay("routes:\n  a:\n    address: b\n", "f.yaml");

        assertEquals(
                "f.yaml:2: routes is a list: each entry begins with a hyphen",
                assertThrows(ConfigException.class, settings::check).getMessage());
    }
}
