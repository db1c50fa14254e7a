package io.forebay.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PasswdCommandTest {
    @TempDir
    Path directory;

    @Test
    void aUserIsAddedThenChangedAndOthersStay() throws IOException {
        Path file = directory.resolve("users");

        assertEquals(0, passwd("first\n", file.toString(), "a", "--for", "scram", "--iterations", "4096"));
        assertEquals(0, passwd("other\n", file.toString(), "b", "--for", "password"));
        List<String> before = Files.readAllLines(file);
        assertEquals(0, passwd("second\n", file.toString(), "a", "--for", "scram", "--iterations", "4096"));

        List<String> after = Files.readAllLines(file);
        assertEquals(2, after.size());
        assertTrue(after.contains(before.get(1)), "b changed");
        assertTrue(after.get(1).startsWith("a:4096:"), after.get(1));
        assertNotEquals(before.get(0), after.get(1));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void aPasswordIsVerifiedForBothWaysAndADeletedUserIsGone() throws IOException {
        String file = directory.resolve("users").toString();

        assertEquals(0, passwd("first\n", file, "a", "--iterations", "4096"));
        assertEquals(2, Files.readAllLines(Path.of(file)).size(), "SCRAM and password");
        assertEquals(0, passwd("first\n", file, "a", "--verify"));
        assertEquals(1, passwd("other\n", file, "a", "--verify"));
        assertEquals(1, passwd("first\n", file, "b", "--verify"));
        assertEquals(0, passwd("", file, "a", "--delete"));
        assertEquals(1, passwd("", file, "a", "--delete"));
        assertEquals(1, passwd("first\n", file, "a", "--verify"));
        assertEquals(2, passwd("", file, "a", "--delete", "--verify"));
    }

    @Test
    void whatCannotBeAUserIsRefusedInASentence() {
        String file = directory.resolve("users").toString();

        assertEquals(2, passwd("x\n", file, "a:b"));
        assertEquals(2, passwd("x\n", file, "a", "--iterations", "4095"));
        assertEquals(2, passwd("\n", file, "a"));
        assertTrue(Files.notExists(Path.of(file)));
    }

    private static int passwd(String input, String... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            return new CommandLine(new PasswdCommand())
                    .setOut(new PrintWriter(new StringWriter()))
                    .setErr(new PrintWriter(new StringWriter()))
                    .execute(arguments);
        } finally {
            System.setIn(before);
        }
    }
}
