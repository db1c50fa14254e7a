package io.forebay.gateway.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A program that somebody else wrote, and the lines it prints. Owned by the test thread. */
final class Command implements AutoCloseable {
    private static final long PATIENCE_S = 60;

    private final List<String> words;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Thread reader;

    Command(String... words) throws IOException {
        this.words = List.of(words);
        this.process = new ProcessBuilder(words).redirectErrorStream(true).start();
        this.reader = new Thread(this::read, "reader of " + words[0]);
        reader.setDaemon(true);
        reader.start();
    }

    /** Whether this machine has it. */
    static boolean exists(String program) {
        try (Command command = new Command(program, "--help")) {
            command.exitCode();
            return true;
        } catch (IOException missing) {
            return false;
        }
    }

    /** Whether this machine has it and it ends with 0. */
    static boolean works(String... words) {
        try (Command command = new Command(words)) {
            return command.exitCode() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException killed) {
            // What it printed until then is all there is.
        }
    }

    /** The next line that begins so, the lines before it are passed over. */
    String line(String beginning) throws IOException {
        while (true) {
            String line = next();
            if (line.startsWith(beginning)) {
                return line;
            }
        }
    }

    String next() throws IOException {
        try {
            String line = lines.poll(PATIENCE_S, TimeUnit.SECONDS);
            if (line == null) {
                throw new IOException("nothing more from " + words);
            }
            return line;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException(stopped);
        }
    }

    /** Null if there is none yet. */
    String nextIfAny() {
        return lines.poll();
    }

    int exitCode() throws IOException {
        try {
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                throw new IOException("it does not end: " + words + ' ' + lines);
            }
            reader.join();
            return process.exitValue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException(stopped);
        }
    }

    /** All that was printed and not taken. */
    String rest() {
        return String.join("\n", lines);
    }

    /** Without a word to anybody, as in a power cut. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
