package io.forebay.simulator.scenario;

/**
 * Devices of one kind.
 *
 * @param name for the report
 * @param devices how many
 * @param connectsPerSecond how fast they come up; 0: as fast as the broker shakes hands
 * @param connection how they connect
 * @param traffic what they publish and receive
 * @param behaviour what they do wrong
 */
public record FleetSpec(
        String name,
        int devices,
        double connectsPerSecond,
        ConnectionSpec connection,
        TrafficSpec traffic,
        Behaviour behaviour) {

    FleetSpec scaled(double load, double time) {
        int scaledDevices = (int) Math.max(1, Math.round(devices * load));
        return new FleetSpec(
                name,
                scaledDevices,
                connectsPerSecond,
                connection,
                traffic.withRate(traffic.rate().scaled(load, time)),
                behaviour.scaled(time));
    }

    public FleetSpec withDevices(int number) {
        return new FleetSpec(name, number, connectsPerSecond, connection, traffic, behaviour);
    }

    public FleetSpec withTraffic(TrafficSpec other) {
        return new FleetSpec(name, devices, connectsPerSecond, connection, other, behaviour);
    }

    public FleetSpec withConnection(ConnectionSpec other) {
        return new FleetSpec(name, devices, connectsPerSecond, other, traffic, behaviour);
    }

    /** Lanes of one device: its topics, and one for its answers if it gives any. */
    public int lanesPerDevice() {
        return behaviour.misbehaviour().publishes() ? traffic.topics() + (traffic.answers() ? 1 : 0) : 0;
    }
}
