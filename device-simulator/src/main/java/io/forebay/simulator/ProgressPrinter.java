package io.forebay.simulator;

import io.forebay.simulator.ledger.Tally;
import io.forebay.simulator.ledger.Text;
import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows a run while it goes on: one line that is rewritten on a terminal, a line every two seconds elsewhere. Owned by the
 * thread that waits for the run.
 */
public final class ProgressPrinter implements ProgressListener {
    private static final long PLAIN_EVERY_MS = 2_000;
    private static final String REWRITE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private long shownMs = -PLAIN_EVERY_MS;
    private long ratedMs;
    private long ratedArrived;
    private long rate;

    public ProgressPrinter(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** For standard output, which is a terminal or not. */
    public static ProgressPrinter onStandardOutput(boolean plain) {
        return new ProgressPrinter(System.out, !plain && standardOutputIsTerminal());
    }

    @SuppressWarnings("SystemConsoleNull") // Both answers are dealt with, before and since Java 22.
    private static boolean standardOutputIsTerminal() {
        if (System.console() == null || "dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        // Since Java 22 there is a console even if the output goes into a file; there it can be asked.
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(System.console());
        } catch (ReflectiveOperationException before22) {
            return true;
        }
    }

    @Override
    public void onProgress(Progress progress) {
        rate(progress);
        boolean done = progress.phase() == Progress.Phase.DONE;
        if (done) {
            clear();
        } else if (terminal) {
            out.print(REWRITE + line(progress));
            out.flush();
        } else if (progress.elapsedMs() - shownMs >= PLAIN_EVERY_MS) {
            shownMs = progress.elapsedMs();
            out.println(line(progress));
        }
    }

    /** Takes the line away again, before something else is printed. */
    public void clear() {
        if (terminal) {
            out.print(REWRITE);
            out.flush();
        }
    }

    private void rate(Progress progress) {
        long ms = progress.elapsedMs() - ratedMs;
        if (ms >= 1000) {
            rate = (progress.tally().arrived() - ratedArrived) * 1000 / ms;
            ratedMs = progress.elapsedMs();
            ratedArrived = progress.tally().arrived();
        }
    }

    private String line(Progress progress) {
        Tally tally = progress.tally();
        String of = progress.messagesInAll() < 0 ? "" : " of " + Text.count(progress.messagesInAll());
        return String.format(
                "%5.1f s  %-10s  published %s%s  acknowledged %s  arrived %s  %s/s  online %s of %s",
                progress.elapsedMs() / 1e3,
                progress.phase().name().toLowerCase(Locale.ROOT),
                Text.count(tally.published()),
                of,
                Text.count(tally.acknowledged()),
                Text.count(tally.arrived()),
                Text.count(rate),
                Text.count(progress.online()),
                Text.count(progress.devices()));
    }
}
