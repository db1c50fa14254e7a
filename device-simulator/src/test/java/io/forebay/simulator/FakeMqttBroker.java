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
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * A broker that acknowledges, remembers every packet, and misbehaves on demand. Owned by the event loop that it is started
 * on.
 */
final class FakeMqttBroker {
    /** A PUBLISH or PUBREL as it came over the wire. */
    record Packet(int connection, MqttMessageType type, String clientId, int packetId, boolean dup, Stamp stamp) {}

    private static final long LOOK_AGAIN_MS = 10;

    private final NetServer server;
    private final boolean webSocket;
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

    /** Acknowledges no PUBLISH as long as this holds: so a run goes on until what it is about has happened. */
    BooleanSupplier holdsBack = () -> false;
    /** Addresses that connections came from. */
    final Set<String> remoteHosts = new TreeSet<>();
    /** By client id, the subject of the certificate that it came with. */
    final Map<String, String> subjects = new TreeMap<>();
    /** Closes a connection from which nothing has come for so much of its keep alive; 0: never. */
    double keepAliveShare;

    /** Connections that were closed for that. */
    long silent;
    /** Publishes so many bytes at a time to whoever has subscribed, as fast as the socket takes them; 0: nothing. */
    int floodBytes;
    /** By client id, how much of that the socket has taken. */
    final Map<String, Long> flooded = new TreeMap<>();
    /** Reads no further as soon as something is larger than this. */
    int packetBytesMax = 1 << 21;

    long malformed;
    long takenOver;

    /** Of these, the ones whose earlier connection had come without a session. */
    long takenBack;

    private final Map<String, Connection> online = new HashMap<>();
    private boolean stalled;
    private final List<Runnable> delayed = new ArrayList<>();
    private final Vertx vertx;
    private int connections;
    private int firsts;
    private int pubComps;

    FakeMqttBroker(Vertx vertx) {
        this(vertx, new NetServerOptions(), false);
    }

    FakeMqttBroker(Vertx vertx, NetServerOptions options, boolean webSocket) {
        this.vertx = vertx;
        this.webSocket = webSocket;
        server = vertx.createNetServer(options);
    }

    Future<Integer> start() {
        return server.connectHandler(this::onConnection).listen(0, "localhost").map(NetServer::actualPort);
    }

    private void onConnection(NetSocket socket) {
        NetSocketInternal internal = (NetSocketInternal) socket;
        ChannelPipeline pipeline = internal.channelHandlerContext().pipeline();
        pipeline.addBefore("handler", "encoder", MqttEncoder.INSTANCE);
        pipeline.addBefore("handler", "decoder", new MqttDecoder(packetBytesMax));
        if (webSocket) {
            FakeWebSocket.accept(pipeline);
        }
        remoteHosts.add(socket.remoteAddress().hostAddress());
        Connection connection = new Connection(internal, connections++);
        internal.exceptionHandler(failure -> {});
        internal.messageHandler(message -> {
            try {
                if (message instanceof MqttMessage packet) {
                    connection.onPacket(packet);
                }
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
        private long keepAliveTimer = -1;
        private long keepAliveMs;
        private boolean clean;

        Connection(NetSocketInternal socket, int number) {
            this.socket = socket;
            this.number = number;
        }

        void onPacket(MqttMessage packet) {
            if (dropped) {
                return;
            }
            if (packet.decoderResult().isFailure()) {
                malformed++;
                drop();
                return;
            }
            watchKeepAlive();
            switch (packet.fixedHeader().messageType()) {
                case CONNECT -> onConnect((MqttConnectMessage) packet);
                case PUBLISH -> onPublish((MqttPublishMessage) packet);
                case PUBREL -> onPubRel(((MqttMessageIdVariableHeader) packet.variableHeader()).messageId());
                case SUBSCRIBE -> onSubscribe((MqttSubscribeMessage) packet);
                case PINGREQ -> socket.writeMessage(MqttMessage.PINGRESP);
                case DISCONNECT -> drop();
                default -> throw new IllegalStateException("unexpected " + packet);
            }
        }

        private void onConnect(MqttConnectMessage packet) {
            clientId = packet.payload().clientIdentifier();
            keepAliveMs = (long) (packet.variableHeader().keepAliveTimeSeconds() * 1000 * keepAliveShare);
            clean = packet.variableHeader().isCleanSession();
            watchKeepAlive();
            Connection earlier = online.put(clientId, this);
            if (earlier != null && !earlier.dropped) {
                takenOver++;
                takenBack += earlier.clean ? 1 : 0;
                earlier.drop();
            }
            noteCertificate();
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

        private void noteCertificate() {
            try {
                if (socket.isSsl()) {
                    X509Certificate certificate =
                            (X509Certificate) socket.sslSession().getPeerCertificates()[0];
                    // The common name alone.
                    subjects.put(
                            clientId,
                            certificate.getSubjectX500Principal().getName().replaceFirst(",.*", ""));
                }
            } catch (SSLPeerUnverifiedException anonymous) {
                subjects.put(clientId, "");
            }
        }

        private void watchKeepAlive() {
            if (keepAliveMs > 0) {
                vertx.cancelTimer(keepAliveTimer);
                keepAliveTimer = vertx.setTimer(keepAliveMs, id -> {
                    silent++;
                    drop();
                });
            }
        }

        private void onSubscribe(MqttSubscribeMessage packet) {
            socket.writeMessage(MqttMessageBuilders.subAck()
                    .packetId(packet.variableHeader().messageId())
                    .addGrantedQoses(MqttQoS.AT_MOST_ONCE)
                    .build());
            if (floodBytes > 0) {
                socket.drainHandler(drained -> flood());
                flood();
            }
        }

        private void flood() {
            while (!dropped && !socket.writeQueueFull()) {
                flooded.merge(clientId, (long) floodBytes, Long::sum);
                socket.writeMessage(MqttPackets.publish("flood", 0, false, false, 0, new byte[floodBytes]));
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
            online.remove(clientId, this);
            vertx.cancelTimer(keepAliveTimer);
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
            vertx.setTimer(stallMs, timer -> stalled = false);
        }
        if (!stalled && !holdsBack.getAsBoolean() && delayed.isEmpty()) {
            answer.run();
            return;
        }
        if (delayed.isEmpty()) {
            vertx.setPeriodic(LOOK_AGAIN_MS, this::answerDelayed);
        }
        delayed.add(answer);
    }

    private void answerDelayed(long timer) {
        if (!stalled && !holdsBack.getAsBoolean()) {
            vertx.cancelTimer(timer);
            delayed.forEach(Runnable::run);
            delayed.clear();
        }
    }
}
