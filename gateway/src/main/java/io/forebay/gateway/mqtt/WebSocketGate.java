package io.forebay.gateway.mqtt;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * Looks at the one HTTP request of a WebSocket connection, refuses it in words or lets it through and leaves. Owned by
 * the connection's event loop.
 */
final class WebSocketGate extends ChannelInboundHandlerAdapter {
    /** MQTT-6.0.0-3; the second one is what clients of MQTT 3.1 say. */
    static final String SUBPROTOCOLS = "mqtt,mqttv3.1";

    private static final Set<String> KNOWN = Set.of(SUBPROTOCOLS.split(",", -1));

    private final String path;
    private boolean refused;

    WebSocketGate(String path) {
        this.path = path;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refused || !(message instanceof FullHttpRequest request)) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (!request.decoderResult().isSuccess()) {
            refuse(context, request, HttpResponseStatus.BAD_REQUEST, "This is not an HTTP request.");
        } else if (!pathOf(request).equals(path)) {
            refuse(context, request, HttpResponseStatus.NOT_FOUND, "There is nothing here.");
        } else if (!isUpgrade(request)) {
            refuse(context, request, HttpResponseStatus.UPGRADE_REQUIRED, "MQTT is served here, over WebSocket.");
        } else if (!offersMqtt(request)) {
            refuse(context, request, HttpResponseStatus.BAD_REQUEST, "The WebSocket subprotocol must be mqtt.");
        } else {
            context.fireChannelRead(request);
            context.pipeline().remove(this);
        }
    }

    private static String pathOf(FullHttpRequest request) {
        int query = request.uri().indexOf('?');
        return query < 0 ? request.uri() : request.uri().substring(0, query);
    }

    private static boolean isUpgrade(FullHttpRequest request) {
        return request.method().equals(HttpMethod.GET)
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }

    private static boolean offersMqtt(FullHttpRequest request) {
        return request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(header -> Arrays.stream(header.split(",", -1)))
                .anyMatch(offered -> KNOWN.contains(offered.trim()));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The connection is closed in any case.
    private void refuse(
            ChannelHandlerContext context, FullHttpRequest request, HttpResponseStatus status, String sentence) {
        refused = true;
        request.release();
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                status,
                Unpooled.copiedBuffer(sentence + System.lineSeparator(), StandardCharsets.UTF_8));
        response.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            response.headers().set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        }
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
