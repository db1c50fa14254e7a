package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.ledger.Latency;
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
                "  2.0 s  publishing  published 2 000 of 10 000  acknowledged 1 000  arrived 500  125/s  online 9 of 10",
                printed().lines().skip(1).findFirst().orElseThrow());
    }

    @Test
    void onATerminalTheSameLinesAreDrawnAgainAndGoneAtTheEnd() {
        ProgressPrinter printer = new ProgressPrinter(out, true);

        printer.onProgress(progress(Progress.Phase.PUBLISHING, 0));
        printer.onProgress(progress(Progress.Phase.PUBLISHING, 200));
        printer.onProgress(progress(Progress.Phase.DONE, 400));

        assertTrue(printed().contains("\u001b[10A\r\u001b[J"));
        assertTrue(printed().endsWith("\u001b[10A\r\u001b[J"));
    }

    @Test
    void theViewSaysHowFarHowFastAndWhatIsWrong() {
        String view = String.join("\n", new LiveView(100).lines(progress(Progress.Phase.PUBLISHING, 5_000)))
                .replaceAll("\u001b\\[\\d*m", "");

        assertEquals("""
                ████████████████████░░░░░░░░░░░░░░░░░░░░  50 %  publishing  5 s left

                                        in all  per second   half      99 %      slowest
                  published              5 000         500
                  acknowledged           2 500         250   900 µs    12.3 ms   1.2 s
                  arrived                1 250         125   900 µs    12.3 ms   1.2 s

                  connected 9 of 10   not arrived 0   not sent 0
                  out of order 0   damaged 0   other message-id 0   again 0
                  3 × it was unwell""", view);
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        for (String line : new LiveView(40).lines(progress(Progress.Phase.PUBLISHING, 5_000))) {
            assertTrue(line.replaceAll("\u001b\\[\\d*m", "").length() < 40, line);
        }
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static Progress progress(Progress.Phase phase, long ms) {
        Tally tally = new Tally(ms, 0, ms / 2, 0, 0, ms / 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        Latency latency = new Latency(10, 900, 12_345, 20_000, 1_234_567);
        Progress.Rates rates = new Progress.Rates(500, 250, 125, latency, latency);
        return new Progress(phase, "", tally, 10_000, 10, 9, ms, 0, 0, rates, List.of(), Map.of("it was unwell", 3L));
    }
}
