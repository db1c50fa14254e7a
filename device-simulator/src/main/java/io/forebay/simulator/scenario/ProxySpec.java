package io.forebay.simulator.scenario;

/**
 * A TCP proxy of a scenario, that somebody else is told to connect to.
 *
 * @param name what faults call it
 * @param address where it listens: a host name or address of this machine
 * @param listen the port
 * @param host where it leads to, or empty: to the AMQP broker of the run
 * @param port the port there
 */
public record ProxySpec(String name, String address, int listen, String host, int port) {}
