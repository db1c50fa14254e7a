package io.forebay.simulator.scenario;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which QoS the messages of a lane have, by their number: a pattern that repeats, so that the QoS of a message is a pure
 * function of its number and needs no memory.
 */
public final class QosShares {
    /** QoS 1, 2, 0 in turn. */
    public static final QosShares MIX = new QosShares(1, 2, 0);

    private static final int PATTERN = 100;
    // Coprime to the pattern, so that every beginning occurs.
    private static final int TURN = 37;

    private final byte[] pattern;
    private final Map<Integer, QosShares> turns = new ConcurrentHashMap<>();

    private QosShares(int... qos) {
        pattern = new byte[qos.length];
        for (int i = 0; i < qos.length; i++) {
            pattern[i] = (byte) qos[i];
        }
    }

    /** Always the same. */
    public static QosShares only(int qos) {
        return new QosShares(qos);
    }

    /** Shares in percent that add up to 100, spread as evenly as can be. */
    public static QosShares percent(int... shares) {
        int[] qos = new int[PATTERN];
        int[] debt = new int[shares.length];
        for (int i = 0; i < PATTERN; i++) {
            int largest = 0;
            for (int q = 0; q < shares.length; q++) {
                debt[q] += shares[q];
                largest = debt[q] > debt[largest] ? q : largest;
            }
            debt[largest] -= PATTERN;
            qos[i] = largest;
        }
        return new QosShares(qos);
    }

    /**
     * The same shares, beginning elsewhere for each lane: lanes that publish in step must not have the same QoS all at the
     * same moment. Short patterns stay as they are.
     */
    public QosShares forLane(int lane) {
        if (pattern.length < PATTERN) {
            return this;
        }
        return turns.computeIfAbsent(Math.floorMod(lane * TURN, PATTERN), by -> {
            int[] turned = new int[PATTERN];
            for (int i = 0; i < PATTERN; i++) {
                turned[i] = pattern[(i + by) % PATTERN];
            }
            return new QosShares(turned);
        });
    }

    public int of(long sequence) {
        return pattern.length == 1 ? pattern[0] : pattern[(int) (sequence % pattern.length)];
    }

    /** Whether any message is acknowledged, so that a session is worth keeping over a reconnect. */
    public boolean acknowledged() {
        for (byte qos : pattern) {
            if (qos > 0) {
                return true;
            }
        }
        return false;
    }

    /** QoS 1, or "QoS 0, 1 and 2 mixed". */
    @Override
    public String toString() {
        boolean[] has = new boolean[3];
        for (byte qos : pattern) {
            has[qos] = true;
        }
        StringBuilder text = new StringBuilder();
        for (int qos = 0; qos < has.length; qos++) {
            if (has[qos]) {
                text.append(text.length() == 0 ? "QoS " : qos == 2 || !has[2] ? " and " : ", ")
                        .append(qos);
            }
        }
        return pattern.length == 1 || text.length() == 5 ? text.toString() : text + " mixed";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QosShares shares && Arrays.equals(pattern, shares.pattern);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(pattern);
    }
}
