package io.forebay.gateway.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TerminalProgressTest {
    private static final long MIB = 1L << 20;

    private final StringWriter err = new StringWriter();
    private long second;

    /** What is said in a minute and a half of reading 900 MiB, told of each second. */
    private String said(boolean terminal) {
        TerminalProgress progress =
                new TerminalProgress(new PrintWriter(err), terminal, () -> TimeUnit.SECONDS.toNanos(second));
        for (second = 1; second <= 89; second++) {
            progress.at(10 * second * MIB, 900 * MIB);
        }
        progress.end();
        return err.toString();
    }

    @Test
    void aJournalHasALineEveryHalfMinute() {
        assertEquals(
                "33 % of 900 MiB, 1:00 left\n67 % of 900 MiB, 0:30 left\n",
                said(false).replace(System.lineSeparator(), "\n"));
    }

    @Test
    void onATerminalOneLineIsWrittenAgainAndTakenAway() {
        String said = said(true);

        assertEquals("\r  2 % of 900 MiB, 1:28 left ", said.substring(0, said.indexOf('\r', 1)));
        assertEquals("\r" + " ".repeat(60) + "\r", said.substring(said.length() - 62));
        assertEquals(-1, said.indexOf('\n'));
    }
}
