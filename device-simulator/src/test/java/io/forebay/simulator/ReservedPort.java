package io.forebay.simulator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A port on which nothing listens, and which nobody else is given meanwhile. No state but the socket. */
final class ReservedPort implements AutoCloseable {
    private final Socket bound = new Socket();

    ReservedPort() throws IOException {
        bound.bind(new InetSocketAddress(InetAddress.getByName("localhost"), 0));
    }

    int number() {
        return bound.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        bound.close();
    }
}
