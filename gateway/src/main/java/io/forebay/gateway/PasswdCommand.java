package io.forebay.gateway;

import io.forebay.gateway.security.PasswordHash;
import io.forebay.gateway.security.Scram;
import io.forebay.gateway.security.ScramCredential;
import io.forebay.gateway.security.UserFile;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
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

/** {@code forebay passwd}: sets, checks or deletes the password of one user in a file of users. */
@Command(
        name = "passwd",
        description = {
            "Sets the password of a user in a file for authentication.password-file and authentication.scram.",
            "Asks for it, or reads one line from standard input. The file keeps what checks a password, never the password."
        },
        footer = {"", "Exit code: 0 if it is done; 1 if --verify finds another password, or the user is not there."},
        mixinStandardHelpOptions = true)
final class PasswdCommand implements Callable<Integer> {
    /** What a user's password may be used for. */
    enum Use {
        /** SCRAM-SHA-256 and password. */
        both,
        scram,
        password
    }

    @Parameters(index = "0", paramLabel = "FILE", description = "The file of users; made if it is not there.")
    private Path file;

    @Parameters(index = "1", paramLabel = "USER", description = "The name of the user, without a colon.")
    private String user;

    @Option(
            names = "--for",
            description = "How the user may authenticate: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Use use = Use.both;

    @Option(
            names = "--iterations",
            description =
                    "How dear a guess is, and how long a device computes, with SCRAM (default: ${DEFAULT-VALUE}).")
    private int iterations = Scram.ITERATIONS_DEFAULT;

    @Option(names = "--delete", description = "Deletes the user.")
    private boolean delete;

    @Option(names = "--verify", description = "Tells whether this is the user's password, and changes nothing.")
    private boolean verify;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        check();
        if (delete) {
            boolean deleted = write(List.of());
            say((deleted ? "Deleted" : "There is no") + " user " + user + " in " + file + ".");
            return deleted ? 0 : Main.EXIT_FAILED;
        }
        char[] password = readPassword();
        if (password.length == 0) {
            throw mistake("An empty password is none.");
        }
        byte[] bytes = utf8(password);
        try {
            return verify ? verify(password, bytes) : set(password, bytes);
        } finally {
            Arrays.fill(password, '\0');
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private void check() {
        if (user.isEmpty()
                || user.startsWith("#")
                || user.chars().anyMatch(c -> c == ':' || Character.isISOControl(c))) {
            throw mistake("A user name must not be empty, begin with # or contain a colon.");
        }
        if (iterations < ScramCredential.ITERATIONS_MIN) {
            throw mistake("--iterations must be " + ScramCredential.ITERATIONS_MIN + " or more.");
        }
        if (delete && verify) {
            throw mistake("--delete and --verify do not go together.");
        }
    }

    private int set(char[] password, byte[] bytes) throws IOException {
        List<String> fresh = new ArrayList<>();
        if (use != Use.password) {
            fresh.add(Scram.credential(user, password, iterations).line());
        }
        if (use != Use.scram) {
            fresh.add(user + ":" + PasswordHash.of(bytes).text());
        }
        boolean replaced = write(fresh);
        say((replaced ? "Changed" : "Added") + " user " + user + " in " + file
                + "; a gateway that runs knows it within authentication.reload-s.");
        return 0;
    }

    private int verify(char[] password, byte[] bytes) throws IOException {
        boolean right;
        try {
            right = UserFile.parse(Files.readAllLines(file), new byte[1]).isRight(user, password, bytes);
        } catch (IllegalArgumentException wrong) {
            throw mistake(file + ", " + wrong.getMessage());
        }
        say(right ? "This is the password of " + user + "." : "This is not the password of " + user + ".");
        return right ? 0 : Main.EXIT_FAILED;
    }

    private void say(String sentence) {
        spec.commandLine().getOut().println(sentence);
    }

    private ParameterException mistake(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
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
        char[] again = verify ? once : console.readPassword("Again: ");
        if (!Arrays.equals(once, again)) {
            throw mistake("The two are not the same.");
        }
        return once == null ? new char[0] : once;
    }

    private static byte[] utf8(char[] password) {
        ByteBuffer encoded = ByteBuffer.allocate(4 * password.length);
        CoderResult unused = StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(password), encoded, true);
        byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
        Arrays.fill(encoded.array(), (byte) 0);
        return bytes;
    }

    /** @return whether the user was there before */
    private boolean write(List<String> fresh) throws IOException {
        List<String> lines = Files.exists(file) ? new ArrayList<>(Files.readAllLines(file)) : new ArrayList<>();
        boolean replaced = lines.removeIf(old -> old.startsWith(user + ":"));
        lines.addAll(fresh);
        if (!replaced && fresh.isEmpty()) {
            return false;
        }
        Path absolute = file.toAbsolutePath();
        Path changed = absolute.resolveSibling(absolute.getFileName() + ".new");
        Files.deleteIfExists(changed);
        // Nobody else may read it, and whoever reads the old one meanwhile reads it whole.
        Files.createFile(changed, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(changed, lines, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        Files.move(changed, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return replaced;
    }
}
