package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.ledger.Tally;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressPrinterTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void withoutATerminalThereIsALineEveryTwoSeconds() {
        ProgressPrinter printer = new ProgressPrinter(out, false);

        for (long ms = 0; ms <= 10_000; ms += 200) {
            printer.onProgress(progress(Progress.Phase.PUBLISHING, ms));
        }
        printer.onProgress(progress(Progress.Phase.DONE, 10_100));

        assertEquals(6, printed().lines().count());
        assertFalse(printed().contains("\u001b"));
        assertEquals(
                "  2.0 s  publishing  published 2 000 of 10 000  acknowledged 1 000  arrived 500  250/s  online 9 of 10",
                printed().lines().skip(1).findFirst().orElseThrow());
    }

    @Test
    void onATerminalOneLineIsRewrittenAndGoneAtTheEnd() {
        ProgressPrinter printer = new ProgressPrinter(out, true);

        printer.onProgress(progress(Progress.Phase.PUBLISHING, 0));
        printer.onProgress(progress(Progress.Phase.PUBLISHING, 200));
        printer.onProgress(progress(Progress.Phase.DONE, 400));

        assertFalse(printed().contains("\n"));
        assertTrue(printed().endsWith("\r\u001b[K"));
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static Progress progress(Progress.Phase phase, long ms) {
        Tally tally = new Tally(ms, 0, ms / 2, 0, 0, ms / 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        return new Progress(phase, "", tally, 10_000, 10, 9, ms, 0, 0, Progress.Rates.NONE, List.of(), Map.of());
    }
}
