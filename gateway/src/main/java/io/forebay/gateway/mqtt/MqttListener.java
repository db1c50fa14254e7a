package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.DecoderLimits;
import io.forebay.gateway.mqtt.codec.PacketDecoder;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts devices on one event loop; several are deployed and share the ports. Owned by that event loop. */
public final class MqttListener extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(MqttListener.class);
    private static final int ACCEPT_BACKLOG = 4_096;
    /** What may be open beyond connections-max for just long enough to read CONNECT and to refuse it in words. */
    private static final int REFUSALS_AT_ONCE = 1_000;

    private static final MqttConfig.Listener STRICT = new MqttConfig.Listener("mqtt", false);

    private final MqttSetup setup;
    private final MqttConfig.Listener settings;
    private final long stopTimeoutMs;
    private final LoopFlush loopFlush = new LoopFlush();
    private final List<NetServer> servers = new ArrayList<>();

    /** @param stopTimeoutMs how long a stop waits for acknowledgements in flight */
    public MqttListener(MqttSetup setup, long stopTimeoutMs) {
        this(setup, stopTimeoutMs, STRICT);
    }

    MqttListener(MqttSetup setup, long stopTimeoutMs, MqttConfig.Listener settings) {
        this.setup = setup;
        this.settings = settings;
        this.stopTimeoutMs = stopTimeoutMs;
    }

    @Override
    public Future<?> start() {
        MqttConfig config = setup.config();
        Future<?> plain = listen(options(config.host(), config.port()));
        return config.tls()
                .<Future<?>>map(tls -> plain.compose(done -> listen(encrypted(options(tls.host(), tls.port()), tls))))
                .orElse(plain);
    }

    /** No new connections; every device gets its acknowledgements in flight, then DISCONNECT 0x8B. */
    @Override
    public Future<?> stop() {
        return Future.join(servers.stream()
                .map(server -> server.shutdown(stopTimeoutMs, TimeUnit.MILLISECONDS))
                .toList());
    }

    /** The port of the plain listener, for configurations that leave it to the system (0). */
    public int port() {
        return servers.get(0).actualPort();
    }

    private Future<NetServer> listen(NetServerOptions options) {
        NetServer server = vertx.createNetServer(options)
                .connectHandler(this::onSocket)
                .exceptionHandler(fault -> log.debug("A connection was not accepted: {}", fault.getMessage()));
        servers.add(server);
        return server.listen();
    }

    private static NetServerOptions options(String host, int port) {
        return new NetServerOptions()
                .setHost(host)
                .setPort(port)
                .setTcpNoDelay(true)
                .setAcceptBacklog(ACCEPT_BACKLOG);
    }

    private static NetServerOptions encrypted(NetServerOptions options, MqttConfig.Tls tls) {
        options.setSsl(true)
                .setSslEngineOptions(OpenSsl.isAvailable() ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions())
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(tls.certificate().toString())
                        .setKeyPath(tls.key().toString()));
        tls.clientCa().ifPresent(ca -> options.setClientAuth(ClientAuth.REQUIRED)
                .setTrustOptions(new PemTrustOptions().addCertPath(ca.toString())));
        return options;
    }

    private void onSocket(NetSocket accepted) {
        MqttConfig config = setup.config();
        if (setup.meters().connectionOpened() > config.connectionsMax() + REFUSALS_AT_ONCE) {
            setup.meters().connectionClosed();
            setup.meters().flooded();
            accepted.close().onFailure(fault -> log.debug("A socket was not closed: {}", fault.getMessage()));
            return;
        }
        NetSocketInternal socket = (NetSocketInternal) accepted;
        int outboundMax = config.protocol().outboundBytesMax();
        socket.channelHandlerContext()
                .channel()
                .config()
                .setWriteBufferWaterMark(new WriteBufferWaterMark(outboundMax / 2, outboundMax));
        MqttConnection connection = new MqttConnection(socket, context, setup, settings, loopFlush);
        ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
        pipeline.addBefore("handler", "mqtt-decoder", new PacketDecoder(DecoderLimits.of(config.packetBytesMax())));
        pipeline.addBefore("handler", KeepAlive.NAME, new KeepAlive(config.connectTimeoutMs(), connection::onSilence));
        pipeline.addBefore("handler", "writability", new Writability(connection.slowReader()));
        socket.messageHandler(connection::onPacket);
        socket.closeHandler(closed -> connection.onClosed());
        socket.exceptionHandler(fault -> log.debug("A connection broke: {}", fault.getMessage()));
        socket.shutdownHandler(timeout -> connection.drain());
    }

    /** Tells when the device begins or stops to read what is sent to it. */
    private static final class Writability extends ChannelInboundHandlerAdapter {
        private final SlowReader slowReader;

        Writability(SlowReader slowReader) {
            this.slowReader = slowReader;
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext channel) {
            slowReader.onWritabilityChanged();
            channel.fireChannelWritabilityChanged();
        }
    }
}
