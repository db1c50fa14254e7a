package io.forebay.gateway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.stream.IntStream;

/** A client that sends exactly the bytes of the test and knows no rules. Owned by the test thread. */
final class WireClient implements AutoCloseable {
    private static final int PATIENCE_MS = 30_000;

    final int level;
    Packet connack;
    private final Broker broker;
    private final Socket socket;
    private final InputStream in;
    private int lastId;

    WireClient(Broker broker, int level) throws IOException {
        this.broker = broker;
        this.level = level;
        socket = new Socket(InetAddress.getLoopbackAddress(), broker.port());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    WireClient send(String... packets) throws IOException {
        for (String packet : packets) {
            sendBytes(Bytes.of(packet));
        }
        return this;
    }

    WireClient sendBytes(byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException closed) {
            // The server may already have closed; what it said before that is read by the test.
        }
        return this;
    }

    /** The next packet, or null when the server has closed the connection. */
    Packet receive() throws IOException {
        try {
            return Packet.read(in, level);
        } catch (SocketException reset) {
            return null;
        } catch (SocketTimeoutException silent) {
            return fail("nothing came for " + PATIENCE_MS + " ms");
        }
    }

    /** As {@link #receive}, but with a timeout that the caller expects: until a packet begins, its rest may take its time. */
    Packet receiveWithin(int ms) throws IOException {
        socket.setSoTimeout(ms);
        try {
            in.mark(1);
            if (in.read() < 0) {
                return null;
            }
            in.reset();
            socket.setSoTimeout(PATIENCE_MS);
            return Packet.read(in, level);
        } catch (SocketException reset) {
            return null;
        } finally {
            if (!socket.isClosed()) {
                socket.setSoTimeout(PATIENCE_MS);
            }
        }
    }

    /** All bytes until the server closes the connection. */
    byte[] receiveAll() throws IOException {
        try {
            return in.readAllBytes();
        } catch (SocketException reset) {
            return new byte[0];
        }
    }

    /** The next packet as text, or {@code closed}. */
    String next() throws IOException {
        Packet packet = receive();
        return packet == null ? "closed" : packet.toString();
    }

    void expect(String... packets) throws IOException {
        for (String packet : packets) {
            assertEquals(packet, next());
        }
    }

    /** Takes a PUBLISH and acknowledges it as its QoS demands. */
    Packet take(String publish) throws IOException {
        Packet packet = receive();
        assertEquals(publish, String.valueOf(packet));
        if (packet.qos() == 1) {
            send(Packets.puback(packet.id()));
        } else if (packet.qos() == 2) {
            send(Packets.pubrec(packet.id()));
            expect("PUBREL " + packet.id());
            send(Packets.pubcomp(packet.id()));
        }
        return packet;
    }

    /** Whether nothing comes for this time: for what must not happen there is nothing else to wait for. */
    void silentFor(int ms) throws IOException {
        try {
            Packet packet = receiveWithin(ms);
            fail("expected silence, but " + (packet == null ? "the connection was closed" : packet + " came"));
        } catch (SocketTimeoutException silent) {
            // As it should be.
        }
    }

    /** The connection still serves, and nothing was on its way before the answer to this ping. */
    void serves() throws IOException {
        send(Packets.PINGREQ).expect("PINGRESP");
    }

    WireClient subscribe(String filter, int options) throws IOException {
        int id = nextId();
        send(Packets.subscribe(level, id, filter, options));
        expect(String.format("SUBACK %d [%02x]", id, options & 3));
        return this;
    }

    /** Publishes and sees the acknowledgement through. */
    WireClient publish(int qos, String topic, String payload) throws IOException {
        return publish(0x30 | qos << 1, topic, "", payload);
    }

    WireClient publish(int header, String topic, String properties, String payload) throws IOException {
        int id = nextId();
        send(Packets.publish(level, header, id, topic, properties, payload));
        int qos = header >> 1 & 3;
        if (qos == 1) {
            accepted("PUBACK", id);
        } else if (qos == 2) {
            accepted("PUBREC", id);
            send(Packets.pubrel(id)).expect("PUBCOMP " + id);
        }
        return this;
    }

    private void accepted(String type, int id) throws IOException {
        Packet answer = receive();
        assertNotNull(answer, "closed instead of " + type);
        // 0x10, no matching subscribers, is a success as well.
        assertTrue(
                answer.toString().matches(type + " " + id + "( 0x10)?"),
                "expected " + type + " " + id + ", got " + answer);
    }

    private int nextId() {
        return ++lastId;
    }

    /**
     * The server ends the connection for one of these reasons: MQTT 5 with DISCONNECT, where our gateway always names the
     * reason and others may only close; 3.1.1 just closes.
     */
    void endedWith(int... reasons) throws IOException {
        ended("DISCONNECT", broker.isOurs(), reasons);
    }

    /** The same, where a server need not name the reason, and ours follows Mosquitto, which does not. */
    void endedWithOrWithout(int... reasons) throws IOException {
        ended("DISCONNECT", false, reasons);
    }

    /** The server refuses CONNECT: MQTT 5 with CONNACK, where our gateway always names the reason; 3.1.1 just closes. */
    void refusedWith(int... reasons) throws IOException {
        ended("CONNACK", broker.isOurs(), reasons);
    }

    /** The same, where a server need not name the reason, and ours follows Mosquitto, which does not. */
    void refusedWithOrWithout(int... reasons) throws IOException {
        ended("CONNACK", false, reasons);
    }

    private void ended(String type, boolean named, int... reasons) throws IOException {
        String answer = next();
        if (level == 5 && (named || !answer.equals("closed"))) {
            String[] allowed = IntStream.of(reasons)
                    .mapToObj(reason -> String.format("%s 0x%02x", type, reason))
                    .toArray(String[]::new);
            assertTrue(
                    Arrays.asList(allowed).contains(answer),
                    "expected " + Arrays.toString(allowed) + ", got " + answer);
            answer = next();
        }
        assertEquals("closed", answer);
    }

    /** The network fails: the connection is gone without a word. */
    void drop() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Says DISCONNECT and waits until the server has closed, so that what follows finds the session at rest. */
    void disconnect() throws IOException {
        disconnect(Packets.DISCONNECT);
    }

    void disconnect(String packet) throws IOException {
        send(packet);
        expect("closed");
        close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
