package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The handlers of WebSocketPipeline, byte by byte. */
class WebSocketPipelineTest {
    private static final String MASK = "00000000"; // Frames of a client are masked; this mask changes nothing.
    private static final int PACKET_BYTES_MAX = 1_000;

    private final EmbeddedChannel channel = channel();

    private static EmbeddedChannel channel() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline().addLast("handler", new ChannelInboundHandlerAdapter());
        MqttConfig.Listener listener = Rig.listener("ws", MqttConfig.Transport.WS, false, 10);
        WebSocketPipeline.fill(channel.pipeline(), Rig.withPacketBytesMax(listener, PACKET_BYTES_MAX));
        return channel;
    }

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
    }

    @Test
    void mqtt_6_0_0_4_theSubprotocolIsAnswered() {
        String answer = request("/mqtt", "Sec-WebSocket-Protocol: mqtt\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 101 "), answer);
        assertTrue(answer.contains("sec-websocket-protocol: mqtt\r\n"), answer);
        assertFalse(answer.contains("sec-websocket-extensions"), answer);
    }

    @Test
    void theFirstSubprotocolThatWeKnowIsTaken() {
        String answer = request("/mqtt?token=x", "Sec-WebSocket-Protocol: amqp, mqttv3.1, mqtt\r\n");

        assertTrue(answer.contains("sec-websocket-protocol: mqttv3.1\r\n"), answer);
    }

    @Test
    void compressionIsNotAgreedTo() {
        String answer =
                request("/mqtt", "Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Extensions: permessage-deflate\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 101 "), answer);
        assertFalse(answer.contains("permessage-deflate"), answer);
    }

    @Test
    void anotherPathIsNotFound() {
        assertRefused("404", request("/other", "Sec-WebSocket-Protocol: mqtt\r\n"));
    }

    @Test
    void aLongerPathIsNotFound() {
        assertRefused("404", request("/mqtt/x", "Sec-WebSocket-Protocol: mqtt\r\n"));
    }

    @Test
    void mqtt_6_0_0_3_withoutTheSubprotocolItIsRefused() {
        assertRefused("400", request("/mqtt", ""));
    }

    @Test
    void anotherSubprotocolIsRefused() {
        assertRefused("400", request("/mqtt", "Sec-WebSocket-Protocol: amqp\r\n"));
    }

    @Test
    void aPlainGetIsToldToUpgrade() {
        send("GET /mqtt HTTP/1.1\r\nHost: h\r\n\r\n");
        assertRefused("426", sent());
    }

    @Test
    void whatIsNoHttpIsRefused() {
        send(new String(hex("100d00044d51545404020000000171"), StandardCharsets.ISO_8859_1) + "\r\n\r\n");
        assertRefused("400", sent());
    }

    @Test
    void mqtt_6_0_0_2_packetsAndFramesNeedNotAgree() {
        handshake();

        frame("82", "c000c000c0");
        frame("82", "00");
        assertEquals("c000c000c000", received());
    }

    @Test
    void continuationFramesGoOnAsTheyCome() {
        handshake();

        frame("02", "10");
        assertEquals("10", received());
        frame("00", "0d");
        frame("89", ""); // A ping may come between.
        frame("80", "0004");
        assertEquals("0d0004", received());
    }

    @Test
    void aPingIsAnswered() {
        handshake();

        frame("89", "6162");

        assertEquals("8a026162", sentHex());
    }

    @Test
    void mqtt_6_0_0_1_aTextFrameClosesTheConnectionWith1003() {
        handshake();

        frame("81", "6869");

        assertTrue(sentHex().contains("03eb"), "no 1003");
        assertFalse(channel.isOpen());
        assertEquals("", received());
    }

    @Test
    void aFrameBeyondTheLimitIsNotTaken() {
        handshake();

        byte[] header = hex("82ff" + "0000000000100000" + MASK); // 1 MiB, of which nothing has come yet.
        assertThrows(CorruptedWebSocketFrameException.class, () -> send(header));

        assertFalse(channel.isOpen());
    }

    @Test
    void anUnmaskedFrameIsNotTaken() {
        handshake();

        assertThrows(CorruptedWebSocketFrameException.class, () -> send(hex("8202c000")));

        assertFalse(channel.isOpen());
        assertEquals("", received());
    }

    @Test
    void bytesLeaveAsABinaryFrame() {
        handshake();

        channel.writeOutbound(Unpooled.wrappedBuffer(hex("d000")));

        assertEquals("8202d000", sentHex());
    }

    @Test
    void beforeTheHandshakeNothingLeaves() {
        ByteBuf early = Unpooled.wrappedBuffer(hex("d000"));

        channel.writeOutbound(early);

        assertNull(channel.readOutbound());
        assertEquals(0, early.refCnt());
    }

    @Test
    void ourCloseIsACloseFrame() {
        handshake();

        assertTrue(channel.close().isDone());

        assertTrue(sentHex().matches("88..03e8.*"), "no close frame with 1000");
    }

    private void handshake() {
        assertTrue(request("/mqtt", "Sec-WebSocket-Protocol: mqtt\r\n").startsWith("HTTP/1.1 101 "));
    }

    private String request(String path, String headers) {
        send("GET " + path + " HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" + headers + "\r\n");
        return sent();
    }

    private void assertRefused(String status, String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertFalse(channel.isOpen());
    }

    private void frame(String firstByte, String payload) {
        String length = String.format("%02x", 0x80 | payload.length() / 2);
        send(hex(firstByte + length + MASK + payload));
    }

    private void send(String text) {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void send(byte[] bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        channel.runPendingTasks();
    }

    private String received() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf bytes = channel.readInbound(); bytes != null; bytes = channel.readInbound()) {
            text.append(ByteBufUtil.hexDump(bytes));
            bytes.release();
        }
        return text.toString();
    }

    private String sent() {
        return new String(hex(sentHex()), StandardCharsets.ISO_8859_1);
    }

    private String sentHex() {
        channel.runPendingTasks();
        StringBuilder text = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            text.append(ByteBufUtil.hexDump(bytes));
            bytes.release();
        }
        return text.toString();
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
