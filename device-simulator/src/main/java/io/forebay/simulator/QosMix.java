package io.forebay.simulator;

/** Which QoS the messages of a lane have: all the same, or 1, 2, 0 in turn. A pure function of the sequence number. */
public enum QosMix {
    QOS_0,
    QOS_1,
    QOS_2,
    MIX;

    int of(long sequence) {
        return switch (this) {
            case QOS_0 -> 0;
            case QOS_1 -> 1;
            case QOS_2 -> 2;
            case MIX -> (int) ((sequence + 1) % 3);
        };
    }

    /** Whether any message is acknowledged, so that a session is worth keeping over a reconnect. */
    boolean acknowledged() {
        return this != QOS_0;
    }

    @Override
    public String toString() {
        return this == MIX ? "QoS 0, 1 and 2 mixed" : "QoS " + of(0);
    }
}
