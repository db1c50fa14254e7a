package io.forebay.storage.state;

/**
 * How much the state store may use.
 *
 * @param memoryBytesMax native memory for what is read often and for what is not yet in table files, together
 * @param journalBytesMax how large the journal may grow before the tables that hold on to its oldest part are written out;
 *     a start after a crash reads that much
 */
public record StateConfig(long memoryBytesMax, long journalBytesMax) {
    public static final long MEMORY_BYTES_MIN = 8L << 20;
    public static final long JOURNAL_BYTES_MIN = 1L << 20;

    /** As forebay.yaml has them. */
    public static final StateConfig DEFAULT = new StateConfig(64L << 20, 64L << 20);

    public StateConfig {
        if (memoryBytesMax < MEMORY_BYTES_MIN) {
            throw new IllegalArgumentException("memory-size-max must be at least 8 MiB");
        }
        if (journalBytesMax < JOURNAL_BYTES_MIN) {
            throw new IllegalArgumentException("journal-size-max must be at least 1 MiB");
        }
    }
}
