package io.forebay.gateway.storm;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A device of MQTT 3.1.1 that costs next to nothing, so that ten thousand fit into one process. It knows CONNACK and PUBACK,
 * both of four bytes. Owned by its event loop.
 */
final class TinyDevice {
    private static final int CONNACK = 0x20;
    private static final int PUBACK = 0x40;
    private static final long CONNACK_PATIENCE_MS = TimeUnit.MINUTES.toMillis(2);

    private final NetSocket socket;
    private final Promise<TinyDevice> accepted = Promise.promise();
    private Handler<Integer> onPuback = packetId -> {};
    private Runnable onLost = () -> {};
    private int answer;
    private int answerBytes;

    private TinyDevice(NetSocket socket) {
        this.socket = socket;
    }

    /** Succeeds with CONNACK; fails in words. */
    static Future<TinyDevice> connect(NetClient client, ConnectOptions to, String clientId) {
        return client.connect(to).compose(socket -> new TinyDevice(socket).sayHello(clientId));
    }

    private Future<TinyDevice> sayHello(String clientId) {
        socket.handler(this::onBytes);
        socket.closeHandler(closed -> {
            accepted.tryFail("closed before CONNACK");
            onLost.run();
        });
        socket.exceptionHandler(fault -> accepted.tryFail(fault));
        byte[] id = clientId.getBytes(StandardCharsets.US_ASCII);
        Buffer connect = Buffer.buffer()
                .appendByte((byte) 0x10)
                .appendByte((byte) (12 + id.length))
                .appendBytes(new byte[] {0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0})
                .appendUnsignedShort(id.length)
                .appendBytes(id);
        return socket.write(connect)
                .compose(written -> accepted.future())
                .timeout(CONNACK_PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    void onPuback(Handler<Integer> handler) {
        onPuback = handler;
    }

    void onLost(Runnable handler) {
        onLost = handler;
    }

    void publish(String topic, int packetId) {
        byte[] name = topic.getBytes(StandardCharsets.US_ASCII);
        // A failed write closes the socket, and that is told.
        Future<Void> unused = socket.write(Buffer.buffer()
                .appendByte((byte) 0x32)
                .appendByte((byte) (6 + name.length))
                .appendUnsignedShort(name.length)
                .appendBytes(name)
                .appendUnsignedShort(packetId)
                .appendBytes(new byte[] {'h', 'i'}));
    }

    Future<Void> close() {
        onLost = () -> {};
        return socket.close();
    }

    private void onBytes(Buffer bytes) {
        for (int i = 0; i < bytes.length(); i++) {
            answer = answer << 8 | bytes.getUnsignedByte(i);
            if (++answerBytes == 4) {
                answerBytes = 0;
                onAnswer(answer >>> 24, answer & 0xFFFF);
            }
        }
    }

    private void onAnswer(int type, int value) {
        if (type == CONNACK && (value & 0xFF) == 0) {
            accepted.tryComplete(this);
        } else if (type == PUBACK) {
            onPuback.handle(value);
        } else {
            accepted.tryFail("refused with " + value);
        }
    }
}
