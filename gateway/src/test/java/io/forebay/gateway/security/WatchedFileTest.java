package io.forebay.gateway.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFileTest {
    private static final String HASH = "$2b$04$MDEyMzQ1Njc4OWFiY2RlZekjQ3nxVJ3kpvIJ4cUaYyWF4Vx2ZUIom";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("users");
    }

    private WatchedFile<UserFile> watch() {
        return new WatchedFile<>(
                "authentication.password-file.file", file, 1_000, lines -> UserFile.parse(lines, new byte[1]));
    }

    /** As an editor or a Kubernetes secret does it: another file takes the name. */
    private void replace(String... lines) throws IOException {
        Path fresh = Files.write(directory.resolve("fresh"), List.of(lines));
        Files.move(fresh, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aBadLineAtTheStartRefusesTheWholeFileAndNamesTheLine() throws IOException {
        replace("anna:" + HASH, "", "ben:hunter2");
        var wrong = assertThrows(IllegalArgumentException.class, this::watch);

        assertTrue(wrong.getMessage().contains("line 3"), wrong.getMessage());
        assertTrue(wrong.getMessage().contains("authentication.password-file.file"), wrong.getMessage());
        assertFalse(wrong.getMessage().contains("hunter2"), "what stands in the file was said");

        replace("anna:" + HASH, "anna:" + HASH);
        wrong = assertThrows(IllegalArgumentException.class, this::watch);
        assertTrue(wrong.getMessage().contains("line 2"), wrong.getMessage());
        Files.delete(file);
        assertThrows(IllegalArgumentException.class, this::watch);
    }

    @Test
    void aFileLargerThanItMayBeCountsAsOneThatCannotBeRead() throws IOException {
        replace("anna:" + HASH);
        WatchedFile<UserFile> users = watch();
        replace("anna:" + HASH, "#" + "x".repeat(1_000));
        assertFalse(users.look());
        assertTrue(
                users.fault().orElseThrow().contains("authentication.file-size-max, 1000 bytes"),
                users.fault().toString());
        assertEquals(1, users.get().passwords().size());
    }

    @Test
    void aFileThatIsNestedTooDeeplyIsRefused() throws IOException {
        replace("rules: []");
        WatchedFile<AccessRules> rules = new WatchedFile<>("acl.file", file, 1 << 20, AccessFile::parse);
        replace("[".repeat(500_000));
        assertFalse(rules.look());
        assertTrue(
                rules.fault().orElseThrow().contains("acl.file"), rules.fault().toString());
    }

    @Test
    void aBadLineLaterKeepsWhatWasThereAndSaysSoUntilItIsRight() throws IOException {
        replace("anna:" + HASH);
        WatchedFile<UserFile> users = watch();
        assertFalse(users.look());

        replace("anna:" + HASH, "ben");
        assertFalse(users.look());
        assertEquals(1, users.get().passwords().size());
        assertTrue(users.fault().orElseThrow().contains("line 2"), users.fault().toString());

        replace("anna:" + HASH, "ben:" + HASH);
        assertTrue(users.look());
        assertEquals(2, users.get().passwords().size());
        assertEquals(Optional.empty(), users.fault());

        Files.move(file, directory.resolve("away"));
        assertFalse(users.look());
        assertTrue(users.fault().isPresent());
        Files.move(directory.resolve("away"), file);
        assertTrue(users.look());
        assertEquals(Optional.empty(), users.fault(), "it is back as it was");
    }
}
