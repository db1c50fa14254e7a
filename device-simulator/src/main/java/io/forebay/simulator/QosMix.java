package io.forebay.simulator;

import io.forebay.simulator.scenario.QosShares;

/** Which QoS the messages of a lane have: all the same, or 1, 2, 0 in turn. */
public enum QosMix {
    QOS_0,
    QOS_1,
    QOS_2,
    MIX;

    QosShares shares() {
        return this == MIX ? QosShares.MIX : QosShares.only(name().charAt(4) - (int) '0');
    }

    @Override
    public String toString() {
        return shares().toString();
    }
}
