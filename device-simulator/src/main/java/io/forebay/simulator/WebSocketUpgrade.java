package io.forebay.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.net.NetSocketInternal;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Turns a TCP connection into a WebSocket that carries MQTT (MQTT-6.0.0-1 to MQTT-6.0.0-4). Owned by the event loop of its
 * socket.
 *
 * <p>It starts the handshake itself: whether a channel that gets a new handler will still be told that it is active depends
 * on whether there was a TLS handshake before.
 */
final class WebSocketUpgrade extends MessageToMessageCodec<BinaryWebSocketFrame, ByteBuf> {
    private static final int ANSWER_BYTES_MAX = 8192;
    private static final int FRAME_BYTES_MAX = 4 << 20;
    private static final long TIMEOUT_MS = 10_000;

    private final Promise<Void> agreed = Promise.promise();
    private final WebSocketClientHandshaker handshaker;

    private WebSocketUpgrade(WebSocketClientHandshaker handshaker) {
        this.handshaker = handshaker;
    }

    /** Succeeds when the other side agrees. */
    static Future<Void> start(NetSocketInternal socket, String authority, String path) {
        WebSocketUpgrade upgrade = new WebSocketUpgrade(WebSocketClientHandshakerFactory.newHandshaker(
                URI.create("ws://" + authority + path),
                WebSocketVersion.V13,
                "mqtt",
                false,
                new DefaultHttpHeaders(),
                FRAME_BYTES_MAX));
        ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
        // From the socket to us: HTTP, then frames, then the bytes in them, then MQTT.
        pipeline.addBefore("mqttEncoder", "http", new HttpClientCodec());
        pipeline.addBefore("mqttEncoder", "httpAggregator", new HttpObjectAggregator(ANSWER_BYTES_MAX));
        pipeline.addBefore("mqttEncoder", "frames", new WebSocketFrameAggregator(FRAME_BYTES_MAX));
        pipeline.addBefore("mqttEncoder", "unframe", upgrade);
        return upgrade.shakeHands(pipeline.context(upgrade));
    }

    private Future<Void> shakeHands(ChannelHandlerContext context) {
        handshaker.handshake(context.channel()).addListener(sent -> {
            if (!sent.isSuccess()) {
                agreed.tryFail(sent.cause());
            }
        });
        var timeout = context.executor()
                .schedule(
                        () -> agreed.tryFail("it does not answer the WebSocket handshake"),
                        TIMEOUT_MS,
                        TimeUnit.MILLISECONDS);
        return agreed.future().onComplete(answered -> timeout.cancel(false));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof BinaryWebSocketFrame) {
            super.channelRead(context, message);
            return;
        }
        try {
            if (message instanceof FullHttpResponse answer && !handshaker.isHandshakeComplete()) {
                handshaker.finishHandshake(context.channel(), answer);
                agreed.tryComplete();
            } else if (message instanceof PingWebSocketFrame ping) {
                PongWebSocketFrame pong = new PongWebSocketFrame(ping.content().retain());
                context.writeAndFlush(pong).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            } else if (message instanceof CloseWebSocketFrame) {
                context.close().addListener(closed -> {});
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    protected void encode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
        out.add(new BinaryWebSocketFrame(bytes.retain()));
    }

    @Override
    protected void decode(ChannelHandlerContext context, BinaryWebSocketFrame frame, List<Object> out) {
        out.add(frame.content().retain());
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
}
