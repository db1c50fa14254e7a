package io.forebay.simulator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;

/**
 * A set of sequence numbers that are mostly complete from 0 on: a bit for each number above the first gap, nothing for the
 * numbers below it. Owned by the ledger that holds it.
 */
final class SequenceSet {
    private static final long FULL = -1L;
    private static final int FIRST_WORDS = 2;

    // Everything below base is in; base is a multiple of 64 and belongs to words[first].
    private long base;
    private long[] words = new long[FIRST_WORDS];
    private int first;

    /** Adds a number and says whether it is new. */
    @CanIgnoreReturnValue
    boolean add(long number) {
        if (number < base) {
            return false;
        }
        int word = first + wordOf(number);
        if (word >= words.length) {
            word = makeRoom(number);
        }
        long bit = 1L << number;
        if ((words[word] & bit) != 0) {
            return false;
        }
        words[word] |= bit;
        while (first < words.length && words[first] == FULL) {
            first++;
            base += Long.SIZE;
        }
        return true;
    }

    boolean contains(long number) {
        if (number < base) {
            return true;
        }
        long word = first + ((number - base) >>> 6);
        return word < words.length && (words[(int) word] & (1L << number)) != 0;
    }

    /** How many bytes it takes; for the test that a run without gaps does not grow. */
    int sizeInBytes() {
        return words.length * Long.BYTES;
    }

    private int wordOf(long number) {
        return Math.toIntExact((number - base) >>> 6);
    }

    /** Moves the words that still matter to the front, into a larger array if they need one. */
    private int makeRoom(long number) {
        int needed = wordOf(number) + 1;
        int live = words.length - first;
        long[] target = needed > words.length ? new long[Math.max(needed, 2 * live)] : words;
        System.arraycopy(words, first, target, 0, live);
        if (target == words) {
            Arrays.fill(words, live, words.length, 0);
        }
        words = target;
        first = 0;
        return needed - 1;
    }
}
