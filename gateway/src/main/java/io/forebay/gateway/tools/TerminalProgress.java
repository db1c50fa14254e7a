package io.forebay.gateway.tools;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Says how far long work is: on a terminal in one line that is written again and again, elsewhere (a journal, the output of a
 * container) in a line of its own now and then. Nothing of what is done soon. Owned by the thread that works.
 */
final class TerminalProgress {
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LINE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final PrintWriter err;
    private final boolean terminal;
    private final LongSupplier nanos;
    private final long beganAt;
    private long nextAt;
    private boolean open;

    TerminalProgress(PrintWriter err) {
        this(err, isTerminal(), System::nanoTime);
    }

    TerminalProgress(PrintWriter err, boolean terminal, LongSupplier nanos) {
        this.err = err;
        this.terminal = terminal;
        this.nanos = nanos;
        this.beganAt = nanos.getAsLong();
        this.nextAt = beganAt + (terminal ? FIRST_NANOS : LINE_EVERY_NANOS);
    }

    /** Standard error, that is: a pipe behind standard output is no reason to be silent. */
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    void at(long bytes, long ofBytes) {
        long now = nanos.getAsLong();
        if (now - nextAt < 0 || bytes <= 0) {
            return;
        }
        nextAt = now + (terminal ? EVERY_NANOS : LINE_EVERY_NANOS);
        double part = Math.min(1, (double) bytes / Math.max(1, ofBytes));
        long leftS = (long) ((now - beganAt) / part * (1 - part) / 1e9);
        String far =
                String.format("%3.0f %% of %,d MiB, %d:%02d left", part * 100, ofBytes >> 20, leftS / 60, leftS % 60);
        if (terminal) {
            open = true;
            err.print("\r" + far + " ");
        } else {
            err.println(far.strip());
        }
        err.flush();
    }

    void end() {
        if (open) {
            err.print("\r" + " ".repeat(60) + "\r");
            err.flush();
        }
    }
}
