package io.forebay.simulator;

import io.forebay.simulator.scenario.Behaviour;
import io.forebay.simulator.scenario.ConnectionSpec;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import java.util.List;

/**
 * A device that does something wrong, over and over: connects, does it, waits for what the broker makes of it, and goes.
 * Owned by the event loop of the run.
 */
final class HostileDevice implements MqttLink.Listener {
    private static final long CONNECT_TIMEOUT_MS = 10_000;
    private static final long ANSWER_MS = 5_000;
    private static final long SLOW_READ_MS = 1_000;

    private final FleetSetup setup;
    private final FleetSetup victims;
    private final int number;
    private final Behaviour.Misbehaviour misbehaviour;
    private MqttLink link;
    private OversizedPublish oversized;
    /** What it does on this connection, or empty as long as it is not let in. */
    private String misdeed = "";

    private long misdeedAtMs;
    private long timer = -1;
    private boolean counted;
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
        Behaviour behaviour = setup.spec().behaviour();
        long everyMs = behaviour.every().toMillis();
        again(1 + behaviour.startsAt().toMillis() + (long) (setup.random().nextDouble() * everyMs));
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
        oversized = null;
        counted = false;
        setup.dialler().open(number, this).onSuccess(this::sayHello).onFailure(failure -> {
            count(ConnectFailure.reason(failure));
            again(setup.spec().behaviour().every().toMillis());
        });
    }

    private void sayHello(MqttLink opened) {
        link = opened;
        link.send(MqttPackets.connect(setup.connection(), number, clientId(), true, ""));
        // It may be the broker's answer to too many like this one.
        timer = setup.vertx().setTimer(CONNECT_TIMEOUT_MS, id -> answered("no answer to CONNECT"));
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
            MqttConnAckMessage answer = (MqttConnAckMessage) packet;
            if (ConnAck.accepts(answer)) {
                misbehave();
            } else {
                answered("refused: " + ConnAck.refusal(answer));
            }
        } else if (type == MqttMessageType.DISCONNECT) {
            answered("DISCONNECT" + MqttReasons.of(packet));
        } else if (type == MqttMessageType.PUBACK) {
            answered("accepted");
        }
    }

    private void misbehave() {
        setup.vertx().cancelTimer(timer);
        misdeedAtMs = nowMs();
        misdeed = misbehaviour.toString();
        switch (misbehaviour) {
            // It says no PINGREQ and answers nothing. That it reads tells it when the broker has had enough.
            case HALF_OPEN -> waitForAnswer(setup.connection().keepAliveSeconds() * 3_000L);
            case SLOW_READER -> readSlowly();
            case DUPLICATE_CLIENT_ID ->
                waitForAnswer(setup.spec().behaviour().every().toMillis());
            case OVERSIZED -> {
                boolean v5 = setup.connection().version() == ConnectionSpec.Version.V5;
                oversized = new OversizedPublish(
                        link,
                        "oversized/" + number,
                        v5,
                        setup.spec().behaviour().bytes());
                oversized.start();
                waitForAnswer(ANSWER_MS);
            }
            case MALFORMED -> {
                MalformedPackets.Packet packet = MalformedPackets.any(setup.random());
                misdeed = packet.name();
                link.sendRaw(Unpooled.wrappedBuffer(packet.bytes()));
                waitForAnswer(ANSWER_MS);
            }
            case NONE -> throw new IllegalStateException("an honest device");
        }
    }

    private void waitForAnswer(long atMostMs) {
        timer = setup.vertx().setTimer(atMostMs, id -> answered("no reaction"));
    }

    private void readSlowly() {
        List<String> subscriptions = setup.traffic().subscriptions();
        link.send(MqttPackets.subscribe(subscriptions.isEmpty() ? List.of("#") : subscriptions, number, 0));
        link.readSlowly(setup.spec().behaviour().bytes());
        MqttLink slow = link;
        setup.vertx().setPeriodic(SLOW_READ_MS, id -> {
            if (gone || link != slow) {
                setup.vertx().cancelTimer(id);
            } else {
                slow.readMore();
                slow.send(MqttMessage.PINGREQ);
            }
        });
    }

    private void answered(String answer) {
        count(answer);
        link.close("it has misbehaved");
    }

    /** Once for each connection. */
    private void count(String answer) {
        if (!gone && !counted) {
            String what = misdeed.isEmpty() ? misbehaviour + ", not let in" : misdeed;
            setup.statistics().misdeedAnswered(what + ": " + answer);
        }
        counted = true;
    }

    @Override
    public void onClosed(String reason) {
        setup.vertx().cancelTimer(timer);
        count(misdeed.isEmpty() ? reason : "connection closed" + afterSeconds());
        link = null;
        if (!gone) {
            again(setup.spec().behaviour().every().toMillis());
        }
    }

    private String afterSeconds() {
        return misbehaviour == Behaviour.Misbehaviour.HALF_OPEN
                ? " within " + (long) Math.ceil((nowMs() - misdeedAtMs) / 1e3) + " s"
                : "";
    }

    @Override
    public void onWritable() {
        if (oversized != null) {
            oversized.goOn();
        }
    }

    /** The run is over. A slow reader that was never cut off has not been counted yet. */
    void sumUp() {
        if (misbehaviour == Behaviour.Misbehaviour.SLOW_READER && !misdeed.isEmpty() && link != null) {
            count("still connected at the end");
        }
    }

    void leave() {
        gone = true;
        setup.vertx().cancelTimer(timer);
        if (link != null) {
            link.close("the run is over");
        }
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }
}
