package io.forebay.gateway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * Frames to bytes and back. Packets and frames have nothing to do with each other (MQTT-6.0.0-2), so the content of each
 * frame, continuation or not, goes on as it comes and no message is ever gathered. Owned by the connection's event loop.
 */
final class WebSocketBytes extends ChannelDuplexHandler {
    private boolean open;
    private boolean refused;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        boolean data = message instanceof BinaryWebSocketFrame || message instanceof ContinuationWebSocketFrame;
        if (data && !refused) {
            context.fireChannelRead(((WebSocketFrame) message).content());
            return;
        }
        if (message instanceof TextWebSocketFrame && !refused) {
            refuse(context);
        }
        ReferenceCountUtil.release(message);
    }

    /** MQTT-6.0.0-1: anything but binary data closes the connection. */
    @SuppressWarnings("FutureReturnValueIgnored") // The connection is closed in any case.
    private void refuse(ChannelHandlerContext context) {
        refused = true;
        context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.INVALID_MESSAGE_TYPE, "MQTT is binary"));
        context.channel().close();
    }

    /** Says goodbye as far as the device listens, and waits for nothing. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // It is told to the promise.
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (open && !refused && context.channel().isActive()) {
            context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
        }
        context.close(promise);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
            open = true;
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // It is told to the promise.
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf bytes)) {
            context.write(message, promise);
        } else if (open && bytes.isReadable()) {
            context.write(new BinaryWebSocketFrame(bytes), promise);
        } else {
            bytes.release(); // Nobody can hear us before the handshake; and Vert.x flushes with an empty buffer.
            promise.trySuccess();
        }
    }
}
