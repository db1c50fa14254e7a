package io.forebay.simulator;

import java.util.Map;
import java.util.TreeMap;

/** What happens to the connections of all fleets, counted. Owned by the event loop of the run. */
final class FleetStatistics {
    // Reasons come from brokers too, in words of their own.
    private static final int KINDS_MAX = 30;
    private static final String OTHERS = "others";

    long online;
    long connects;
    long connectionsLost;
    long connectsFailed;
    /** Connections that devices dropped on purpose. */
    long storms;
    /** The broker had forgotten a session that the device still had. */
    long sessionsForgotten;
    /** Due and not yet sent. */
    long due;
    /** Due while the queue of the device was full. */
    long skipped;

    long subscriptionsRefused;
    long commands;
    String lastTrouble = "";
    /** What went wrong, by kind. */
    final Map<String, Long> troubles = new TreeMap<>();
    /** What brokers did about misbehaviour, by kind. */
    final Map<String, Long> misdeedAnswers = new TreeMap<>();

    void trouble(String reason) {
        lastTrouble = reason;
        count(troubles, reason);
    }

    void misdeedAnswered(String answer) {
        count(misdeedAnswers, answer);
    }

    private static void count(Map<String, Long> counts, String kind) {
        counts.merge(counts.size() < KINDS_MAX || counts.containsKey(kind) ? kind : OTHERS, 1L, Long::sum);
    }
}
