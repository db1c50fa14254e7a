package io.forebay.simulator;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;
import java.util.Locale;

/**
 * One honest MQTT device. Owned by the event loop of the run.
 *
 * <p>It keeps what is not acknowledged and, after a reconnect with the same session, sends it again in the order of the
 * first time with the same packet id: PUBLISH with DUP, or PUBREL where PUBREC had come (MQTT-4.4.0-1, MQTT-4.6.0-1).
 */
final class VirtualDevice implements MqttLink.Listener {
    private enum State {
        OFFLINE,
        CONNECTING,
        ONLINE,
        /** Has said goodbye, or asks for its session to be forgotten. */
        LEAVING,
        GONE
    }

    private static final long CONNECT_TIMEOUT_MS = 10_000;
    private static final long SILENCE_BEFORE_PING_MS = MqttPackets.KEEP_ALIVE_SECONDS * 500L;
    private static final long PING_TIMEOUT_MS = 20_000;

    private final FleetSetup setup;
    private final int number;
    private final Outbox outbox;
    private final Backoff backoff;
    private final Promise<Void> firstConnect = Promise.promise();
    private final Promise<Void> gone = Promise.promise();

    private State state = State.OFFLINE;
    private MqttLink link;
    private boolean inGate;
    private boolean farewell;
    private long connectTimer = -1;
    private long heardAtMs;
    private long pingedAtMs;

    VirtualDevice(FleetSetup setup, int number) {
        this.setup = setup;
        this.number = number;
        outbox = new Outbox(setup, number);
        backoff = new Backoff(setup.random());
    }

    /** Succeeds when the device is accepted for the first time; fails if its first attempt fails. It then tries again. */
    Future<Void> connect() {
        setup.gate().enter(this::dial);
        return firstConnect.future();
    }

    /** Has this many more messages to publish. */
    void owe(long messages) {
        outbox.owe(messages);
        if (state == State.ONLINE) {
            outbox.fill();
        }
    }

    /** Publishes nothing new. What is in flight goes on. */
    void stopPublishing() {
        outbox.forgive();
    }

    private void dial() {
        inGate = true;
        if (state == State.GONE) {
            leaveGate();
            return;
        }
        if (state == State.OFFLINE) {
            state = State.CONNECTING;
        }
        setup.net()
                .connect(setup.target().port(), setup.target().host())
                .onSuccess(this::sayHello)
                .onFailure(failure -> onClosed(ConnectFailure.reason(failure)));
    }

    private void sayHello(NetSocket socket) {
        link = MqttLink.on(socket, this);
        if (state == State.GONE) {
            link.close("the run is over");
            return;
        }
        link.send(MqttPackets.connect(setup.target(), setup.clientId(number), cleanSession()));
        MqttLink dialled = link;
        connectTimer = setup.vertx().setTimer(CONNECT_TIMEOUT_MS, id -> dialled.close("it does not answer CONNECT"));
    }

    private boolean cleanSession() {
        return farewell || !setup.load().qos().acknowledged();
    }

    @Override
    public void onPacket(MqttMessage packet) {
        heardAtMs = nowMs();
        pingedAtMs = 0;
        switch (packet.fixedHeader().messageType()) {
            case CONNACK -> onConnAck((MqttConnAckMessage) packet);
            case PUBACK -> outbox.onPubAck(packet);
            case PUBREC -> outbox.onPubRec(packet);
            case PUBCOMP -> outbox.onPubComp(packet);
            case DISCONNECT -> link.close("the broker sent DISCONNECT");
            case PINGRESP -> {} // Having heard something is all that counts.
            case CONNECT, PUBLISH, PUBREL, SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, AUTH ->
                link.close("it sent " + packet.fixedHeader().messageType() + ", which a device never asked for");
        }
    }

