package io.forebay.gateway.mqtt;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;

/**
 * What stands between a socket and the MQTT codec when MQTT travels over WebSocket (MQTT-6): one HTTP request, then
 * frames whose content is a stream of bytes. There is no compression: its state would cost each idle device more memory
 * than the rest of its connection.
 */
final class WebSocketPipeline {
    private static final int REQUEST_BODY_BYTES_MAX = 8_192;
    /** Devices may gather small packets into a frame that is larger than any of them. */
    private static final int FRAME_BYTES_BEYOND_PACKET = 64 << 10;

    private WebSocketPipeline() {}

    /** Adds the handlers before that of Vert.x. */
    static void fill(ChannelPipeline pipeline, MqttConfig.Listener listener) {
        pipeline.addBefore("handler", "http", new HttpServerCodec());
        pipeline.addBefore("handler", "http-body", new HttpObjectAggregator(REQUEST_BODY_BYTES_MAX));
        pipeline.addBefore("handler", "ws-gate", new WebSocketGate(listener.path()));
        pipeline.addBefore("handler", "ws", new WebSocketServerProtocolHandler(config(listener)));
        pipeline.addBefore("handler", "ws-bytes", new WebSocketBytes());
    }

    private static WebSocketServerProtocolConfig config(MqttConfig.Listener listener) {
        return WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/")
                .checkStartsWith(true) // The gate has looked at the path.
                .subprotocols(WebSocketGate.SUBPROTOCOLS)
                .sendCloseFrame(null) // WebSocketBytes does: Netty would wait for a device that does not read.
                .handshakeTimeoutMillis(listener.connectTimeoutMs())
                .decoderConfig(WebSocketDecoderConfig.newBuilder()
                        .maxFramePayloadLength(listener.packetBytesMax() + FRAME_BYTES_BEYOND_PACKET)
                        .allowExtensions(false)
                        .withUTF8Validator(false) // Text is refused as such.
                        .build())
                .build();
    }
}
