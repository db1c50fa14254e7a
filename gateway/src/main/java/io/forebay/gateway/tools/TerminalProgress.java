package io.forebay.gateway.tools;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** One line on a terminal that says how far long work is; nothing anywhere else. Owned by the thread that works. */
final class TerminalProgress {
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final PrintWriter err;
    private final boolean shown;
    private final long beganAt = System.nanoTime();
    private long nextAt = beganAt + FIRST_NANOS;
    private boolean open;

    TerminalProgress(PrintWriter err) {
        this(err, isTerminal());
    }

    TerminalProgress(PrintWriter err, boolean shown) {
        this.err = err;
        this.shown = shown;
    }

    /** Standard error, that is: a pipe behind standard output is no reason to be silent. */
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    void at(long bytes, long ofBytes) {
        long now = System.nanoTime();
        if (shown && now >= nextAt && bytes > 0) {
            nextAt = now + EVERY_NANOS;
            open = true;
            double part = Math.min(1, (double) bytes / Math.max(1, ofBytes));
            long leftS = (long) ((now - beganAt) / part * (1 - part) / 1e9);
            err.printf("\r%3.0f %% of %,d MiB, %d:%02d left ", part * 100, ofBytes >> 20, leftS / 60, leftS % 60);
            err.flush();
        }
    }

    void end() {
        if (open) {
            err.print("\r" + " ".repeat(60) + "\r");
            err.flush();
        }
    }
}
