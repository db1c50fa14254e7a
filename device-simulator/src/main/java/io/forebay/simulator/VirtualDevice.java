package io.forebay.simulator;

import io.forebay.simulator.payload.PayloadMaker;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;

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

    private static final long SOUND_MS = 3_000;

    private final FleetSetup setup;
    private final int number;
    private final Outbox outbox;
    private final Inbox inbox;
    private final Backoff backoff;
    private final Handshake handshake;
    private final KeepAlive keepAlive;
    private final Promise<Void> firstConnect = Promise.promise();
    private final Promise<Void> gone = Promise.promise();
    private State state = State.OFFLINE;
    private MqttLink link;
    private boolean storming;
    private boolean farewell;
    private long onlineSinceMs;
    /** Something was acknowledged on this connection. */
    private boolean served;

    VirtualDevice(FleetSetup setup, int number, PayloadMaker payloads) {
        this.setup = setup;
        this.number = number;
        outbox = new Outbox(setup, number, payloads);
        inbox = new Inbox(setup, outbox);
        backoff = new Backoff(setup.random());
        handshake = new Handshake(setup.vertx(), setup.gate(), setup.dialler().timeoutMs());
        keepAlive = new KeepAlive(setup.connection().keepAliveSeconds());
    }

    /** Succeeds when the device is accepted for the first time; fails if its first attempt fails. It then tries again. */
    Future<Void> connect() {
        handshake.queue(this::dial);
        return firstConnect.future();
    }

    /** Has this many messages to publish, as fast as they are acknowledged. */
    void owe(long messages) {
        outbox.owe(messages);
        fill();
    }

    /** Has a message to publish that is due now, or was due a moment ago. */
    void due(long dueUs) {
        outbox.due(dueUs, false);
        fill();
    }

    private void fill() {
        if (state == State.ONLINE) {
            outbox.fill();
        }
    }

    /** Publishes nothing more that has no time of its own. What is in flight goes on. */
    void stopPublishing() {
        outbox.forgive();
    }

    boolean online() {
        return state == State.ONLINE;
    }

    /** Drops the connection without a word and comes back at once, without waiting in line. */
    void storm() {
        if (state == State.ONLINE) {
            storming = true;
            setup.statistics().storms++;
            link.close("it drops its connection on purpose");
        }
    }

    private void dial() {
        if (state == State.GONE) {
            handshake.done();
            return;
        }
        if (state == State.OFFLINE) {
            state = State.CONNECTING;
        }
        setup.dialler()
                .open(number, this)
                .onSuccess(this::sayHello)
                .onFailure(failure -> onClosed(ConnectFailure.reason(failure)));
    }

    private void sayHello(MqttLink opened) {
        link = opened;
        if (state == State.GONE) {
            link.close("the run is over");
            return;
        }
        boolean clean = farewell || !setup.persistent();
        link.send(MqttPackets.connect(
                setup.connection(),
                number,
                setup.clientId(number),
                clean,
                setup.ledger().willMark()));
        handshake.limit(opened);
    }

    @Override
    public void onPacket(MqttMessage packet) {
        keepAlive.heard(nowMs());
        switch (packet.fixedHeader().messageType()) {
            case CONNACK -> onConnAck((MqttConnAckMessage) packet);
            case PUBACK -> {
                served = true;
                outbox.onPubAck(packet);
            }
            case PUBREC -> outbox.onPubRec(packet);
            case PUBCOMP -> {
                served = true;
                outbox.onPubComp(packet);
            }
            case PUBLISH -> inbox.onPublish((MqttPublishMessage) packet, link);
            case PUBREL -> inbox.onPubRel(packet, link);
            case SUBACK -> inbox.onSubAck((MqttSubAckMessage) packet);
            case DISCONNECT -> link.close("the broker sent DISCONNECT" + MqttReasons.of(packet));
            case PINGRESP -> {} // Having heard something is all that counts.
            case CONNECT, SUBSCRIBE, UNSUBSCRIBE, UNSUBACK, PINGREQ, AUTH ->
                link.close("it sent " + packet.fixedHeader().messageType() + ", which a device never asked for");
        }
    }

    private void onConnAck(MqttConnAckMessage packet) {
        if (!ConnAck.accepts(packet)) {
            link.close("it refuses the device: " + ConnAck.refusal(packet));
            return;
        }
        handshake.done();
        if (state != State.CONNECTING) {
            sayGoodbye(); // The answer to the last CONNECT, which only made the broker forget the session.
            return;
        }
        state = State.ONLINE;
        onlineSinceMs = nowMs();
        setup.statistics().online++;
        setup.statistics().connects++;
        boolean sessionPresent = packet.variableHeader().isSessionPresent();
        if (!outbox.isEmpty() && !sessionPresent && setup.persistent()) {
            setup.statistics().sessionsForgotten++;
        }
        inbox.resume(link, number, sessionPresent);
        outbox.resume(link, ConnAck.receiveMaximum(packet));
        firstConnect.tryComplete();
    }

    @Override
    public void onWritable() {
        fill();
    }

    @Override
    public void onClosed(String reason) {
        handshake.done();
        FleetStatistics statistics = setup.statistics();
        if (state == State.ONLINE) {
            statistics.online--;
            statistics.connectionsLost += storming ? 0 : 1;
            // A broker that accepts and then throws out again is not to be asked ten times a second.
            if (served || nowMs() - onlineSinceMs > SOUND_MS) {
                backoff.reset();
            }
            served = false;
        } else if (state == State.CONNECTING) {
            statistics.connectsFailed++;
        }
        if (state == State.LEAVING || state == State.GONE) {
            onClosedWhileLeaving();
            return;
        }
        state = State.OFFLINE;
        if (storming) {
            storming = false;
            dial();
            return;
        }
        statistics.trouble(reason);
        firstConnect.tryFail(new SimulationException("Cannot connect device " + number + " to the MQTT broker at "
                + setup.dialler().target() + ": " + reason + "."));
        comeBackLater();
    }

    private void comeBackLater() {
        setup.vertx().setTimer(backoff.nextDelayMs(), id -> {
            if (state == State.OFFLINE) {
                handshake.queue(this::dial);
            }
        });
    }

    void keepAlive() {
        if (state == State.ONLINE) {
            keepAlive.look(link, nowMs());
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
        if (state == State.LEAVING && !farewell && setup.persistent()) {
            farewell = true;
            handshake.queue(this::dial);
        } else {
            state = State.GONE;
            gone.tryComplete();
        }
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }
}
