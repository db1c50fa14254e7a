package io.forebay.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.net.NetSocketInternal;
import java.net.URI;
import java.util.List;

/**
 * Turns a TCP connection into a WebSocket that carries MQTT (MQTT-6.0.0-1 to MQTT-6.0.0-4). Owned by the event loop of its
 * socket.
 */
final class WebSocketUpgrade extends MessageToMessageCodec<BinaryWebSocketFrame, ByteBuf> {
    private static final int ANSWER_BYTES_MAX = 8192;
    private static final int FRAME_BYTES_MAX = 4 << 20;
    private static final long TIMEOUT_MS = 10_000;

    private final Promise<Void> agreed = Promise.promise();

    private final boolean late;

    private WebSocketUpgrade(boolean late) {
        this.late = late;
    }

    /** @param tls the connection is through its TLS handshake, so that nobody will say again that it is active */
    static Future<Void> start(NetSocketInternal socket, String authority, String path, boolean tls) {
        WebSocketUpgrade upgrade = new WebSocketUpgrade(tls);
        WebSocketClientProtocolHandler protocol = new WebSocketClientProtocolHandler(
                WebSocketClientHandshakerFactory.newHandshaker(
                        URI.create("ws://" + authority + path),
                        WebSocketVersion.V13,
                        "mqtt",
                        false,
                        new DefaultHttpHeaders(),
                        FRAME_BYTES_MAX),
                TIMEOUT_MS);
        ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
        // From the socket to us: HTTP, then frames, then the bytes in them, then MQTT.
        pipeline.addBefore("mqttEncoder", "http", new HttpClientCodec());
        pipeline.addBefore("mqttEncoder", "httpAggregator", new HttpObjectAggregator(ANSWER_BYTES_MAX));
        pipeline.addBefore("mqttEncoder", "webSocket", protocol);
        pipeline.addBefore("mqttEncoder", "frames", new WebSocketFrameAggregator(FRAME_BYTES_MAX));
        pipeline.addBefore("mqttEncoder", "unframe", upgrade);
        if (tls) {
            pipeline.context("httpAggregator").fireChannelActive();
        }
        return upgrade.agreed.future();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        if (!late) {
            super.channelActive(context);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
            agreed.tryComplete();
        } else if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_TIMEOUT) {
            agreed.tryFail("it does not answer the WebSocket handshake");
        }
        super.userEventTriggered(context, event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        agreed.tryFail("it refuses the WebSocket: " + failure.getMessage());
        // That closes the socket and is told from there.
        context.fireExceptionCaught(failure);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        agreed.tryFail("it closed the connection during the WebSocket handshake");
        super.channelInactive(context);
    }

    @Override
    protected void encode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
        out.add(new BinaryWebSocketFrame(bytes.retain()));
    }

    @Override
    protected void decode(ChannelHandlerContext context, BinaryWebSocketFrame frame, List<Object> out) {
        out.add(frame.content().retain());
    }
}
