package io.forebay.simulator;

import io.forebay.simulator.scenario.Behaviour;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import java.util.List;

/**
 * A device that does something wrong, over and over: connects, does it, waits for what the broker makes of it, and goes.
 * Owned by the event loop of the run.
 */
final class HostileDevice implements MqttLink.Listener {
    private static final long ANSWER_MS = 5_000;
    private static final long SLOW_READ_MS = 1_000;
    private static final int BYTES_PER_PACKET = 256;

    private final FleetSetup setup;
    private final FleetSetup victims;
    private final int number;
    private final Behaviour.Misbehaviour misbehaviour;
    private MqttLink link;
    private String misdeed = "";
    private long misdeedAtMs;
    private long answerTimer = -1;
    private boolean gone;

    /** @param victims whose client ids are taken */
    HostileDevice(FleetSetup setup, FleetSetup victims, int number) {
        this.setup = setup;
        this.victims = victims;
        this.number = number;
        misbehaviour = setup.spec().behaviour().misbehaviour();
    }

    /** The devices of a fleet do not all come at the same moment. */
    void start() {
        long everyMs = setup.spec().behaviour().every().toMillis();
        again(1 + (long) (setup.random().nextDouble() * everyMs));
    }

    private void again(long afterMs) {
        setup.vertx().setTimer(afterMs, id -> {
            if (!gone) {
                dial();
            }
        });
    }

    private void dial() {
        misdeed = "";
        setup.dialler()
                .open(number, this)
                .onSuccess(opened -> {
                    link = opened;
                    link.send(MqttPackets.connect(setup.connection(), number, clientId(), true, ""));
                })
                .onFailure(failure -> {
                    setup.statistics().misdeedAnswered(misbehaviour + ": " + ConnectFailure.reason(failure));
                    again(setup.spec().behaviour().every().toMillis());
                });
    }

    private String clientId() {
        return misbehaviour == Behaviour.Misbehaviour.DUPLICATE_CLIENT_ID
                ? victims.clientId(number % victims.spec().devices())
                : setup.clientId(number);
    }

    @Override
    public void onPacket(MqttMessage packet) {
        MqttMessageType type = packet.fixedHeader().messageType();
        if (type == MqttMessageType.CONNACK && misdeed.isEmpty()) {
            boolean accepted = ((MqttConnAckMessage) packet).variableHeader().connectReturnCode()
                    == MqttConnectReturnCode.CONNECTION_ACCEPTED;
            if (accepted) {
                misbehave();
            } else {
                answered("refused with CONNACK");
            }
        } else if (type == MqttMessageType.DISCONNECT) {
            answered("DISCONNECT" + MqttReasons.of(packet));
        } else if (type == MqttMessageType.PUBACK) {
            answered("accepted");
        }
    }

    private void misbehave() {
        setup.statistics().misdeeds++;
        misdeedAtMs = nowMs();
        long answerMs = ANSWER_MS;
        misdeed = misbehaviour.toString();
        switch (misbehaviour) {
            case HALF_OPEN -> {
                link.pause();
                answerMs = setup.connection().keepAliveSeconds() * 3_000L;
            }
            case SLOW_READER -> readSlowly();
            case DUPLICATE_CLIENT_ID ->
                answerMs = setup.spec().behaviour().every().toMillis();
            case OVERSIZED -> link.sendRaw(oversized());
            case MALFORMED -> {
                MalformedPackets.Packet packet = MalformedPackets.any(setup.random());
                misdeed = packet.name();
                link.sendRaw(Unpooled.wrappedBuffer(packet.bytes()));
            }
            case NONE -> throw new IllegalStateException("an honest device");
        }
        if (misbehaviour != Behaviour.Misbehaviour.SLOW_READER) {
            answerTimer = setup.vertx().setTimer(answerMs, id -> answered("no reaction"));
        }
    }

    private void readSlowly() {
        List<String> subscriptions = setup.traffic().subscriptions();
        link.send(MqttPackets.subscribe(subscriptions.isEmpty() ? List.of("#") : subscriptions, number, 0));
        link.pause();
        MqttLink slow = link;
        int packets = Math.max(1, setup.spec().behaviour().bytes() / BYTES_PER_PACKET);
        setup.vertx().setPeriodic(SLOW_READ_MS, id -> {
            if (gone || link != slow) {
                setup.vertx().cancelTimer(id);
            } else {
                slow.fetch(packets);
                slow.send(MqttMessage.PINGREQ);
            }
        });
    }

    private ByteBuf oversized() {
        byte[] payload = new byte[setup.spec().behaviour().bytes()];
        return Unpooled.wrappedBuffer(
                PublishTemplate.encode(MqttPackets.publish("oversized/" + number, 1, false, false, 1, payload)));
    }

    private void answered(String answer) {
        if (!misdeed.isEmpty()) {
            setup.statistics().misdeedAnswered(misdeed + ": " + answer);
            misdeed = "";
        }
        link.close("it has misbehaved");
    }

    @Override
    public void onClosed(String reason) {
        setup.vertx().cancelTimer(answerTimer);
        if (!misdeed.isEmpty()) {
            String when = misbehaviour == Behaviour.Misbehaviour.HALF_OPEN
                    ? " after " + (nowMs() - misdeedAtMs + 500) / 1000 + " s"
                    : "";
            setup.statistics().misdeedAnswered(misdeed + ": connection closed" + when);
            misdeed = "";
        }
        link = null;
        if (!gone) {
            again(setup.spec().behaviour().every().toMillis());
        }
    }

    @Override
    public void onWritable() {}

    void leave() {
        gone = true;
        misdeed = "";
        setup.vertx().cancelTimer(answerTimer);
        if (link != null) {
            link.close("the run is over");
        }
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }
}
