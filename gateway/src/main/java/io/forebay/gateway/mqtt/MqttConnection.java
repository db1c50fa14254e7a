package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.ConnectionState.Event;
import io.forebay.gateway.mqtt.accept.AcceptGate;
import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.PacketDecoder;
import io.forebay.gateway.mqtt.codec.Property;
import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.forebay.gateway.security.Identity;
import io.forebay.gateway.security.Permissions;
import io.forebay.gateway.session.SessionHold.WillFate;
import io.forebay.gateway.tls.CertifiedDevice;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.SocketAddress;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One device's connection: from CONNECT to the end of its socket. Owned by the event loop that accepted the socket;
 * every callback runs there, so nothing is locked. {@link #takeOver} alone is called from other loops.
 */
final class MqttConnection implements SlowReader.Listener {
    private static final Logger log = LoggerFactory.getLogger(MqttConnection.class);
    private static final Complaints BUGS = new Complaints();
    /** Until the sockets have been read once more: a device that connects again may have said DISCONNECT before. */
    private static final long TAKE_OVER_DELAY_MS = 1;
    /** Where mqtt.control-characters admits them, a client id must still not end a line of the log. */
    private static final Pattern UNPRINTABLE = Pattern.compile("\\p{Cntrl}");

    private final NetSocketInternal socket;
    private final Context context;
    private final MqttSetup setup;
    private final Outbound outbound;
    private final SocketPause socketPause;
    private final SlowReader slowReader;
    private final Farewell farewell;
    private final DeviceFaults faults;
    private final Violations violations;
    private final Handshake handshake;
    private final ConnectTime connectTime;
    /** Completes when this connection has handed its session back: only then may the next one of the client open it. */
    private final Promise<Void> ended = Promise.promise();

    private Optional<CertifiedDevice> certified = Optional.empty();
    private ConnectionState state = ConnectionState.AWAITING_CONNECT;
    /** Null before the session is open. */
    private DeviceSession session;

    private Traffic traffic;

    private WillFate willFate = WillFate.PUBLISH;
    private long expirySeconds;
    /** Of this connection, see {@link Presence}; 0 before its session is open. */
    private long epoch;

    private String end = "the connection was lost";

    MqttConnection(
            NetSocketInternal socket,
            Context context,
            MqttSetup setup,
            MqttConfig.Listener listener,
            DeviceFaults faults,
            LoopFlush loopFlush) {
        this.socket = socket;
        this.context = context;
        this.setup = setup;
        this.socketPause = new SocketPause(socket);
        this.slowReader = new SlowReader(socket.channelHandlerContext().channel(), context, socketPause, setup, this);
        this.outbound = new Outbound(socket.channelHandlerContext(), loopFlush, slowReader);
        this.farewell = new Farewell(outbound, setup.config().protocol());
        this.faults = faults;
        this.violations = new Violations(listener.lenient(), setup.meters(), this::tell);
        this.handshake = new Handshake(this, context, setup, violations);
        this.connectTime = new ConnectTime(context, this::onProofExpired);
    }

    /** Before anything is read: the device has shown this certificate and proven that it is its own. */
    void identify(CertifiedDevice device) {
        certified = Optional.of(device);
        if (!device.isDecided()) {
            socketPause.pause(SocketPause.Reason.CERTIFICATE);
            device.whenDecided(() -> onItsLoop(() -> socketPause.resume(SocketPause.Reason.CERTIFICATE)));
        }
    }

    /** Empty for a device that was not asked for a certificate, or has shown none. */
    Optional<CertifiedDevice> certified() {
        return certified;
    }

    String clientId() {
        return handshake.request().clientId();
    }

    /** Who it has proven to be, or says so where nobody has to prove anything; empty for nobody. */
    String username() {
        return handshake.identity().user();
    }

    /** Who it is; known before its session is opened. */
    Identity identity() {
        return handshake.identity();
    }

    /** What it may do; known when it is known who it is. */
    Permissions permissions() {
        return handshake.permissions();
    }

    /** The rules of access have changed: what asks them does so from now on, and groups must not wait for that. */
    void onAccessChanged() {
        if (state == ConnectionState.OPEN) {
            traffic.onAccessChanged();
        }
    }

    /** Users or keys have changed: what it has proven may count no more. */
    void onProofsChanged() {
        if (state != ConnectionState.CLOSED && !handshake.holds()) {
            disconnect(ReasonCode.ADMINISTRATIVE_ACTION, "what the device has proven does not count any more");
        }
    }

    /** Whom its certificate names. */
    Optional<String> certificateIdentity() {
        return certified.flatMap(CertifiedDevice::identity);
    }

    /** Its address without the port, empty if that is not known. */
    String host() {
        SocketAddress address = socket.remoteAddress();
        return address == null || address.hostAddress() == null ? "" : address.hostAddress();
    }

    String address() {
        return String.valueOf(socket.remoteAddress());
    }

    int protocolLevel() {
        return handshake.request().protocolLevel();
    }

    boolean isV5() {
        return handshake.request() != null && protocolLevel() >= ConnectRequest.LEVEL_5;
    }

    boolean isClosed() {
        return state == ConnectionState.CLOSED;
    }

    boolean maySend() {
        return state == ConnectionState.OPEN || state == ConnectionState.DRAINING;
    }

    /** Runs it on this connection's event loop. Any thread. */
    void onItsLoop(Runnable work) {
        context.runOnContext(turn -> work.run());
    }

    /** Runs it later, on this connection's event loop. @return by which {@link #never} takes it back */
    long later(long delayMs, Runnable work) {
        return context.owner().setTimer(delayMs, id -> work.run());
    }

    void never(long later) {
        context.owner().cancelTimer(later);
    }

    Outbound outbound() {
        return outbound;
    }

    SocketPause socketPause() {
        return socketPause;
    }

    SlowReader slowReader() {
        return slowReader;
    }

    /** Any decoded packet, also one that could not be decoded. */
    void onPacket(Object packet) {
        try {
            if (state != ConnectionState.CLOSED && state != ConnectionState.DRAINING) {
                handle((Packet) packet);
            }
        } catch (RuntimeException fault) {
            onFault(fault);
        }
    }

    /** Does what a packet asks for that had to wait. */
    void handling(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException fault) {
            onFault(fault);
        }
    }

    private void onFault(RuntimeException fault) {
        if (fault instanceof ProtocolViolation violation) {
            disconnect(violation.reason(), violation.getMessage());
            return;
        }
        BUGS.say(more ->
                log.error("A packet was not understood, the connection ends [{}, more={}]", name(), more, fault));
        disconnect(ReasonCode.UNSPECIFIED_ERROR, "internal error");
    }

    private void handle(Packet packet) {
        if (packet instanceof Packet.Malformed malformed) {
            if (state == ConnectionState.AWAITING_CONNECT) {
                handshake.onMalformed(malformed);
            } else {
                end(malformed.reason(), malformed.sentence(), malformed.told());
            }
        } else if (state == ConnectionState.OPEN) {
            traffic.handle(packet);
        } else {
            handshake.handle(state, packet);
        }
    }

    /** @param authenticationData see {@link Connack} */
    void onSessionOpened(DeviceSession opened, byte[] authenticationData) {
        session = opened;
        expirySeconds = handshake.request().sessionExpirySeconds();
        if (state == ConnectionState.CLOSED) {
            finish();
            return;
        }
        become(Event.SESSION_OPENED);
        startKeepAlive(handshake.request().keepAliveSeconds());
        OutboundPublishes deliveries = handshake.deliveries();
        traffic = new Traffic(this, setup, violations, handshake.authentication(), deliveries, opened.hold());
        send(Connack.accepted(handshake.request(), opened.present(), authenticationData, setup.config()));
        AcceptGate.served(socket.channelHandlerContext().channel());
        socket.channelHandlerContext().pipeline().get(PacketDecoder.class).trust();
        connectTime.limit(handshake.identity().validUntilMs());
        epoch = setup.presence().connected(clientId(), address(), protocolLevel());
        log.debug("A device is connected [{}, session-present={}]", name(), opened.present());
        traffic.begin(opened.present());
        deliveries.start(opened.hold());
        socketPause.resume(SocketPause.Reason.OPENING);
        onProofsChanged(); // While it was not to be found among those who are connected.
    }

    void onSessionRefused(ConnectRefused refusal) {
        if (state == ConnectionState.CLOSED) {
            finish();
        } else {
            refuse(refusal, protocolLevel());
        }
    }

    private void startKeepAlive(int seconds) {
        ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
        if (seconds == 0) {
            pipeline.remove(KeepAlive.NAME);
        } else {
            long silenceMs = seconds * 1_500L; // MQTT-3.1.2-22
            pipeline.replace(KeepAlive.NAME, KeepAlive.NAME, new KeepAlive(silenceMs, this::onSilence));
        }
    }

    /** No packet for one and a half times the keep alive, or no CONNECT, or no AUTH, in time. */
    void onSilence() {
        if (socketPause.isPaused()) {
            return; // We do not listen, so silence says nothing about the device.
        }
        switch (state) {
            case AWAITING_CONNECT -> disconnect(ReasonCode.KEEP_ALIVE_TIMEOUT, "no CONNECT came in time");
            case AUTHENTICATING -> disconnect(ReasonCode.NOT_AUTHORIZED, "no AUTH came in time");
            default -> disconnect(ReasonCode.KEEP_ALIVE_TIMEOUT, "nothing came within keep alive");
        }
    }

    void onDisconnect(Packet.Disconnect packet) {
        long expiry = packet.properties().number(Property.SESSION_EXPIRY_INTERVAL, expirySeconds);
        if (handshake.request().sessionExpirySeconds() == 0 && expiry > 0) {
            violations.bear(
                    Violations.Kind.SESSION_EXPIRY_RAISED,
                    ReasonCode.PROTOCOL_ERROR, // MQTT-3.14.2-2
                    "DISCONNECT raises the session expiry interval from 0");
        } else {
            expirySeconds = Math.min(expiry, setup.config().sessionExpiryMaxSeconds());
        }
        if (packet.reasonCode() == ReasonCode.SUCCESS.value()) {
            willFate = WillFate.DISCARD; // MQTT-3.14.4-3
        }
        close("the device disconnected");
    }

    /** @param level whose words the refusal is told in */
    void refuse(ConnectRefused refusal, int level) {
        setup.meters().refused(refusal.reason());
        tell("refused-" + MqttMeters.tag(refusal.reason()), "A device was refused: " + refusal.getMessage());
        farewell.refuse(refusal, level, wantsWords());
        close(refusal.reason() + ": " + refusal.getMessage());
    }

    /** Ends the connection with a reason that an MQTT 5 device is told (MQTT-4.13). */
    void disconnect(ReasonCode reason, String sentence) {
        end(reason, sentence, true);
    }

    private void end(ReasonCode reason, String sentence, boolean told) {
        if (state == ConnectionState.CLOSED) {
            return;
        }
        if (state == ConnectionState.AUTHENTICATING) {
            refuse(new ConnectRefused(reason, sentence), protocolLevel()); // MQTT-3.14.0-1
            return;
        }
        setup.meters().disconnected(reason);
        if (willFate != WillFate.KEEP) { // Then it is not the device's doing.
            tell("ended-" + MqttMeters.tag(reason), "The connection of a device was ended: " + sentence);
        }
        if (told && maySend() && isV5()) {
            farewell.disconnect(reason, sentence, wantsWords());
        }
        close(reason + ": " + sentence);
    }

    /** MQTT-3.1.2-29. */
    private boolean wantsWords() {
        return handshake.request() == null || handshake.request().limits().problemInformation();
    }

    /** An answer that the device needs; where it takes none of this size it cannot go on (MQTT-3.1.2-24). */
    void send(Packet packet) {
        if (state == ConnectionState.CLOSED) {
            return;
        }
        if (outbound.fits(packet)) {
            outbound.packet(packet);
        } else {
            disconnect(ReasonCode.PACKET_TOO_LARGE, "an answer is larger than the device takes");
        }
    }

    /**
     * Another connection has come with this client id (MQTT-3.1.4-3). Any thread.
     *
     * @return succeeds when this connection has ended and handed its session back
     */
    Future<Void> takeOver() {
        context.runOnContext(turn -> context.owner().setTimer(TAKE_OVER_DELAY_MS, id -> onTakenOver()));
        return ended.future();
    }

    private void onTakenOver() {
        disconnect(ReasonCode.SESSION_TAKEN_OVER, "another connection took the client id");
    }

    /** The gateway stops: what is in flight is still acknowledged, then the device is told (0x8B). */
    void drain() {
        if (state == ConnectionState.CLOSED) {
            return;
        }
        willFate = WillFate.KEEP; // Not a loss of the device: it will come back to whoever runs next.
        if (state == ConnectionState.OPEN) {
            socketPause.pause(SocketPause.Reason.DRAINING);
            become(Event.DRAIN_REQUESTED);
            onSettled();
        } else {
            endForStop();
        }
    }

    /** An append or a release of this connection has come to its end. */
    void onSettled() {
        if (state == ConnectionState.DRAINING && traffic.isIdle()) {
            endForStop();
        }
    }

    private void endForStop() {
        boolean another = !setup.config().protocol().serverReference().isEmpty();
        ReasonCode stop = state == ConnectionState.AUTHENTICATING
                ? ReasonCode.SERVER_UNAVAILABLE // CONNACK has no word for it.
                : ReasonCode.SERVER_SHUTTING_DOWN;
        disconnect(another ? ReasonCode.USE_ANOTHER_SERVER : stop, "the gateway stops");
    }

    /** The certificate of the device is not good any more. Any thread. */
    void onCut(CertifiedDevice.Verdict why) {
        onItsLoop(() -> {
            // DISCONNECT has the code for it, CONNACK has not (MQTT 5 section 3.2.2.2).
            boolean connected = state != ConnectionState.AUTHENTICATING;
            disconnect(connected ? ReasonCode.ADMINISTRATIVE_ACTION : ReasonCode.NOT_AUTHORIZED, why.sentence());
        });
    }

    void onLogFault(Throwable cause) {
        willFate = WillFate.KEEP; // It is our loss, not the device's.
        disconnect(ReasonCode.UNSPECIFIED_ERROR, cause.getMessage());
    }

    @Override
    public void onWritable(boolean writable) {
        if (session != null && state != ConnectionState.CLOSED) {
            handshake.deliveries().onWritable(writable);
        }
    }

    @Override
    public void onTooSlow() {
        disconnect(ReasonCode.QUOTA_EXCEEDED, "the device does not read what is sent to it");
    }

    /** Who it is was proven until now only; it may connect again with a new proof. */
    private void onProofExpired() {
        disconnect(ReasonCode.MAXIMUM_CONNECT_TIME, "what proves who the device is has expired");
    }

    /** Without a word to the device. */
    void close(String why) {
        if (state != ConnectionState.CLOSED) {
            log.debug("A connection is closed: {} [{}]", why, name());
            end = why;
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
        slowReader.end();
        connectTime.end();
        socketPause.end();
        if (traffic != null) {
            traffic.end();
        }
        if (!handshake.isOpening()) {
            finish();
        }
    }

    private void finish() {
        if (session != null) {
            session.close(expirySeconds, willFate);
        }
        if (epoch != 0) {
            setup.presence().disconnected(clientId(), epoch, end);
        }
        if (handshake.request() != null) {
            // After the session is closed: whoever connects next finds either this connection or its closed session.
            setup.clients().leave(clientId(), this);
        }
        ended.complete();
    }

    void become(Event event) {
        state = state.on(event);
    }

    /** Tells the operator, now and then, of what the device did wrong. */
    void tell(String kind, String sentence) {
        faults.tell(kind, sentence, this::name);
    }

    private String name() {
        String device = handshake.request() == null
                ? ""
                : "device=" + UNPRINTABLE.matcher(clientId()).replaceAll("?") + ", ";
        return device + "address=" + address();
    }
}
