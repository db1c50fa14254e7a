package io.forebay.bridge;

/**
 * How lanes are counted.
 *
 * @param idleMs a lane without a message for so long, in the time of the log, is forgotten: its next message is the first
 *     one again
 * @param idleMax numbers of lanes without unsettled messages that are kept in memory; beyond, they are read from the state
 *     store again, and if that takes nothing, reading the log waits
 */
public record SequenceConfig(long idleMs, int idleMax) {
    public static final SequenceConfig USUAL = new SequenceConfig(30L * 24 * 3600 * 1000, 65_536);

    public SequenceConfig {
        if (idleMs < 1 || idleMax < 1) {
            throw new IllegalArgumentException("sequence-idle-days and sequences-in-memory-max must be at least 1");
        }
    }
}
