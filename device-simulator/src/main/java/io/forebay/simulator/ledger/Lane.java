package io.forebay.simulator.ledger;

import io.forebay.simulator.scenario.QosShares;
import java.util.Arrays;

/**
 * What the ledger knows of one topic of one device: for each message whether it is settled, has arrived, may be repeated
 * under another id, and a digest of the id under which it arrived. Owned by the ledger that holds it.
 */
final class Lane {
    private static final long SETTLED = 1L << 63;
    private static final long ARRIVED = 1L << 62;
    private static final long EXCUSED = 1L << 61;
    private static final long ID = EXCUSED - 1;
    private static final int[] NONE = {};

    final QosShares qos;
    long published;
    /** Acknowledged and not yet arrived. */
    long awaited;

    private final MessagePages pages;
    private long highestAtQos0 = -1;
    private long highestAtQos1 = -1;
    private long highestAtQos2 = -1;
    private int[] pageNumbers = NONE;
    private int pageCount;

    Lane(QosShares qos, MessagePages pages) {
        this.qos = qos;
        this.pages = pages;
    }

    /** Says whether it was not settled before. */
    boolean settle(long sequence) {
        long entry = entry(sequence);
        set(sequence, entry | SETTLED);
        return (entry & SETTLED) == 0;
    }

    boolean settled(long sequence) {
        return (entry(sequence) & SETTLED) != 0;
    }

    /** Says whether it had not arrived before. The digest is that of the first arrival. */
    boolean arrive(long sequence, long idDigest) {
        long entry = entry(sequence);
        if ((entry & ARRIVED) != 0) {
            return false;
        }
        set(sequence, entry | ARRIVED | (idDigest & ID));
        return true;
    }

    /** Whether a later message has arrived before; one of the same QoS if only those are compared. */
    boolean overtaken(long sequence, boolean sameQosOnly) {
        int level = sameQosOnly ? qos.of(sequence) : -1;
        return sequence
                < switch (level) {
                    case 0 -> highestAtQos0;
                    case 1 -> highestAtQos1;
                    case 2 -> highestAtQos2;
                    default -> Math.max(highestAtQos0, Math.max(highestAtQos1, highestAtQos2));
                };
    }

    /** For {@link #overtaken}. */
    void noteOrder(long sequence) {
        switch (qos.of(sequence)) {
            case 0 -> highestAtQos0 = Math.max(highestAtQos0, sequence);
            case 1 -> highestAtQos1 = Math.max(highestAtQos1, sequence);
            default -> highestAtQos2 = Math.max(highestAtQos2, sequence);
        }
    }

    boolean arrived(long sequence) {
        return (entry(sequence) & ARRIVED) != 0;
    }

    /** From now on it may arrive again under another id. */
    void excuse(long sequence) {
        set(sequence, entry(sequence) | EXCUSED);
    }

    boolean excused(long sequence) {
        return (entry(sequence) & EXCUSED) != 0;
    }

    /** The digest of the id under which it arrived first; 0: without. */
    long idDigest(long sequence) {
        return entry(sequence) & ID;
    }

    static long comparable(long idDigest) {
        return idDigest & ID;
    }

    private long entry(long sequence) {
        return pages.get(page(sequence), slot(sequence));
    }

    private void set(long sequence, long entry) {
        pages.set(page(sequence), slot(sequence), entry);
    }

    private int page(long sequence) {
        int number = Math.toIntExact(sequence / MessagePages.ENTRIES);
        while (pageCount <= number) {
            if (pageCount == pageNumbers.length) {
                pageNumbers = Arrays.copyOf(pageNumbers, Math.max(1, pageCount + (pageCount + 1) / 2));
            }
            pageNumbers[pageCount++] = pages.newPage();
        }
        return pageNumbers[number];
    }

    private static int slot(long sequence) {
        return (int) (sequence % MessagePages.ENTRIES);
    }
}
