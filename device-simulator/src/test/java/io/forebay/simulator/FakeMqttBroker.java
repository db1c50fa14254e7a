package io.forebay.simulator;

import io.forebay.simulator.ledger.Stamp;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A broker that acknowledges, remembers every packet, and misbehaves on demand. Owned by the event loop that it is started
 * on.
 */
final class FakeMqttBroker {
    /** A PUBLISH or PUBREL as it came over the wire. */
    record Packet(int connection, MqttMessageType type, String clientId, int packetId, boolean dup, Stamp stamp) {}

    private final NetServer server;
    final List<Packet> packets = new ArrayList<>();
    final Map<String, Integer> connects = new HashMap<>();
    final Set<String> sessions = new TreeSet<>();
    Consumer<byte[]> onPayload = payload -> {};
    MqttConnectReturnCode answer = MqttConnectReturnCode.CONNECTION_ACCEPTED;
    /** Closes the connection instead of acknowledging every n-th PUBLISH that is no repeat; 0: never. */
    int dropEvery;
    /** Closes the connection instead of sending every n-th PUBCOMP; 0: never. */
    int dropPubCompEvery;

    /** Acknowledges nothing for a while after so many messages; 0: never. */
    int stallAfter;

    long stallMs;
    private boolean stalled;
    private final List<Runnable> delayed = new ArrayList<>();
    private final Vertx vertx;
    private int connections;
    private int firsts;
    private int pubComps;

    FakeMqttBroker(Vertx vertx) {
        this.vertx = vertx;
        server = vertx.createNetServer();
    }

    Future<Integer> start() {
        return server.connectHandler(this::onConnection).listen(0, "localhost").map(NetServer::actualPort);
    }

    private void onConnection(NetSocket socket) {
        NetSocketInternal internal = (NetSocketInternal) socket;
        ChannelPipeline pipeline = internal.channelHandlerContext().pipeline();
        pipeline.addBefore("handler", "encoder", MqttEncoder.INSTANCE);
        pipeline.addBefore("handler", "decoder", new MqttDecoder(1 << 21));
        Connection connection = new Connection(internal, connections++);
        internal.messageHandler(message -> {
            try {
                connection.onPacket((MqttMessage) message);
            } finally {
                ReferenceCountUtil.release(message);
            }
        });
    }

    private final class Connection {
        private final NetSocketInternal socket;
        private final int number;
        private String clientId = "";
        private boolean dropped;

        Connection(NetSocketInternal socket, int number) {
            this.socket = socket;
            this.number = number;
        }

        void onPacket(MqttMessage packet) {
            if (dropped) {
                return;
            }
            switch (packet.fixedHeader().messageType()) {
                case CONNECT -> onConnect((MqttConnectMessage) packet);
                case PUBLISH -> onPublish((MqttPublishMessage) packet);
                case PUBREL -> onPubRel(((MqttMessageIdVariableHeader) packet.variableHeader()).messageId());
                case DISCONNECT -> socket.close();
                default -> throw new IllegalStateException("unexpected " + packet);
            }
        }

        private void onConnect(MqttConnectMessage packet) {
            clientId = packet.payload().clientIdentifier();
            connects.merge(clientId, 1, Integer::sum);
            boolean present = sessions.contains(clientId);
            if (packet.variableHeader().isCleanSession()) {
                sessions.remove(clientId);
                present = false;
            } else {
                sessions.add(clientId);
            }
            socket.writeMessage(MqttMessageBuilders.connAck()
                    .returnCode(answer)
                    .sessionPresent(present)
                    .build());
            if (answer != MqttConnectReturnCode.CONNECTION_ACCEPTED) {
                drop();
            }
        }

        private void onPublish(MqttPublishMessage packet) {
            byte[] payload = new byte[packet.payload().readableBytes()];
            packet.payload().readBytes(payload);
            int packetId = packet.variableHeader().packetId();
            boolean dup = packet.fixedHeader().isDup();
            Stamp.Reading reading = Stamp.read(payload, 0, payload.length);
            Stamp stamp = reading == null ? null : reading.stamp();
            packets.add(new Packet(number, MqttMessageType.PUBLISH, clientId, packetId, dup, stamp));
            onPayload.accept(payload);
            if (!dup && dropEvery > 0 && ++firsts % dropEvery == 0) {
                drop();
            } else if (packet.fixedHeader().qosLevel() != MqttQoS.AT_MOST_ONCE) {
                boolean once = packet.fixedHeader().qosLevel() == MqttQoS.AT_LEAST_ONCE;
                unlessStalled(() -> answer(once ? MqttMessageType.PUBACK : MqttMessageType.PUBREC, packetId));
            }
        }

        private void onPubRel(int packetId) {
            packets.add(new Packet(number, MqttMessageType.PUBREL, clientId, packetId, false, null));
            if (dropPubCompEvery > 0 && ++pubComps % dropPubCompEvery == 0) {
                drop();
            } else {
                answer(MqttMessageType.PUBCOMP, packetId);
            }
        }

        private void drop() {
            dropped = true;
            socket.close();
        }

        private void answer(MqttMessageType type, int packetId) {
            socket.writeMessage(new MqttMessage(
                    new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0),
                    MqttMessageIdVariableHeader.from(packetId)));
        }
    }

    private void unlessStalled(Runnable answer) {
        if (stallAfter > 0 && packets.size() == stallAfter) {
            stalled = true;
            vertx.setTimer(stallMs, timer -> {
                stalled = false;
                delayed.forEach(Runnable::run);
                delayed.clear();
            });
        }
        if (stalled) {
            delayed.add(answer);
        } else {
            answer.run();
        }
    }
}
