package io.forebay.gateway.conformance;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A WebSocket client that sends exactly the frames of the test. Owned by the test thread. */
final class WebSocketWire implements AutoCloseable {
    private static final int CLOSE = 8;

    private final Socket socket;
    private final DataInputStream in;
    private String subprotocol;
    private byte[] frame = {};
    private int read;

    WebSocketWire(int port, String subprotocols) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        in = new DataInputStream(socket.getInputStream());
        String request = "GET /mqtt HTTP/1.1\r\nHost: localhost:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: " + subprotocols
                + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        String status = line();
        if (!status.contains(" 101 ")) {
            throw new IOException("no upgrade: " + status);
        }
        for (String header = line(); !header.isEmpty(); header = line()) {
            if (header.regionMatches(true, 0, "Sec-WebSocket-Protocol:", 0, 23)) {
                subprotocol = header.substring(23).strip();
            }
        }
    }

    /** What the server has chosen, or null. */
    String subprotocol() {
        return subprotocol;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("closed in the handshake");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.US_ASCII).strip();
    }

    /** Sends one masked frame of at most 125 bytes. */
    void send(int opcode, boolean last, byte[] content) throws IOException {
        byte[] mask = {1, 2, 3, 4};
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((last ? 0x80 : 0) | opcode);
        out.write(0x80 | content.length);
        out.writeBytes(mask);
        for (int i = 0; i < content.length; i++) {
            out.write(content[i] ^ mask[i % 4]);
        }
        try {
            socket.getOutputStream().write(out.toByteArray());
        } catch (SocketException closed) {
            // The test reads how it ended.
        }
    }

    /** So many bytes out of binary frames, whatever their borders. */
    byte[] receive(int count) throws IOException {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            while (read == frame.length) {
                if (next() != 2) {
                    throw new IOException("not a binary frame");
                }
            }
            bytes[i] = frame[read++];
        }
        return bytes;
    }

    private int next() throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        }
        frame = in.readNBytes(length);
        read = 0;
        return first & 15;
    }

    /** Whether the next that comes is a close frame or the end. */
    boolean closedByServer() throws IOException {
        try {
            return next() == CLOSE;
        } catch (EOFException | SocketException end) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
