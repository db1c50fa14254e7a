package io.forebay.storage;

/**
 * A segment of a stored log.
 *
 * @param bytes of its file
 * @param sealed whether it was finished in order; if not, its records were counted by reading it
 * @param records the index of the first that is not there
 */
public record StoredSegment(int number, long bytes, boolean sealed, long records) {
    public long begin() {
        return Position.of(number, 0);
    }

    public long end() {
        return Position.of(number, records);
    }
}
