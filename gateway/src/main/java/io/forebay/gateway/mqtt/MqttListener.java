package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.DecoderLimits;
import io.forebay.gateway.mqtt.codec.PacketDecoder;
import io.forebay.gateway.tls.CertifiedDevice;
import io.forebay.gateway.tls.HandshakeFailure;
import io.forebay.gateway.tls.LiveListener;
import io.forebay.gateway.tls.Tls;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts devices on one event loop, at all listeners; several are deployed and share the ports. Owned by that event
 * loop.
 */
public final class MqttListener extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(MqttListener.class);
    /** What may be open beyond connections-max for just long enough to read CONNECT and to refuse it in words. */
    private static final int REFUSALS_AT_ONCE = 1_000;

    private final MqttSetup setup;
    private final Tls tls;
    private final ListenerSeats seats;
    private final DeviceFaults faults;
    private final long stopTimeoutMs;
    private final LoopFlush loopFlush = new LoopFlush();
    private final Map<String, NetServer> servers = new LinkedHashMap<>();

    /** The only one, with certificates that nobody looks after. */
    public MqttListener(MqttSetup setup, long stopTimeoutMs) {
        this(setup, Tls.open(setup.config().tls(), new SimpleMeterRegistry()), stopTimeoutMs);
    }

    /** The only one. */
    MqttListener(MqttSetup setup, Tls tls, long stopTimeoutMs) {
        this(setup, tls, stopTimeoutMs, new ListenerSeats(), new DeviceFaults());
    }

    private MqttListener(MqttSetup setup, Tls tls, long stopTimeoutMs, ListenerSeats seats, DeviceFaults faults) {
        this.setup = setup;
        this.tls = tls;
        this.stopTimeoutMs = stopTimeoutMs;
        this.seats = seats;
        this.faults = faults;
    }

    /**
     * One for each event loop, all with the same limits.
     *
     * @param stopTimeoutMs how long a stop waits for acknowledgements in flight
     */
    public static Supplier<MqttListener> each(MqttSetup setup, Tls tls, long stopTimeoutMs) {
        ListenerSeats seats = new ListenerSeats();
        DeviceFaults faults = new DeviceFaults();
        return () -> new MqttListener(setup, tls, stopTimeoutMs, seats, faults);
    }

    @Override
    public Future<?> start() {
        Future<?> started = Future.succeededFuture();
        for (MqttConfig.Listener listener : setup.config().listeners()) {
            started = started.compose(done -> listen(listener));
        }
        return started;
    }

    /** No new connections; every device gets its acknowledgements in flight, then DISCONNECT 0x8B. */
    @Override
    public Future<?> stop() {
        return Future.join(servers.values().stream()
                .map(server -> server.shutdown(stopTimeoutMs, TimeUnit.MILLISECONDS))
                .toList());
    }

    /** The port of the first listener, for configurations that leave it to the system (0). */
    public int port() {
        return port(setup.config().listeners().get(0).name());
    }

    int port(String listener) {
        return servers.get(listener).actualPort();
    }

    private Future<NetServer> listen(MqttConfig.Listener listener) {
        Places places = new Places(listener);
        NetServer server = vertx.createNetServer(ListenerOptions.of(listener, places.tls))
                .connectHandler(places::onSocket)
                .exceptionHandler(places::onNotAccepted);
        servers.put(listener.name(), server);
        return server.listen()
                .recover(fault ->
                        Future.failedFuture(new IllegalStateException(listener + ": " + fault.getMessage(), fault)));
    }

    /** The connections of one listener on this event loop. */
    private final class Places {
        private final MqttConfig.Listener listener;
        private final Optional<LiveListener> tls;
        private final MqttSetup open;
        /** A listener that is full serves on without any room: CONNECT is read, and refused in words. */
        private final MqttSetup full;

        Places(MqttConfig.Listener listener) {
            this.listener = listener;
            this.tls = MqttListener.this.tls.of(listener.name());
            MqttConfig config = setup.config();
            this.open = setup.with(config.within(config.connectionsMax(), listener.packetBytesMax()));
            this.full = setup.with(config.within(0, listener.packetBytesMax()));
        }

        void onSocket(NetSocket accepted) {
            int ofAll = setup.meters().connectionOpened();
            int ofListener = seats.take(listener);
            if (ofAll > setup.config().connectionsMax() + REFUSALS_AT_ONCE
                    || ofListener > listener.connectionsMax() + REFUSALS_AT_ONCE) {
                setup.meters().connectionClosed();
                seats.leave(listener);
                setup.meters().flooded();
                faults.tell("flood", "More connect than can be refused in words", () -> "listener=" + listener);
                accepted.close().onFailure(fault -> log.debug("A socket was not closed: {}", fault.getMessage()));
                return;
            }
            serve((NetSocketInternal) accepted, ofListener > listener.connectionsMax() ? full : open);
        }

        void onNotAccepted(Throwable fault) {
            HandshakeFailure failure = tls.map(live -> live.failed(fault)).orElse(HandshakeFailure.OTHER);
            faults.tell(
                    "not-accepted-" + failure.word(),
                    "A connection was not accepted: " + failure.sentence(fault),
                    () -> "listener=" + listener);
        }

        private void serve(NetSocketInternal socket, MqttSetup room) {
            MqttConnection connection = new MqttConnection(socket, context, room, listener, faults, loopFlush);
            Optional<CertifiedDevice> device = tls.flatMap(live -> live.enter(socket.sslSession(), connection::onCut));
            device.ifPresent(connection::identify);
            fill(socket.channelHandlerContext().pipeline(), connection);
            socket.messageHandler(connection::onPacket);
            socket.closeHandler(closed -> {
                seats.leave(listener);
                device.ifPresent(CertifiedDevice::leave);
                connection.onClosed();
            });
            socket.exceptionHandler(fault -> log.debug("A connection broke: {}", fault.getMessage()));
            socket.shutdownHandler(timeout -> connection.drain());
        }

        private void fill(ChannelPipeline pipeline, MqttConnection connection) {
            int outboundMax = setup.config().protocol().outboundBytesMax();
            pipeline.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(outboundMax / 2, outboundMax));
            if (listener.transport() == MqttConfig.Transport.WS) {
                WebSocketPipeline.fill(pipeline, listener);
            }
            DecoderLimits limits = DecoderLimits.of(
                    listener.packetBytesMax(),
                    setup.config().quotas().connectBytesMax(),
                    setup.config().protocol().controlCharacters());
            KeepAlive deadline = new KeepAlive(listener.connectTimeoutMs(), connection::onSilence);
            pipeline.addBefore("handler", "mqtt-decoder", new PacketDecoder(limits));
            pipeline.addBefore("handler", KeepAlive.NAME, deadline);
            pipeline.addBefore("handler", "writability", new Writability(connection.slowReader()));
        }
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
