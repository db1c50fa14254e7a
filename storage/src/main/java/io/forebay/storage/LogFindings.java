package io.forebay.storage;

import java.util.List;

/**
 * What a look at all of a stored log has found.
 *
 * @param records that can be read
 * @param lost that once were safe, and cannot be read
 */
public record LogFindings(
        long segments, long records, long messages, long lost, List<Damage> damage, List<String> remarks) {
    /**
     * Something that is not as it was written.
     *
     * @param to exclusive; equal to {@code from} where it is about no range
     */
    public record Damage(long from, long to, String what) {
        @Override
        public String toString() {
            return from == to ? what : Position.text(from) + " to " + Position.text(to) + ": " + what;
        }
    }

    public boolean isSound() {
        return damage.isEmpty();
    }
}
