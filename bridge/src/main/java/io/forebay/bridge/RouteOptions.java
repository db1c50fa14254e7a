package io.forebay.bridge;

import io.forebay.storage.AckLevel;

/**
 * How the messages of a route are treated.
 *
 * @param order what a lane is
 * @param laneWindow how many messages of a lane may be with the broker at a time. 1 is strict; with n, a message that the
 *     broker does not take the first time may be overtaken by up to n - 1 later ones of its lane.
 * @param rateMax how many messages are sent in a second, over all lanes of the route; 0 for as many as possible. What is
 *     too much waits in the log.
 * @param onRejected what becomes of a message that the broker does not want, or that can never be sent
 * @param rejectedRetries how often such a message is offered again before that
 * @param deadLetter the address of the same target that a copy of what is quarantined is sent to; empty for none
 * @param ackLevel when the publisher of a message is acknowledged
 * @param mapping what the AMQP message looks like
 * @param share how much of the log may be kept because of it
 */
public record RouteOptions(
        Order order,
        int laneWindow,
        int rateMax,
        OnRejected onRejected,
        int rejectedRetries,
        String deadLetter,
        AckLevel ackLevel,
        MappingOptions mapping,
        ShareConfig share) {
    public static final RouteOptions USUAL = new RouteOptions(
            Order.TOPIC, 1, 0, OnRejected.QUARANTINE, 3, "", AckLevel.SYNCED, MappingOptions.USUAL, ShareConfig.ALL);

    private static final int RETRIES_MAX = 1_000_000;
    private static final int RATE_MAX = 100_000_000;
    private static final int WINDOW_MAX = 65_535;

    /** What is kept in order. */
    public enum Order {
        /** The messages of one client id with one topic: the lane. */
        TOPIC,
        /** All messages of one client id that go to the same address; one waits for the other whatever their topics. */
        CLIENT,
        /** Nothing: as many of one client and topic may be with the broker as there is credit for. */
        NONE
    }

    /** What becomes of a message that was rejected once too often. */
    public enum OnRejected {
        /** It is put into the quarantine, and its lane goes on. */
        QUARANTINE,
        /** Its lane waits and offers it for ever: nothing overtakes it, and the log keeps it and all that comes after. */
        BLOCK
    }

    public RouteOptions {
        if (laneWindow < 1 || laneWindow > WINDOW_MAX) {
            throw new IllegalArgumentException("lane-window must be 1 to " + WINDOW_MAX);
        }
        if (order == Order.CLIENT && share.whenFull() == ShareConfig.WhenFull.DROP_OLDEST) {
            throw new IllegalArgumentException("when-full: drop-oldest does not go with order: client");
        }
        if (rateMax < 0 || rateMax > RATE_MAX) {
            throw new IllegalArgumentException("rate-max must be 0 to " + RATE_MAX);
        }
        if (rejectedRetries < 0 || rejectedRetries > RETRIES_MAX) {
            throw new IllegalArgumentException("rejected-retries must be 0 to " + RETRIES_MAX);
        }
    }

    /** How many messages of one lane may be with the broker. */
    int window() {
        return order == Order.NONE ? WINDOW_MAX : laneWindow;
    }

    /** Whether a later message never overtakes an earlier one of its lane. */
    boolean isStrict() {
        return window() == 1;
    }

    public RouteOptions withOrder(Order other) {
        return new RouteOptions(
                other, laneWindow, rateMax, onRejected, rejectedRetries, deadLetter, ackLevel, mapping, share);
    }

    public RouteOptions withLaneWindow(int other) {
        return new RouteOptions(
                order, other, rateMax, onRejected, rejectedRetries, deadLetter, ackLevel, mapping, share);
    }

    public RouteOptions withRateMax(int other) {
        return new RouteOptions(
                order, laneWindow, other, onRejected, rejectedRetries, deadLetter, ackLevel, mapping, share);
    }

    public RouteOptions withOnRejected(OnRejected other) {
        return new RouteOptions(
                order, laneWindow, rateMax, other, rejectedRetries, deadLetter, ackLevel, mapping, share);
    }

    public RouteOptions withRejectedRetries(int other) {
        return new RouteOptions(order, laneWindow, rateMax, onRejected, other, deadLetter, ackLevel, mapping, share);
    }

    public RouteOptions withDeadLetter(String other) {
        return new RouteOptions(
                order, laneWindow, rateMax, onRejected, rejectedRetries, other, ackLevel, mapping, share);
    }

    public RouteOptions withAckLevel(AckLevel other) {
        return new RouteOptions(
                order, laneWindow, rateMax, onRejected, rejectedRetries, deadLetter, other, mapping, share);
    }

    public RouteOptions withMapping(MappingOptions other) {
        return new RouteOptions(
                order, laneWindow, rateMax, onRejected, rejectedRetries, deadLetter, ackLevel, other, share);
    }

    public RouteOptions withShare(ShareConfig other) {
        return new RouteOptions(
                order, laneWindow, rateMax, onRejected, rejectedRetries, deadLetter, ackLevel, mapping, other);
    }
}
