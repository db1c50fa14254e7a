package io.forebay.gateway.mqtt.accept;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * A transport of Vert.x that shows each server before it is bound: the one place from where a connection can be seen before
 * Vert.x has begun with it. Stateless.
 *
 * @param guard is shown what serves a TCP port
 */
record GatedTransport(Transport transport, Consumer<ServerBootstrap> guard) implements Transport {
    /** @param preferNative whether epoll is taken where it can be */
    static io.vertx.core.transport.Transport over(boolean preferNative, Consumer<ServerBootstrap> guard) {
        io.vertx.core.transport.Transport best = io.vertx.core.transport.Transport.nativeTransport();
        io.vertx.core.transport.Transport taken =
                preferNative && best != null && best.available() ? best : io.vertx.core.transport.Transport.NIO;
        return new Named(taken, new GatedTransport(taken.implementation(), guard));
    }

    private record Named(io.vertx.core.transport.Transport taken, Transport implementation)
            implements io.vertx.core.transport.Transport {
        @Override
        public String name() {
            return taken.name();
        }

        @Override
        public boolean available() {
            return taken.available();
        }

        @Override
        public Throwable unavailabilityCause() {
            return taken.unavailabilityCause();
        }
    }

    @Override
    public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
        transport.configure(config, domainSocket, bootstrap);
        if (!domainSocket) {
            guard.accept(bootstrap);
        }
    }

    @Override
    public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
        transport.configure(config, domainSocket, bootstrap);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
        transport.configure(channel, options);
    }

    @Override
    public boolean supportsDomainSockets() {
        return transport.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
        return transport.supportFileRegion();
    }

    @Override
    public boolean isAvailable() {
        return transport.isAvailable();
    }

    @Override
    public Throwable unavailabilityCause() {
        return transport.unavailabilityCause();
    }

    @Override
    public java.net.SocketAddress convert(SocketAddress address) {
        return transport.convert(address);
    }

    @Override
    public SocketAddress convert(java.net.SocketAddress address) {
        return transport.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return transport.ioHandlerFactory();
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int nThreads, ThreadFactory threadFactory, int ioRatio) {
        return transport.eventLoopGroup(type, nThreads, threadFactory, ioRatio);
    }

    @Override
    @SuppressWarnings("deprecation") // It is how the interface has it.
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return transport.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
        return transport.datagramChannelFactory();
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return transport.channelFactory(domainSocket);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return transport.serverChannelFactory(domainSocket);
    }
}
