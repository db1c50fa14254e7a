package io.forebay.simulator.scenario;

/**
 * A TCP proxy that stands where the simulator has no connection of its own, such as between a gateway and its broker.
 *
 * @param name what faults call it
 * @param listen local port
 * @param host where it leads to
 * @param port port there
 */
public record ProxySpec(String name, int listen, String host, int port) {}
