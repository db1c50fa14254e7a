package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.forebay.gateway.session.SessionHold;

/**
 * What an open connection is sent by its device, each packet handed to the part that it is for. Owned by the connection's
 * event loop.
 */
final class Traffic {
    private final MqttConnection connection;
    private final EnhancedAuthentication authentication;
    private final InboundPublishes publishes;
    private final OutboundPublishes deliveries;
    private final Subscribing subscribing;
    private final SubscriptionReview review;
    private final RightsWaits rights;
    /** Null where there is no limit. */
    private final PublishRate rate;

    Traffic(
            MqttConnection connection,
            MqttSetup setup,
            Violations violations,
            EnhancedAuthentication authentication,
            OutboundPublishes deliveries,
            SessionHold hold) {
        this.connection = connection;
        this.authentication = authentication;
        this.rights = new RightsWaits(connection);
        this.deliveries = deliveries;
        this.subscribing = new Subscribing(connection, setup.config(), violations, hold, rights);
        this.publishes = new InboundPublishes(connection, setup, violations, rights, subscribing::isPending);
        this.review = new SubscriptionReview(connection, hold, deliveries);
        QuotaConfig quotas = setup.config().quotas();
        this.rate = quotas.hasRate() ? new PublishRate(connection, quotas, setup.meters()) : null;
    }

    /** Throws {@link ProtocolViolation}. */
    void handle(Packet packet) {
        if (packet instanceof Packet.Publish publish) {
            if (rate != null) {
                rate.onPublish(publish);
            }
            publishes.onPublish(publish);
        } else if (packet instanceof Packet.Puback puback) {
            deliveries.onPuback(puback);
        } else if (packet instanceof Packet.Pubrel pubrel) {
            publishes.onRelease(pubrel.packetId());
        } else if (packet instanceof Packet.Pubrec pubrec) {
            deliveries.onPubrec(pubrec);
        } else if (packet instanceof Packet.Pubcomp pubcomp) {
            deliveries.onPubcomp(pubcomp);
        } else if (packet instanceof Packet.Pingreq) {
            connection.outbound().pingResponse();
        } else {
            handleSeldom(packet);
        }
    }

    private void handleSeldom(Packet packet) {
        if (packet instanceof Packet.Subscribe subscribe) {
            if (isInOrder(packet)) {
                subscribing.onSubscribe(subscribe);
            }
        } else if (packet instanceof Packet.Unsubscribe unsubscribe) {
            if (isInOrder(packet)) {
                subscribing.onUnsubscribe(unsubscribe);
            }
        } else if (packet instanceof Packet.Disconnect disconnect) {
            connection.onDisconnect(disconnect);
        } else if (packet instanceof Packet.Auth auth) {
            connection.send(authentication.answer(authentication.proceed(auth)));
        } else {
            throw new ProtocolViolation(
                    ReasonCode.PROTOCOL_ERROR,
                    packet.getClass().getSimpleName() + " is no packet that a device may send now"); // MQTT-3.1.0-2
        }
    }

    /**
     * A device that publishes and then subscribes has its message retained, or not delivered, before the subscription
     * begins. What it sends behind that waits as well, so what it publishes next is delivered.
     *
     * @return whether it is this packet's turn; otherwise it comes again when it is
     */
    private boolean isInOrder(Packet packet) {
        if (publishes.isIdle()) {
            return true;
        }
        connection.socketPause().pause(SocketPause.Reason.ORDER);
        publishes.afterAppends(() -> {
            connection.onPacket(packet);
            connection.socketPause().resume(SocketPause.Reason.ORDER);
        });
        return false;
    }

    /** CONNACK is written. */
    void begin(boolean present) {
        review.begin(present);
    }

    /** The rules of access have changed. */
    void onAccessChanged() {
        review.review();
    }

    /** The connection is gone. */
    void end() {
        publishes.end();
        review.end();
        if (rate != null) {
            rate.end();
        }
    }

    /** Whether all that the device has published is durable. */
    boolean isIdle() {
        return publishes.isIdle() && !rights.isWaiting();
    }
}
