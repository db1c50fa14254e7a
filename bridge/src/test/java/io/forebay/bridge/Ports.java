package io.forebay.bridge;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for those who listen, stop and listen again. Not ones that the system gives away (net.ipv4.ip_local_port_range): such
 * a port may meanwhile become the own end of somebody's connection, even of one to that very port. No state.
 */
public final class Ports {
    /** Below those of the gateway's own children, who may be started by the same test. */
    private static final int LEAST = 10_000;

    private static final int MOST = 20_000;
    private static final int TRIES_MAX = 1_000;

    private Ports() {}

    /** A port that nobody listens on. */
    public static int free() throws IOException {
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            try (ServerSocket free =
                    new ServerSocket(ThreadLocalRandom.current().nextInt(LEAST, MOST))) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // The next one.
            }
        }
        throw new IOException("no port is free from " + LEAST + " to " + MOST);
    }
}
