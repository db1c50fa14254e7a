package io.forebay.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;

/**
 * One TCP connection that carries MQTT packets. Owned by the event loop of its socket.
 *
 * <p>Vert.x's own MQTT client is not used: it cannot resend with the packet ids of the connection before, which is what a
 * device with a session has to do.
 */
final class MqttLink {
    private static final int PACKET_BYTES_MAX = 1 << 20;
    private static final int WRITES_PER_FLUSH_MAX = 256;

    /** Who is told what happens on the link. Nothing is told after {@link #onClosed}, which comes exactly once. */
    interface Listener {
        void onPacket(MqttMessage packet);

        void onWritable();

        void onClosed(String reason);
    }

    private final NetSocketInternal socket;
    private final Listener listener;
    private boolean closed;
    private String reason = "the other side closed the connection";

    private MqttLink(NetSocket socket, Listener listener) {
        this.socket = (NetSocketInternal) socket;
        this.listener = listener;
    }

    static MqttLink on(NetSocket socket, Listener listener) {
        MqttLink link = new MqttLink(socket, listener);
        link.open();
        return link;
    }

    private void open() {
        ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
        pipeline.addBefore("handler", "flush", new FlushConsolidationHandler(WRITES_PER_FLUSH_MAX, true));
        pipeline.addBefore("handler", "mqttEncoder", MqttEncoder.INSTANCE);
        pipeline.addBefore("handler", "mqttDecoder", new MqttDecoder(PACKET_BYTES_MAX));
        socket.messageHandler(this::onMessage);
        socket.exceptionHandler(failure -> reason = ConnectFailure.reason(failure));
        socket.drainHandler(ignored -> {
            if (!closed) {
                listener.onWritable();
            }
        });
        socket.closeHandler(ignored -> onSocketClosed());
    }

    private void onMessage(Object message) {
        try {
            if (closed || !(message instanceof MqttMessage packet)) {
                return;
            }
            if (packet.decoderResult().isFailure()) {
                close("it sent what is not MQTT");
            } else {
                listener.onPacket(packet);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onSocketClosed() {
        if (!closed) {
            closed = true;
            listener.onClosed(reason);
        }
    }

    /**
     * Puts MQTT into WebSocket frames from here on. Succeeds when the other side agrees; if it does not, the connection is
     * closed, and the listener is told nothing.
     */
    Future<Void> upgrade(String authority, String path) {
        return WebSocketUpgrade.start(socket, authority, path).onFailure(refused -> {
            closed = true;
            socket.close().onFailure(closedAlready -> {});
        });
    }

    /** Bytes that are no MQTT packet, or none that the encoder would make. */
    void sendRaw(ByteBuf bytes) {
        if (!closed) {
            // The encoder lets pass what is no MqttMessage.
            socket.writeMessage(bytes);
        } else {
            bytes.release();
        }
    }

    /** Reads from the socket only when {@link #readMore} says so, and so many bytes at a time. */
    void readSlowly(int bytes) {
        ChannelConfig config = socket.channelHandlerContext().channel().config();
        // What the kernel takes in advance would hide for a long time that nobody reads.
        config.setOption(ChannelOption.SO_RCVBUF, bytes);
        config.setOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(bytes).maxMessagesPerRead(1));
        config.setAutoRead(false);
    }

    /** Reads once, after {@link #readSlowly}. */
    void readMore() {
        if (!closed) {
            socket.channelHandlerContext().channel().read();
        }
    }

    void send(MqttMessage packet) {
        if (!closed) {
            // A write that fails closes the socket, and that is told.
            socket.writeMessage(packet);
        } else {
            ReferenceCountUtil.release(packet);
        }
    }

    boolean writable() {
        return !closed && !socket.writeQueueFull();
    }

    /** Closes after what is written; {@link Listener#onClosed} follows. */
    void close(String why) {
        reason = why;
        socket.close().onFailure(failure -> onSocketClosed());
    }
}
