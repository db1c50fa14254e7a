package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.ConnectionState.Event;
import io.forebay.storage.LogException;
import io.forebay.storage.LogState;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.net.NetSocketInternal;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One device's connection: from CONNECT to the end of its socket. Owned by the event loop that accepted the socket;
 * every callback runs there, so nothing is locked. {@link #takeOver} alone is called from other loops.
 */
final class MqttConnection {
    private static final Logger log = LoggerFactory.getLogger(MqttConnection.class);

    private final NetSocketInternal socket;
    private final Context context;
    private final MqttSetup setup;
    private final Outbound outbound;
    private final SocketPause socketPause;
    private final InboundPublishes publishes;
    /** Completes when this connection has handed its session back: only then may the next one of the client open it. */
    private final Promise<Void> ended = Promise.promise();

    private ConnectionState state = ConnectionState.AWAITING_CONNECT;
    private ConnectRequest request;
    private Will will;
    private boolean handshaking;
    private boolean sessionOpened;

    MqttConnection(NetSocketInternal socket, Context context, MqttSetup setup, LoopFlush loopFlush) {
        this.socket = socket;
        this.context = context;
        this.setup = setup;
        this.outbound = new Outbound(socket.channelHandlerContext(), loopFlush);
        this.socketPause = new SocketPause(socket);
        this.publishes = new InboundPublishes(this, setup, outbound, socketPause);
    }

    String clientId() {
        return request.clientId();
    }

    int protocolLevel() {
        return request == null ? 4 : request.protocolLevel();
    }

    /** Any decoded packet, also one that could not be decoded. */
    void onPacket(Object packet) {
        try {
            if (state != ConnectionState.CLOSED && state != ConnectionState.DRAINING) {
                handle((MqttMessage) packet);
            }
        } catch (ProtocolViolation violation) {
            disconnect(violation.reason(), violation.getMessage());
        } catch (RuntimeException bug) {
            log.error("A packet was not understood, the connection ends [{}]", name(), bug);
            disconnect(Disconnect.UNSPECIFIED_ERROR, "internal error");
        } finally {
            ReferenceCountUtil.release(packet);
        }
    }

    private void handle(MqttMessage packet) {
        if (packet.decoderResult().isFailure()) {
            onUndecodable(packet.decoderResult().cause());
        } else if (packet instanceof MqttConnectMessage connect) {
            onConnect(connect);
        } else if (state != ConnectionState.OPEN) {
            disconnect(Disconnect.PROTOCOL_ERROR, "the first packet is not CONNECT"); // MQTT-3.1.0-1
        } else {
            handleOpen(packet);
        }
    }

    private void handleOpen(MqttMessage packet) {
        switch (packet.fixedHeader().messageType()) {
            case PUBLISH -> publishes.onPublish((MqttPublishMessage) packet);
            case PUBREL -> publishes.onRelease(((MqttMessageIdVariableHeader) packet.variableHeader()).messageId());
            case PINGREQ -> outbound.pingResponse();
            case SUBSCRIBE -> outbound.packet(Subscriptions.refuse((MqttSubscribeMessage) packet, protocolLevel()));
            case UNSUBSCRIBE -> outbound.packet(Subscriptions.answer((MqttUnsubscribeMessage) packet, protocolLevel()));
            case DISCONNECT -> onDisconnect(packet);
            case PUBACK, PUBREC, PUBCOMP -> log.debug("An acknowledgement came for nothing that was sent [{}]", name());
            case AUTH -> disconnect(Disconnect.PROTOCOL_ERROR, "AUTH came without an authentication method");
            case CONNECT, CONNACK, SUBACK, UNSUBACK, PINGRESP ->
                disconnect(
                        Disconnect.PROTOCOL_ERROR,
                        packet.fixedHeader().messageType() + " is not a packet that a device may send now");
        }
    }

    private void onConnect(MqttConnectMessage packet) {
        if (state != ConnectionState.AWAITING_CONNECT) {
            throw new ProtocolViolation(Disconnect.PROTOCOL_ERROR, "a second CONNECT came"); // MQTT-3.1.0-2
        }
        try {
            refuseIfOverloaded();
            request = ConnectRequest.read(packet, setup.config());
        } catch (ConnectRefused refusal) {
            refuse(refusal, packet.variableHeader().version());
            return;
        }
        become(Event.CONNECT_RECEIVED);
        handshaking = true;
        will = request.will();
        socketPause.pause(SocketPause.Reason.OPENING);
        MqttConnection earlier = setup.clients().enter(clientId(), this);
        Future<Void> free = earlier == null ? Future.succeededFuture() : earlier.takeOver();
        free.onComplete(done -> context.runOnContext(turn -> openSession()));
    }

    private void refuseIfOverloaded() {
        if (setup.meters().connections() > setup.config().connectionsMax()) {
            throw new ConnectRefused(
                    MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_BUSY, "connections-max is reached");
        }
        if (setup.log().state() != LogState.OPEN) {
            throw new ConnectRefused(
                    setup.log().state() == LogState.FULL
                            ? MqttConnectReturnCode.CONNECTION_REFUSED_QUOTA_EXCEEDED
                            : MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5,
                    "the log takes no messages now");
        }
    }

    private void openSession() {
        if (state == ConnectionState.CLOSED) {
            finish();
            return;
        }
        setup.log()
                .openSession(clientId(), request.cleanStart(), request.sessionExpirySeconds())
                .onSuccess(this::onSessionOpened)
                .onFailure(this::onSessionRefused);
    }

    private void onSessionOpened(boolean present) {
        sessionOpened = true;
        if (state == ConnectionState.CLOSED) {
            finish();
            return;
        }
        handshaking = false;
        become(Event.SESSION_OPENED);
        startKeepAlive();
        outbound.packet(Connack.accepted(request, present, setup.config()));
        log.debug("A device is connected [{}, session-present={}]", name(), present);
        socketPause.resume(SocketPause.Reason.OPENING);
    }

    private void onSessionRefused(Throwable cause) {
        handshaking = false;
        if (state == ConnectionState.CLOSED) {
            finish();
            return;
        }
        boolean limit = cause instanceof LogException fault && fault.kind() == LogException.Kind.TOO_MANY_SESSIONS;
        refuse(
                new ConnectRefused(
                        limit
                                ? MqttConnectReturnCode.CONNECTION_REFUSED_QUOTA_EXCEEDED
                                : MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5,
                        limit ? "sessions-max is reached" : "the log takes no messages now"),
                protocolLevel());
    }

    private void startKeepAlive() {
        ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
        if (request.keepAliveSeconds() == 0) {
            pipeline.remove(KeepAlive.NAME);
        } else {
            long silenceMs = request.keepAliveSeconds() * 1_500L; // MQTT-3.1.2-22
            pipeline.replace(KeepAlive.NAME, KeepAlive.NAME, new KeepAlive(silenceMs, this::onSilence));
        }
    }

    /** No packet for one and a half times the keep alive, or no CONNECT in time. */
    void onSilence() {
        if (socketPause.isPaused()) {
            return; // We do not listen, so silence says nothing about the device.
        }
        disconnect(
                Disconnect.KEEP_ALIVE_TIMEOUT,
                state == ConnectionState.AWAITING_CONNECT
                        ? "no CONNECT came in time"
                        : "nothing came within keep alive");
    }

    private void onDisconnect(MqttMessage packet) {
        boolean withWill = packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header
                && header.reasonCode() == Disconnect.DISCONNECT_WITH_WILL_MESSAGE.byteValue();
        if (!withWill) {
            will = null; // MQTT-3.14.4-3
        }
        close("the device disconnected");
    }

    private void onUndecodable(Throwable cause) {
        if (state != ConnectionState.AWAITING_CONNECT) {
            disconnect(
                    cause instanceof TooLongFrameException ? Disconnect.PACKET_TOO_LARGE : Disconnect.MALFORMED_PACKET,
                    cause.getMessage());
        } else if (cause instanceof MqttUnacceptableProtocolVersionException) {
            // An unknown level has no format that we know; every peer answers in that of 3.1.1 (MQTT-3.1.2-2).
            refuse(
                    new ConnectRefused(
                            MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION, cause.getMessage()),
                    4);
        } else {
            setup.meters().refused("malformed");
            close(cause instanceof DecoderException ? cause.getMessage() : "CONNECT is malformed");
        }
    }

    private void refuse(ConnectRefused refusal, int level) {
        setup.meters()
                .refused(
                        refusal.code().name().replace("CONNECTION_REFUSED_", "").toLowerCase(Locale.ROOT));
        outbound.packet(Connack.refused(refusal, level));
        will = null;
        close(refusal.getMessage());
    }

    /** Ends the connection with a reason that an MQTT 5 device is told (MQTT-4.13). */
    void disconnect(Disconnect reason, String sentence) {
        if (state == ConnectionState.CLOSED) {
            return;
        }
        setup.meters().disconnected(reason.name().toLowerCase(Locale.ROOT));
        if (maySend() && protocolLevel() >= 5) {
            outbound.packet(MqttMessageBuilders.disconnect()
                    .reasonCode(reason.byteValue())
                    .build());
        }
        close(reason + ": " + sentence);
    }

    /**
     * Another connection has come with this client id (MQTT-3.1.4-3). Any thread.
     *
     * @return succeeds when this connection has ended and handed its session back
     */
    Future<Void> takeOver() {
        context.runOnContext(
                turn -> disconnect(Disconnect.SESSION_TAKEN_OVER, "another connection took the client id"));
        return ended.future();
    }

    /** The gateway stops: what is in flight is still acknowledged, then the device is told (0x8B). */
    void drain() {
        if (state == ConnectionState.CLOSED) {
            return;
        }
        will = null; // Not a loss of the device: it will come back to whoever runs next.
        if (state == ConnectionState.OPEN) {
            socketPause.pause(SocketPause.Reason.DRAINING);
            become(Event.DRAIN_REQUESTED);
            onSettled();
        } else {
            disconnect(Disconnect.SERVER_SHUTTING_DOWN, "the gateway stops");
        }
    }

    /** An append or a release of this connection has come to its end. */
    void onSettled() {
        if (state == ConnectionState.DRAINING && publishes.isIdle()) {
            disconnect(Disconnect.SERVER_SHUTTING_DOWN, "the gateway stops");
        }
    }

    void onLogFault(Throwable cause) {
        disconnect(Disconnect.UNSPECIFIED_ERROR, cause.getMessage());
    }

    boolean maySend() {
        return state == ConnectionState.OPEN || state == ConnectionState.DRAINING;
    }

    void onWritable(boolean writable) {
        if (writable) {
            socketPause.resume(SocketPause.Reason.SLOW_READER);
        } else if (socketPause.pause(SocketPause.Reason.SLOW_READER)) {
            setup.meters().paused();
        }
    }

    private void close(String why) {
        if (state != ConnectionState.CLOSED) {
            log.debug("A connection is closed: {} [{}]", why, name());
            outbound.flush();
            onClosed();
            socket.shutdownHandler(null); // With a handler, close() asks it to close instead of closing.
            socket.close().onFailure(fault -> log.debug("A socket was not closed: {}", fault.getMessage()));
        }
    }

    /** The socket is gone, by whomever; what follows happens once. */
    void onClosed() {
        if (state == ConnectionState.CLOSED) {
            return;
        }
        become(Event.ENDED);
        setup.meters().connectionClosed();
        socketPause.end();
        if (will != null && sessionOpened) {
            setup.log()
                    .append(will.toMessage(clientId(), protocolLevel()))
                    .onFailure(cause -> log.warn("A will was not published: {} [{}]", cause.getMessage(), name()));
        }
        if (!handshaking) {
            finish();
        }
    }

    private void finish() {
        handshaking = false;
        if (sessionOpened) {
            setup.log()
                    .closeSession(clientId(), request.sessionExpirySeconds())
                    .onFailure(cause -> log.debug("A session was not closed: {} [{}]", cause.getMessage(), name()));
        }
        if (request != null) {
            // After closeSession: whoever connects next finds either this connection or its closed session.
            setup.clients().leave(clientId(), this);
        }
        ended.complete();
    }

    private void become(Event event) {
        state = state.on(event);
    }

    private String name() {
        return (request == null ? "" : "device=" + clientId() + ", ") + "address=" + socket.remoteAddress();
    }
}
