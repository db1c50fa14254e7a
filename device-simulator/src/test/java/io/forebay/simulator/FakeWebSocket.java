package io.forebay.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.util.List;

/** The broker's end of a WebSocket that carries MQTT. Owned by the event loop of its socket. */
final class FakeWebSocket extends MessageToMessageCodec<BinaryWebSocketFrame, ByteBuf> {
    static final String PATH = "/mqtt";

    private FakeWebSocket() {}

    /** Before the first byte, and with the MQTT codec already there. */
    static void accept(ChannelPipeline pipeline) {
        pipeline.addBefore("encoder", "http", new HttpServerCodec());
        pipeline.addBefore("encoder", "httpAggregator", new HttpObjectAggregator(8192));
        pipeline.addBefore("encoder", "webSocket", new WebSocketServerProtocolHandler(PATH, "mqtt"));
        pipeline.addBefore("encoder", "unframe", new FakeWebSocket());
    }

    /** A request for another path comes through as it is. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof FullHttpRequest request) {
            request.release();
            DefaultFullHttpResponse notFound =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_FOUND);
            context.writeAndFlush(notFound).addListener(ChannelFutureListener.CLOSE);
        } else {
            super.channelRead(context, message);
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
}
