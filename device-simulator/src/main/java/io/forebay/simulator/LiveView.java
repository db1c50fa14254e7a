package io.forebay.simulator;

import io.forebay.simulator.ledger.Latency;
import io.forebay.simulator.ledger.Tally;
import io.forebay.simulator.ledger.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A run as a few lines for a terminal: how far it is, how fast it goes, what is wrong. Immutable. */
final class LiveView {
    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String YELLOW = "\u001b[33m";
    private static final String PLAIN = "\u001b[0m";
    private static final int BAR_MAX = 40;
    private static final int TROUBLES_MAX = 4;

    private final int width;

    LiveView(int width) {
        this.width = width;
    }

    List<String> lines(Progress progress) {
        List<String> lines = new ArrayList<>();
        lines.add(head(progress));
        lines.add("");
        lines.add(DIM
                + String.format("  %-14s%14s%12s   %-10s%-10s%s", "", "in all", "per second", "half", "99 %", "slowest")
                + PLAIN);
        Tally tally = progress.tally();
        Progress.Rates rates = progress.rates();
        lines.add(row("published", tally.published(), rates.published(), null));
        lines.add(row("acknowledged", tally.acknowledged(), rates.acknowledged(), rates.acknowledging()));
        lines.add(row("arrived", tally.arrived(), rates.arrived(), rates.arriving()));
        lines.add("");
        lines.add("  " + connected(progress) + "   " + DIM + "not arrived " + PLAIN + Text.count(tally.lost()) + "   "
                + DIM + "not sent " + PLAIN + Text.count(progress.due()));
        lines.add("  " + judged(tally));
        progress.faults().forEach(fault -> lines.add("  " + YELLOW + "broken on purpose: " + fault + PLAIN));
        troubles(progress.troubles(), lines);
        return lines.stream().map(this::cut).toList();
    }

    private String head(Progress progress) {
        String what = progress.phaseName().isEmpty()
                ? progress.phase().name().toLowerCase(Locale.ROOT)
                : progress.phaseName();
        double share = share(progress);
        if (share < 0) {
            return BOLD + what + PLAIN + "  " + Text.duration(Duration.ofMillis(progress.elapsedMs()));
        }
        int size = Math.max(10, Math.min(BAR_MAX, width - 50));
        int full = (int) Math.round(share * size);
        return String.format(
                Locale.ROOT,
                "%s%s%s%s %3.0f %%  %s%s%s  %s",
                GREEN,
                "█".repeat(full),
                DIM + "░".repeat(size - full),
                PLAIN,
                100 * share,
                BOLD,
                what,
                PLAIN,
                left(progress, share));
    }

    /** How much of it is over, 0 to 1, or negative if nobody knows. */
    private static double share(Progress progress) {
        double share;
        if (progress.phase() == Progress.Phase.CONNECTING) {
            share = progress.devices() == 0 ? -1 : (double) progress.online() / progress.devices();
        } else if (progress.phase() == Progress.Phase.SETTLING) {
            Tally tally = progress.tally();
            share = tally.acknowledged() == 0 ? -1 : 1 - (double) tally.lost() / tally.acknowledged();
        } else if (progress.plannedMs() > 0) {
            share = (double) progress.elapsedMs() / progress.plannedMs();
        } else {
            long all = progress.messagesInAll();
            share = all <= 0 ? -1 : (double) progress.tally().published() / all;
        }
        return Math.min(1, share);
    }

    private static String left(Progress progress, double share) {
        if (progress.phase() != Progress.Phase.PUBLISHING) {
            return progress.phase() == Progress.Phase.CONNECTING ? "devices come up" : "the rest arrives";
        }
        long leftMs = progress.plannedMs() > 0
                ? progress.plannedMs() - progress.elapsedMs()
                : share <= 0 ? 0 : (long) (progress.elapsedMs() * (1 - share) / share);
        return Text.duration(Duration.ofMillis(Math.max(0, leftMs + 500))) + " left";
    }

    private static String row(String name, long all, double perSecond, Latency latency) {
        String times = latency == null || latency.count() == 0
                ? ""
                : String.format(
                        "%-10s%-10s%-10s",
                        Text.micros(latency.p50Us()), Text.micros(latency.p99Us()), Text.micros(latency.maxUs()));
        return String.format("  %-14s%14s%12s   %s", name, Text.count(all), Text.count(Math.round(perSecond)), times);
    }

    private static String connected(Progress progress) {
        boolean all = progress.online() >= progress.devices();
        return DIM + "connected " + PLAIN + (all ? "" : YELLOW) + Text.count(progress.online()) + PLAIN + " of "
                + Text.count(progress.devices());
    }

    private static String judged(Tally tally) {
        return good("out of order", tally.outOfOrder()) + "   " + good("damaged", tally.corrupt()) + "   "
                + good("other message-id", tally.repeatedOtherId()) + "   " + DIM + "again " + PLAIN
                + Text.count(tally.repeated());
    }

    private static String good(String name, long bad) {
        return DIM + name + " " + PLAIN + (bad == 0 ? GREEN : RED) + Text.count(bad) + PLAIN;
    }

    private static void troubles(Map<String, Long> troubles, List<String> lines) {
        troubles.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(TROUBLES_MAX)
                .forEach(entry ->
                        lines.add("  " + YELLOW + Text.count(entry.getValue()) + " ×" + PLAIN + " " + entry.getKey()));
    }

    /** A line that wraps would spoil the drawing. Colours take no room. */
    private String cut(String text) {
        String line = text.stripTrailing();
        StringBuilder out = new StringBuilder();
        int room = width - 1;
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '\u001b') {
                int end = line.indexOf('m', i);
                out.append(line, i, end + 1);
                i = end;
            } else if (room-- > 0) {
                out.append(line.charAt(i));
            }
        }
        return out.toString();
    }
}
