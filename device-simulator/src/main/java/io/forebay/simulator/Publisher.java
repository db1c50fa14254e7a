package io.forebay.simulator;

import io.forebay.simulator.scenario.ConnectionSpec;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One connection that publishes what it is given, up to a window at a time. A publish succeeds when there is room for the
 * next one; {@link #close} succeeds when everything is acknowledged. Owned by the event loop that it is called on.
 */
final class Publisher implements MqttLink.Listener {
    private static final int WINDOW = 64;
    private static final int PACKET_ID_MAX = 65_535;

    private final Dialler dialler;
    private final ConnectionSpec connection;
    private final String topic;
    private final int qos;
    private final boolean retain;
    private final Map<Integer, Boolean> inFlight = new LinkedHashMap<>();
    private final Promise<Void> accepted = Promise.promise();
    private Promise<Void> room = Promise.promise();
    private final Promise<Void> quiet = Promise.promise();
    private MqttLink link;
    private int lastId;
    private String lost;
    private boolean closing;

    Publisher(Dialler dialler, ConnectionSpec connection, String topic, int qos, boolean retain) {
        this.dialler = dialler;
        this.connection = connection;
        this.topic = topic;
        this.qos = qos;
        this.retain = retain;
    }

    Future<Void> connect(String clientId) {
        return dialler.open(0, this)
                .compose(opened -> {
                    link = opened;
                    link.send(MqttPackets.connect(connection, 0, clientId, true, ""));
                    return accepted.future();
                })
                .recover(failure ->
                        Future.failedFuture(ConnectFailure.of("the MQTT broker at " + dialler.target(), failure)));
    }

    Future<Void> publish(byte[] payload) {
        if (lost != null) {
            return Future.failedFuture(new SimulationException("The MQTT connection was lost: " + lost + "."));
        }
        int id = qos == 0 ? 0 : nextId();
        if (qos > 0) {
            inFlight.put(id, true);
        }
        link.send(MqttPackets.publish(topic, qos, false, retain, id, payload));
        room = Promise.promise();
        return inFlight.size() < WINDOW && link.writable() ? Future.succeededFuture() : room.future();
    }

    private int nextId() {
        do {
            lastId = lastId % PACKET_ID_MAX + 1;
        } while (inFlight.containsKey(lastId));
        return lastId;
    }

    @Override
    public void onPacket(MqttMessage packet) {
        switch (packet.fixedHeader().messageType()) {
            case CONNACK -> onConnAck((MqttConnAckMessage) packet);
            case PUBACK, PUBCOMP -> onDone(packet);
            case PUBREC -> {
                if (MqttPackets.refuses(packet)) {
                    onDone(packet);
                } else {
                    link.send(MqttPackets.pubRel(MqttPackets.packetId(packet)));
                }
            }
            case DISCONNECT -> link.close("the broker sent DISCONNECT" + MqttReasons.of(packet));
            case CONNECT, PUBLISH, PUBREL, SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, AUTH -> {}
        }
    }

    private void onConnAck(MqttConnAckMessage packet) {
        if (ConnAck.accepts(packet)) {
            accepted.tryComplete();
        } else {
            link.close("it refuses the connection: " + ConnAck.refusal(packet));
        }
    }

    private void onDone(MqttMessage packet) {
        if (MqttPackets.refuses(packet)) {
            link.close("it refused a message");
            return;
        }
        inFlight.remove(MqttPackets.packetId(packet));
        onWritable();
        if (inFlight.isEmpty()) {
            quiet.tryComplete();
        }
    }

    @Override
    public void onWritable() {
        if (inFlight.size() < WINDOW && link.writable()) {
            room.tryComplete();
        }
    }

    @Override
    public void onClosed(String reason) {
        lost = reason;
        SimulationException failure = new SimulationException("The MQTT connection was lost: " + reason + ".");
        accepted.tryFail(reason);
        if (!closing) {
            room.tryFail(failure);
            quiet.tryFail(failure);
        }
    }

    /** Disconnects when everything is acknowledged. */
    Future<Void> close() {
        if (inFlight.isEmpty()) {
            quiet.tryComplete();
        }
        return quiet.future().compose(acknowledged -> {
            closing = true;
            link.send(MqttMessage.DISCONNECT);
            link.close("all is said");
            return dialler.close();
        });
    }
}
