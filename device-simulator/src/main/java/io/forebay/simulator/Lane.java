package io.forebay.simulator;

/** What the ledger knows of one topic of one device. Owned by the ledger that holds it. */
final class Lane {
    long published;
    long highestArrived = -1;
    /** Acknowledged, and all of QoS 0, which have nothing to wait for and would leave gaps. */
    final SequenceSet settled = new SequenceSet();

    final SequenceSet arrived = new SequenceSet();
    private SequenceSet resent;

    void resent(long sequence) {
        if (resent == null) {
            resent = new SequenceSet();
        }
        resent.add(sequence);
    }

    boolean wasResent(long sequence) {
        return resent != null && resent.contains(sequence);
    }
}
