package io.forebay.simulator;

import io.forebay.simulator.ledger.Tally;
import io.forebay.simulator.ledger.Text;
import java.io.Console;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Shows a run while it goes on: a few lines that are drawn again and again on a terminal, a line every two seconds elsewhere.
 * Owned by the thread that waits for the run.
 */
public final class ProgressPrinter implements ProgressListener {
    private static final long PLAIN_EVERY_MS = 2_000;
    private static final String UP = "\u001b[%dA\r\u001b[J";

    private final PrintStream out;
    private final boolean terminal;
    private final TerminalWidth width = new TerminalWidth();
    private long shownMs = -PLAIN_EVERY_MS;
    private int drawn;

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
        if (progress.phase() == Progress.Phase.DONE) {
            clear();
        } else if (terminal) {
            draw(new LiveView(width.columns()).lines(progress));
        } else if (progress.elapsedMs() - shownMs >= PLAIN_EVERY_MS) {
            shownMs = progress.elapsedMs();
            out.println(line(progress));
        }
    }

    /** In one write, so that nothing flickers. */
    private void draw(List<String> lines) {
        String back = drawn == 0 ? "" : String.format(UP, drawn);
        drawn = lines.size();
        out.print(back + String.join("\n", lines) + "\n");
        out.flush();
    }

    /** Takes the lines away again, before something else is printed. */
    public void clear() {
        if (drawn > 0) {
            out.printf(UP, drawn);
            out.flush();
            drawn = 0;
        }
    }

    private static String line(Progress progress) {
        Tally tally = progress.tally();
        String of = progress.messagesInAll() < 0 ? "" : " of " + Text.count(progress.messagesInAll());
        String phase = progress.phaseName().isEmpty()
                ? progress.phase().name().toLowerCase(Locale.ROOT)
                : progress.phaseName();
        String faults = progress.faults().isEmpty() ? "" : "  (" + String.join(", ", progress.faults()) + ")";
        return String.format(
                "%5.1f s  %-10s  published %s%s  acknowledged %s  arrived %s  %s/s  online %s of %s%s",
                progress.elapsedMs() / 1e3,
                phase,
                Text.count(tally.published()),
                of,
                Text.count(tally.acknowledged()),
                Text.count(tally.arrived()),
                Text.count(Math.round(progress.rates().arrived())),
                Text.count(progress.online()),
                Text.count(progress.devices()),
                faults);
    }
}
