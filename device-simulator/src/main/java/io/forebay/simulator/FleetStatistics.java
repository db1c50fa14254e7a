package io.forebay.simulator;

/** What happens to the connections of a fleet, counted. Owned by the event loop of the run. */
final class FleetStatistics {
    long online;
    long connects;
    long connectionsLost;
    long connectsFailed;
    /** The broker had forgotten a session that the device still had. */
    long sessionsForgotten;

    String lastTrouble = "";
}
