package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.Properties;
import io.forebay.gateway.mqtt.codec.Property;
import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.forebay.gateway.security.AccessFilter;
import io.forebay.gateway.security.Permissions;
import io.forebay.gateway.session.SessionException;
import io.forebay.gateway.session.SessionHold;
import io.forebay.gateway.session.SessionHold.Grant;
import io.forebay.gateway.session.Subscription;
import io.vertx.core.AsyncResult;
import java.util.ArrayList;
import java.util.Collections;
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
    private final Permissions permissions;
    private final RightsWaits rights;
    private final boolean v5;
    private final AnswerOrder order = new AnswerOrder();
    private int pending;

    Subscribing(
            MqttConnection connection, MqttConfig config, Violations violations, SessionHold hold, RightsWaits rights) {
        this.connection = connection;
        this.hold = hold;
        this.v5 = connection.isV5();
        this.rules = new FilterRules(config, violations, v5);
        this.permissions = connection.permissions();
        this.rights = rights;
    }

    /** Whether a subscription is on its way to the sessions. */
    boolean isPending() {
        return pending > 0;
    }

    void onSubscribe(Packet.Subscribe packet) {
        List<ReasonCode> checks = new ArrayList<>();
        List<AccessFilter> asked = new ArrayList<>();
        for (Packet.Requested requested : packet.filters()) {
            ReasonCode check = rules.check(requested.filter());
            checks.add(check);
            if (check == ReasonCode.SUCCESS) {
                asked.add(AccessFilter.of(requested.filter()));
            }
        }
        rights.await(permissions.subscribe(asked), granted -> subscribe(packet, checks, granted));
    }

    /** @param granted for those that are topic filters */
    private void subscribe(Packet.Subscribe packet, List<ReasonCode> checks, AsyncResult<List<Integer>> granted) {
        int identifier = (int) packet.properties().number(Property.SUBSCRIPTION_IDENTIFIER, 0);
        Iterator<Integer> qos = granted.succeeded() ? granted.result().iterator() : Collections.emptyIterator();
        List<Subscription> wanted = new ArrayList<>();
        for (int i = 0; i < checks.size(); i++) {
            if (checks.get(i) != ReasonCode.SUCCESS) {
                continue;
            }
            int max = qos.hasNext() ? qos.next() : Permissions.DENIED;
            if (max != Permissions.DENIED) {
                wanted.add(subscription(packet.filters().get(i), max, identifier));
            } else {
                checks.set(i, granted.succeeded() ? rules.denied() : ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
            }
        }
        if (wanted.isEmpty()) {
            order.answerInTurn(() -> suback(packet.packetId(), checks));
        } else {
            started();
            hold.subscribe(wanted).onComplete(done -> onSubscribed(packet.packetId(), checks, wanted, done));
        }
    }

    void onUnsubscribe(Packet.Unsubscribe packet) {
        started();
        packet.filters().forEach(permissions::unsubscribed);
        hold.unsubscribe(packet.filters()).onComplete(done -> onUnsubscribed(packet, done));
    }

    private static Subscription subscription(Packet.Requested requested, int qosMax, int identifier) {
        return new Subscription(
                requested.filter(),
                Math.min(requested.qos(), qosMax),
                requested.noLocal(),
                requested.retainAsPublished(),
                requested.retainHandling(),
                identifier);
    }

    private void onSubscribed(
            int packetId, List<ReasonCode> checks, List<Subscription> wanted, AsyncResult<List<Grant>> done) {
        if (done.succeeded()) {
            for (int i = 0; i < wanted.size(); i++) {
                if (done.result().get(i) != Grant.QUOTA_EXCEEDED) {
                    permissions.subscribed(wanted.get(i).filter());
                }
            }
        }
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
