package io.forebay.gateway.config;

import io.forebay.storage.encryption.Keyring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the keys of what is on disk: log.encryption-key-file or log.encryption-key. No state. */
final class EncryptionSettings {
    private static final String FILE = "log.encryption-key-file";
    private static final String KEYS = "log.encryption-key";

    private EncryptionSettings() {}

    static Keyring read(Settings settings) {
        Optional<Path> file = settings.file(FILE);
        Optional<String> keys = settings.optional(KEYS);
        if (file.isPresent() && keys.isPresent()) {
            settings.mistake(KEYS, "and " + FILE + " cannot both say the keys");
        }
        if (keys.isPresent()) {
            return parse(settings, KEYS, List.of(keys.get().split("[,\\s]+")));
        }
        return file.map(path -> read(settings, path)).orElse(Keyring.NONE);
    }

    private static Keyring read(Settings settings, Path file) {
        try {
            return parse(settings, FILE, Files.readAllLines(file));
        } catch (IOException unreadable) {
            settings.mistake(FILE, "names a file that cannot be read as text: " + file);
            return Keyring.NONE;
        }
    }

    private static Keyring parse(Settings settings, String path, List<String> lines) {
        try {
            return Keyring.parse(lines);
        } catch (IllegalArgumentException wrong) {
            settings.mistake(path, "does not hold keys: " + wrong.getMessage());
            return Keyring.NONE;
        }
    }
}
