package io.forebay.simulator;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import java.util.HashSet;
import java.util.Set;

/** What is published to a device: acknowledges it, counts it, answers it if the fleet does. Owned by its device. */
final class Inbox {
    private final FleetSetup setup;
    private final Outbox outbox;
    /** Packet ids at QoS 2 between PUBREC and PUBREL: a repeat of one of them is no second message (MQTT-4.3.3-2). */
    private final Set<Integer> unreleased = new HashSet<>();

    Inbox(FleetSetup setup, Outbox outbox) {
        this.setup = setup;
        this.outbox = outbox;
    }

    /** A connection begins. */
    void resume(MqttLink link, int number, boolean sessionPresent) {
        if (!sessionPresent) {
            unreleased.clear();
        }
        if (!sessionPresent && !setup.traffic().subscriptions().isEmpty()) {
            link.send(MqttPackets.subscribe(setup.traffic().subscriptions(), number, 1));
        }
    }

    void onSubAck(MqttSubAckMessage packet) {
        for (int code : packet.payload().reasonCodes()) {
            if (code >= 0x80) {
                setup.statistics().subscriptionsRefused++;
                setup.statistics().trouble("a subscription is refused with code 0x" + Integer.toHexString(code));
            }
        }
    }

    void onPublish(MqttPublishMessage packet, MqttLink link) {
        int packetId = packet.variableHeader().packetId();
        switch (packet.fixedHeader().qosLevel()) {
            case AT_MOST_ONCE -> take();
            case AT_LEAST_ONCE -> {
                link.send(MqttPackets.reply(MqttMessageType.PUBACK, packetId));
                take();
            }
            case EXACTLY_ONCE -> {
                link.send(MqttPackets.reply(MqttMessageType.PUBREC, packetId));
                if (unreleased.add(packetId)) {
                    take();
                }
            }
            case FAILURE -> link.close("it sent a PUBLISH with QoS 3");
        }
    }

    void onPubRel(MqttMessage packet, MqttLink link) {
        int packetId = MqttPackets.packetId(packet);
        unreleased.remove(packetId);
        link.send(MqttPackets.reply(MqttMessageType.PUBCOMP, packetId));
    }

    private void take() {
        setup.statistics().commands++;
        if (setup.traffic().answers()) {
            outbox.due(setup.clock().nowUs(), true);
            outbox.fill();
        }
    }
}
