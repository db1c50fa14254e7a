package io.forebay.simulator;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.List;

/**
 * One connection of a load: keeps its window full with copies of encoded packets and reads nothing but CONNACK and PUBACK,
 * byte by byte. Owned by the event loop of the load.
 */
final class LoadConnection {
    private static final int CONNACK = 0x20;
    private static final int PUBACK = 0x40;
    private static final int ANSWER_BYTES = 4;

    private final NetSocketInternal socket;
    private final List<PublishTemplate> templates;
    private final LoadMeter meter;
    private final long[] sentNanos;
    private final int[] freeIds;
    // A write costs much more than the messages in it: the window is filled a quarter at a time.
    private final int refillAt;
    private final Promise<Void> accepted = Promise.promise();
    private final Promise<String> lost = Promise.promise();

    // Both answers that we read are four bytes long: type, 2, and two bytes that matter.
    private int answer;
    private int answerBytes;
    private int nextTemplate;
    private int free;

    private LoadConnection(NetSocket socket, List<PublishTemplate> templates, int window, LoadMeter meter) {
        this.socket = (NetSocketInternal) socket;
        this.templates = templates;
        this.meter = meter;
        sentNanos = new long[window];
        freeIds = new int[window];
        refillAt = Math.max(1, window / 4);
    }

    static LoadConnection open(
            NetSocket socket, byte[] connect, List<PublishTemplate> templates, int window, LoadMeter meter) {
        LoadConnection connection = new LoadConnection(socket, templates, window, meter);
        connection.open(connect);
        return connection;
    }

    private void open(byte[] connect) {
        socket.handler(this::onBytes);
        socket.closeHandler(ignored -> {
            lost.tryComplete("it closed the connection");
            accepted.tryFail("it closed the connection");
        });
        socket.exceptionHandler(failure -> lost.tryComplete(ConnectFailure.reason(failure)));
        socket.write(Buffer.buffer(connect)).onFailure(failure -> accepted.tryFail(failure));
    }

    /** Succeeds with CONNACK. */
    Future<Void> accepted() {
        return accepted.future();
    }

    /** Completes with the reason when the connection breaks. */
    Future<String> lost() {
        return lost.future();
    }

    /** Fills the window for the first time. */
    void begin() {
        while (free < freeIds.length) {
            freeIds[free] = ++free;
        }
        refill(System.nanoTime());
    }

    private void onBytes(Buffer bytes) {
        long nowNanos = System.nanoTime();
        ByteBuf in = ((BufferInternal) bytes).getByteBuf();
        while (in.isReadable()) {
            answer = answer << 8 | in.readUnsignedByte();
            if (++answerBytes == ANSWER_BYTES) {
                answerBytes = 0;
                onAnswer(answer, nowNanos);
            }
        }
        if (free >= refillAt && !meter.stopped()) {
            refill(nowNanos);
        }
    }

    private void onAnswer(int packet, long nowNanos) {
        int type = packet >>> 24;
        int packetId = packet & 0xFFFF;
        if (type == PUBACK && packetId >= 1 && packetId <= sentNanos.length) {
            meter.acknowledged(sentNanos[packetId - 1], nowNanos);
            freeIds[free++] = packetId;
        } else if (type == CONNACK && (packetId & 0xFF) == 0) {
            accepted.tryComplete();
        } else {
            String reason = type == CONNACK
                    ? "it refuses the connection with code " + (packetId & 0xFF)
                    : "it sent something that is no PUBACK";
            accepted.tryFail(reason);
            lost.tryComplete(reason);
            close();
        }
    }

    /** Publishes with every packet id that is free, in one write. */
    private void refill(long nowNanos) {
        ByteBuf out = socket.channelHandlerContext()
                .alloc()
                .directBuffer(free * templates.get(0).packet().length);
        for (int i = 0; i < free; i++) {
            templates.get(nextTemplate).append(out, freeIds[i]);
            sentNanos[freeIds[i] - 1] = nowNanos;
            nextTemplate = nextTemplate + 1 == templates.size() ? 0 : nextTemplate + 1;
        }
        meter.published(free);
        free = 0;
        socket.writeMessage(out).onFailure(failure -> lost.tryComplete(ConnectFailure.reason(failure)));
    }

    void close() {
        // Who closes has no question left; a failure to close is the end all the same.
        socket.close().onFailure(failure -> lost.tryComplete(ConnectFailure.reason(failure)));
    }
}
