package io.forebay.gateway;

import io.forebay.gateway.security.Scram;
import io.forebay.gateway.security.ScramCredential;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code forebay passwd}: sets the password of one user in a credentials file. */
@Command(
        name = "passwd",
        description = {
            "Sets the password of a user for SCRAM-SHA-256 (mqtt.scram-users).",
            "Asks for it, or reads one line from standard input. The file keeps what checks a password, never the password."
        },
        mixinStandardHelpOptions = true)
final class PasswdCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FILE", description = "The credentials file; made if it is not there.")
    private Path file;

    @Parameters(index = "1", paramLabel = "USER", description = "The name of the user, without a colon.")
    private String user;

    @Option(
            names = "--iterations",
            description = "How dear a guess is, and how long a device computes (default: ${DEFAULT-VALUE}).")
    private int iterations = Scram.ITERATIONS_DEFAULT;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (user.isEmpty()
                || user.startsWith("#")
                || user.chars().anyMatch(c -> c == ':' || Character.isISOControl(c))) {
            throw new ParameterException(
                    spec.commandLine(), "A user name must not be empty, begin with # or contain a colon.");
        }
        if (iterations < ScramCredential.ITERATIONS_MIN) {
            throw new ParameterException(
                    spec.commandLine(), "--iterations must be " + ScramCredential.ITERATIONS_MIN + " or more.");
        }
        char[] password = readPassword();
        if (password.length == 0) {
            throw new ParameterException(spec.commandLine(), "An empty password is none.");
        }
        String line = Scram.credential(user, password, iterations).line();
        Arrays.fill(password, '\0');
        boolean replaced = write(line);
        spec.commandLine()
                .getOut()
                .println((replaced ? "Changed" : "Added") + " user " + user + " in " + file
                        + "; it counts from the next" + " start of the gateway.");
        return 0;
    }

    @SuppressWarnings(
            "SystemConsoleNull") // From Java 22 on there may be a console without a terminal: it reads the pipe.
    private char[] readPassword() throws IOException {
        Console console = System.console();
        if (console == null) {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            return line == null ? new char[0] : line.toCharArray();
        }
        char[] once = console.readPassword("Password: ");
        char[] again = console.readPassword("Again: ");
        if (!Arrays.equals(once, again)) {
            throw new ParameterException(spec.commandLine(), "The two are not the same.");
        }
        return once == null ? new char[0] : once;
    }

    /** @return whether the user was there before */
    private boolean write(String line) throws IOException {
        List<String> lines = Files.exists(file) ? new ArrayList<>(Files.readAllLines(file)) : new ArrayList<>();
        boolean replaced = lines.removeIf(old -> old.startsWith(user + ":"));
        lines.add(line);
        Path absolute = file.toAbsolutePath();
        Path fresh = absolute.resolveSibling(absolute.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        // Nobody else may read it, and whoever reads the old one meanwhile reads it whole.
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(fresh, lines, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        Files.move(fresh, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return replaced;
    }
}
