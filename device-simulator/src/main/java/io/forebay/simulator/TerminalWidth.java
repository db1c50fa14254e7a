package io.forebay.simulator;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** How wide the terminal is now: asked again every few seconds, since windows change. Owned by the thread that prints. */
final class TerminalWidth {
    private static final int OTHERWISE = 80;
    private static final long ASK_EVERY_NS = TimeUnit.SECONDS.toNanos(3);
    private static final long PATIENCE_MS = 500;

    private long askedNanos;
    private int width;

    int columns() {
        if (width == 0 || System.nanoTime() - askedNanos > ASK_EVERY_NS) {
            askedNanos = System.nanoTime();
            width = ask();
        }
        return width;
    }

    private static int ask() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
            stty.waitFor(PATIENCE_MS, TimeUnit.MILLISECONDS);
            int space = answer.indexOf(' ');
            int columns = space < 0 ? 0 : Integer.parseInt(answer.substring(space + 1));
            return columns > 0 ? columns : OTHERWISE;
        } catch (IOException | NumberFormatException notATerminal) {
            return OTHERWISE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OTHERWISE;
        }
    }
}
