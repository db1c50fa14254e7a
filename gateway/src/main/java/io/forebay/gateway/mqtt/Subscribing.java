package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.Properties;
import io.forebay.gateway.mqtt.codec.Property;
import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.forebay.gateway.security.Permissions;
import io.forebay.gateway.session.SessionException;
import io.forebay.gateway.session.SessionHold;
import io.forebay.gateway.session.SessionHold.Grant;
import io.forebay.gateway.session.Subscription;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * SUBSCRIBE and UNSUBSCRIBE: each filter is checked, the session makes them durable, one answer for each packet in the
 * order received, one code for each filter (MQTT-3.8.4-6, MQTT-3.11.3-2). Owned by the connection's event loop.
 */
final class Subscribing {
    /** So many may wait for the disk; then the socket is not read on. */
    private static final int PENDING_MAX = 16;

    private static final int FAILURE_3_1_1 = 0x80;

    private final MqttConnection connection;
    private final SessionHold hold;
    private final FilterRules rules;
    private final boolean v5;
    private final AnswerOrder order = new AnswerOrder();
    private int pending;

    Subscribing(MqttConnection connection, MqttConfig config, Violations violations, SessionHold hold) {
        this.connection = connection;
        this.hold = hold;
        this.v5 = connection.isV5();
        this.rules = new FilterRules(config, violations, v5, connection.permissions());
    }

    /** Whether a subscription is on its way to the sessions. */
    boolean isPending() {
        return pending > 0;
    }

    void onSubscribe(Packet.Subscribe packet) {
        int identifier = (int) packet.properties().number(Property.SUBSCRIPTION_IDENTIFIER, 0);
        List<ReasonCode> checks = new ArrayList<>();
        List<Subscription> wanted = new ArrayList<>();
        for (Packet.Requested requested : packet.filters()) {
            ReasonCode check = rules.check(requested.filter());
            checks.add(check);
            if (check == ReasonCode.SUCCESS) {
                wanted.add(subscription(requested, identifier));
            }
        }
        if (wanted.isEmpty()) {
            order.answerInTurn(() -> suback(packet.packetId(), checks));
        } else {
            started();
            hold.subscribe(wanted).onComplete(done -> onSubscribed(packet.packetId(), checks, done));
        }
    }

    void onUnsubscribe(Packet.Unsubscribe packet) {
        started();
        hold.unsubscribe(packet.filters()).onComplete(done -> onUnsubscribed(packet, done));
    }

    private Subscription subscription(Packet.Requested requested, int identifier) {
        return new Subscription(
                requested.filter(),
                Math.min(requested.qos(), rules.qosMax(requested.filter())),
                requested.noLocal(),
                requested.retainAsPublished(),
                requested.retainHandling(),
                identifier);
    }

    /**
     * What a member of a group may not be sent is lost to the group, so it leaves the groups that it may not be in. What it
     * has subscribed to alone stays, and brings nothing, until it is allowed again.
     */
    Future<?> leaveDeniedGroups() {
        if (rules.isOpen()) {
            return Future.succeededFuture();
        }
        return hold.subscriptions().compose(filters -> {
            List<String> denied = filters.stream()
                    .filter(FilterRules::isShared)
                    .filter(filter -> rules.qosMax(filter) == Permissions.DENIED)
                    .toList();
            if (denied.isEmpty()) {
                return Future.succeededFuture();
            }
            connection.tell("group-left", "A device has left shared subscriptions that it is not allowed any more");
            return hold.unsubscribe(denied);
        });
    }

    private void onSubscribed(int packetId, List<ReasonCode> checks, AsyncResult<List<Grant>> done) {
        ReasonCode fault = done.succeeded() ? null : reason(done.cause());
        Iterator<Grant> grants = done.succeeded() ? done.result().iterator() : null;
        List<ReasonCode> codes = checks.stream()
                .map(check -> check.isFailure() ? check : fault == null ? code(grants.next()) : fault)
                .toList();
        suback(packetId, codes);
        settled();
    }

    private void onUnsubscribed(Packet.Unsubscribe packet, AsyncResult<List<Boolean>> done) {
        if (done.failed() && !v5) {
            // Its UNSUBACK cannot say that it failed.
            connection.disconnect(ReasonCode.UNSPECIFIED_ERROR, done.cause().getMessage());
            return;
        }
        List<Integer> codes = done.failed()
                ? packet.filters().stream()
                        .map(filter -> reason(done.cause()).value())
                        .toList()
                : done.result().stream()
                        .map(existed ->
                                existed ? ReasonCode.SUCCESS.value() : ReasonCode.NO_SUBSCRIPTION_EXISTED.value())
                        .toList();
        connection.send(new Packet.Unsuback(packet.packetId(), Properties.NONE, codes));
        settled();
    }

    private void suback(int packetId, List<ReasonCode> reasons) {
        List<Integer> codes = reasons.stream()
                .map(reason -> reason.isFailure() && !v5 ? FAILURE_3_1_1 : reason.value())
                .toList();
        connection.send(new Packet.Suback(packetId, Properties.NONE, codes));
    }

    private static ReasonCode code(Grant grant) {
        return switch (grant) {
            case QOS_0 -> ReasonCode.SUCCESS;
            case QOS_1 -> ReasonCode.GRANTED_QOS_1;
            case QOS_2 -> ReasonCode.GRANTED_QOS_2;
            case QUOTA_EXCEEDED -> ReasonCode.QUOTA_EXCEEDED;
        };
    }

    private static ReasonCode reason(Throwable cause) {
        return cause instanceof SessionException
                ? ReasonCode.UNSPECIFIED_ERROR
                : ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
    }

    private void started() {
        order.onStarted();
        if (++pending >= PENDING_MAX) {
            connection.socketPause().pause(SocketPause.Reason.SUBSCRIBING);
        }
    }

    private void settled() {
        order.onSettled();
        if (--pending <= PENDING_MAX / 2) {
            connection.socketPause().resume(SocketPause.Reason.SUBSCRIBING);
        }
    }
}
