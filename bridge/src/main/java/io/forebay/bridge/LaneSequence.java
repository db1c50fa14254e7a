package io.forebay.bridge;

/**
 * Owned by the bridge's thread: how far the messages of one lane are counted, that is, how many have been taken into memory,
 * whatever has become of them. What is thrown out of memory is counted again when it comes back, and gets the same numbers.
 */
final class LaneSequence {
    final String key;
    /** Null while the lane is idle: then all that is counted is settled. */
    Lane lane;
    /** Something was settled since it was last saved. */
    boolean dirty;

    boolean saving;

    private long number;
    private long before;
    private long atMs;

    LaneSequence(String key, SequenceStore.Kept kept) {
        this.key = key;
        this.number = kept.number();
        this.before = kept.before();
        this.atMs = kept.atMs();
    }

    /** The next message of the lane; after a longer pause than {@code idleMs} it is the first one again. */
    void count(Entry entry, long idleMs) {
        long arrivedAtMs = entry.message.arrivedAtMs();
        long last = arrivedAtMs - atMs > idleMs ? 0 : number;
        entry.number(last + 1, atMs);
        number = last + 1;
        before = entry.position + 1;
        atMs = arrivedAtMs;
    }

    /** This one and all after it are read again. */
    void rewind(Entry first) {
        number = first.sequence() - 1;
        before = first.position;
        atMs = first.previousAtMs;
    }

    /** Of an idle lane. */
    boolean covers(long position) {
        return position < before;
    }

    boolean isPending() {
        return dirty || saving;
    }

    /** What is settled without a gap. */
    SequenceStore.Settled settled() {
        Entry first = lane == null ? null : lane.firstUnsettledEntry();
        SequenceStore.Kept kept = first == null
                ? new SequenceStore.Kept(number, before, atMs)
                : new SequenceStore.Kept(first.sequence() - 1, first.position, first.previousAtMs);
        return new SequenceStore.Settled(key, kept);
    }
}