    private void onConnAck(MqttConnAckMessage packet) {
        MqttConnAckVariableHeader answer = packet.variableHeader();
        if (answer.connectReturnCode() != MqttConnectReturnCode.CONNECTION_ACCEPTED) {
            link.close("it refuses the device: " + words(answer.connectReturnCode()));
            return;
        }
        handshakeDone();
        if (state != State.CONNECTING) {
            sayGoodbye(); // The answer to the last CONNECT, which only made the broker forget the session.
            return;
        }
        state = State.ONLINE;
        heardAtMs = nowMs();
        backoff.reset();
        setup.statistics().online++;
        setup.statistics().connects++;
        if (!outbox.isEmpty() && !answer.isSessionPresent()) {
            setup.statistics().sessionsForgotten++;
        }
        outbox.resume(link, receiveMaximum(answer));
        firstConnect.tryComplete();
    }

    private static String words(MqttConnectReturnCode code) {
        return code.name()
                .replaceFirst("^CONNECTION_REFUSED_", "")
                .toLowerCase(Locale.ROOT)
                .replace('_', ' ');
    }

    private static int receiveMaximum(MqttConnAckVariableHeader answer) {
        MqttProperties.MqttProperty<?> property = answer.properties().getProperty(MqttProperties.RECEIVE_MAXIMUM);
        return property == null ? Integer.MAX_VALUE : (Integer) property.value();
    }

    @Override
    public void onWritable() {
        if (state == State.ONLINE) {
            outbox.fill();
        }
    }

    @Override
    public void onClosed(String reason) {
        handshakeDone();
        FleetStatistics statistics = setup.statistics();
        if (state == State.ONLINE) {
            statistics.online--;
            statistics.connectionsLost++;
        } else if (state == State.CONNECTING) {
            statistics.connectsFailed++;
        }
        if (state == State.LEAVING || state == State.GONE) {
            onClosedWhileLeaving();
            return;
        }
        statistics.lastTrouble = reason;
        state = State.OFFLINE;
        firstConnect.tryFail(new SimulationException(
                "Cannot connect device " + number + " to the MQTT broker at " + setup.target() + ": " + reason + "."));
        setup.vertx().setTimer(backoff.nextDelayMs(), id -> {
            if (state == State.OFFLINE) {
                setup.gate().enter(this::dial);
            }
        });
    }

    private void handshakeDone() {
        if (connectTimer >= 0) {
            setup.vertx().cancelTimer(connectTimer);
            connectTimer = -1;
        }
        leaveGate();
    }

    private void leaveGate() {
        if (inGate) {
            inGate = false;
            setup.gate().leave();
        }
    }

    void keepAlive() {
        if (state != State.ONLINE) {
            return;
        }
        long nowMs = nowMs();
        if (pingedAtMs != 0) {
            if (nowMs - pingedAtMs > PING_TIMEOUT_MS) {
                link.close("it does not answer PINGREQ");
            }
        } else if (nowMs - heardAtMs > SILENCE_BEFORE_PING_MS) {
            pingedAtMs = nowMs;
            link.send(MqttMessage.PINGREQ);
        }
    }

    /**
     * Disconnects, and asks the broker to forget the session: the client id is never used again. Always succeeds, a broker
     * that cannot be reached is not asked twice.
     */
    Future<Void> leave() {
        if (state == State.ONLINE) {
            setup.statistics().online--;
            state = State.LEAVING;
            sayGoodbye();
        } else {
            state = State.GONE;
            gone.tryComplete();
            if (link != null) {
                link.close("the run is over");
            }
        }
        return gone.future();
    }

    private void sayGoodbye() {
        link.send(MqttMessage.DISCONNECT);
        link.close("the run is over");
    }

    private void onClosedWhileLeaving() {
        boolean sessionLeftBehind =
                state == State.LEAVING && !farewell && setup.load().qos().acknowledged();
        if (sessionLeftBehind) {
            farewell = true;
            setup.gate().enter(this::dial);
        } else {
            state = State.GONE;
            gone.tryComplete();
        }
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }
}
