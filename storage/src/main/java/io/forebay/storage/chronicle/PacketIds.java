package io.forebay.storage.chronicle;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The QoS 2 packet ids of one session that are received and not yet released. Owned by the log's writer thread. A few in
 * an array, as nearly always; many in a bit set.
 */
final class PacketIds {
    private static final int FEW_MAX = 64;

    private char[] few = new char[4];
    private int fewCount;
    private BitSet many;

    int count() {
        return many == null ? fewCount : many.cardinality();
    }

    boolean contains(int id) {
        return many == null ? indexOf(id) >= 0 : many.get(id);
    }

    /** @return false if it was there */
    @CanIgnoreReturnValue
    boolean add(int id) {
        if (contains(id)) {
            return false;
        }
        if (many == null && fewCount == FEW_MAX) {
            spread();
        }
        if (many != null) {
            many.set(id);
            return true;
        }
        if (fewCount == few.length) {
            few = Arrays.copyOf(few, fewCount * 2);
        }
        few[fewCount++] = (char) id;
        return true;
    }

    private void spread() {
        many = new BitSet(1 << 16);
        for (int i = 0; i < fewCount; i++) {
            many.set(few[i]);
        }
        fewCount = 0;
        few = new char[0];
    }

    /** @return false if it was not there */
    @CanIgnoreReturnValue
    boolean remove(int id) {
        if (many != null) {
            boolean had = many.get(id);
            many.clear(id);
            return had;
        }
        int at = indexOf(id);
        if (at < 0) {
            return false;
        }
        few[at] = few[--fewCount];
        return true;
    }

    private int indexOf(int id) {
        for (int i = 0; i < fewCount; i++) {
            if (few[i] == id) {
                return i;
            }
        }
        return -1;
    }

    int[] toArray() {
        if (many != null) {
            return many.stream().toArray();
        }
        int[] ids = new int[fewCount];
        for (int i = 0; i < fewCount; i++) {
            ids[i] = few[i];
        }
        return ids;
    }
}
