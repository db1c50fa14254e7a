package io.forebay.gateway.storm;

import io.forebay.storage.chronicle.Disk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program: the least that acknowledges durably. It knows {@link TinyDevice} alone, appends what all of its sockets have for it
 * to a file that is prepared as those of the log are, syncs that, and answers. Nobody else connects to it: what it takes is what the machine, its disk and the process that
 * measures take from everybody at that time. Owned by its one thread.
 */
final class BareServer {
    private static final int CONNECT = 0x10;
    private static final byte[] CONNACK = {0x20, 2, 0, 0};
    /** For what comes while everything stands still for seconds: of one socket, and of all. */
    private static final int SOCKET_BYTES = 1 << 14;

    private static final int RECORDS_BYTES = 1 << 20;

    private static final byte PUBACK = 0x40;
    private static final int RECORD_BYTES = 64;
    /** At 1 000 messages in a second a quarter of an hour; then it begins anew. */
    private static final int FILE_BYTES = 64 << 20;

    /** A process with a bare server in it, on the gateway's processor. */
    record Child(Process process, int port) implements AutoCloseable {
        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private final Selector selector = Selector.open();
    private final FileChannel file;
    private final Map<SocketChannel, ByteBuffer> answers = new LinkedHashMap<>();
    private final ByteBuffer records = ByteBuffer.allocateDirect(RECORDS_BYTES);

    private BareServer(Path path) throws IOException {
        Disk.real().allocate(path, FILE_BYTES);
        Disk.real().writeZeros(path, FILE_BYTES, () -> false);
        file = FileChannel.open(path, StandardOpenOption.WRITE);
    }

    static Child start(Path directory) throws IOException {
        Process process = ChildGateway.java(
                        Apart.gateway(),
                        List.of("-Xmx64m"),
                        List.of(
                                BareServer.class.getName(),
                                directory.resolve("bare").toString()),
                        Map.of())
                .start();
        return new Child(
                process,
                Integer.parseInt(process.inputReader(StandardCharsets.UTF_8).readLine()));
    }

    /** Its argument is the file; says on which port it listens. */
    public static void main(String[] arguments) throws IOException {
        ServerSocketChannel listening =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listening.configureBlocking(false);
        BareServer server = new BareServer(Path.of(arguments[0]));
        SelectionKey unused = listening.register(server.selector, SelectionKey.OP_ACCEPT);
        System.out.println(listening.socket().getLocalPort());
        while (true) {
            server.turn(listening);
        }
    }

    private void turn(ServerSocketChannel listening) throws IOException {
        if (selector.select() == 0) {
            return;
        }
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.isAcceptable()) {
                SocketChannel socket = listening.accept();
                socket.configureBlocking(false);
                SelectionKey unused =
                        socket.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(SOCKET_BYTES));
            } else {
                read((SocketChannel) key.channel(), (ByteBuffer) key.attachment());
            }
        }
        selector.selectedKeys().clear();
        sync();
        for (Map.Entry<SocketChannel, ByteBuffer> answer : answers.entrySet()) {
            int unused = answer.getKey().write(answer.getValue().flip());
        }
        answers.clear();
    }

    private void read(SocketChannel socket, ByteBuffer bytes) throws IOException {
        if (socket.read(bytes) < 0) {
            socket.close();
            return;
        }
        bytes.flip();
        // All packets of these devices are shorter than 128 bytes: one byte says how long they are.
        while (bytes.remaining() >= 2 && bytes.remaining() >= 2 + bytes.get(bytes.position() + 1)) {
            int next = bytes.position() + 2 + bytes.get(bytes.position() + 1);
            ByteBuffer answer = answers.computeIfAbsent(socket, first -> ByteBuffer.allocate(SOCKET_BYTES));
            if (bytes.get() == CONNECT) {
                answer.put(CONNACK);
            } else {
                int topicBytes = bytes.getShort(bytes.position() + 1);
                answer.put(PUBACK).put((byte) 2).putShort(bytes.getShort(bytes.position() + 3 + topicBytes));
                records.position(records.position() + RECORD_BYTES);
            }
            bytes.position(next);
        }
        bytes.compact();
    }

    private void sync() throws IOException {
        if (records.position() > 0) {
            records.flip();
            if (file.position() + records.remaining() > FILE_BYTES) {
                FileChannel unused = file.position(0);
            }
            while (records.hasRemaining()) {
                int unused = file.write(records);
            }
            records.clear();
            file.force(false);
        }
    }
}
