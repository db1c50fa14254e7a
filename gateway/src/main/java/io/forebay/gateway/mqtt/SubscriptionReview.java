package io.forebay.gateway.mqtt;

import io.forebay.gateway.security.AccessFilter;
import io.forebay.gateway.security.Permissions;
import io.forebay.gateway.session.SessionHold;
import io.vertx.core.Future;
import java.util.List;

/**
 * Decides anew what the subscriptions of a device are allowed: when rules have changed, when an earlier session goes on, and now and
 * then where somebody else is asked. While that does not answer nothing is delivered, and nothing lost. Owned by the
 * connection's event loop.
 */
final class SubscriptionReview {
    private static final long RETRY_MS = 2_000;
    private static final long NONE = -1;

    private final MqttConnection connection;
    private final SessionHold hold;
    private final Permissions permissions;
    private final OutboundPublishes deliveries;
    private long timer = NONE;
    private boolean running;
    private boolean again;

    SubscriptionReview(MqttConnection connection, SessionHold hold, OutboundPublishes deliveries) {
        this.connection = connection;
        this.hold = hold;
        this.permissions = connection.permissions();
        this.deliveries = deliveries;
    }

    /** @param present whether there may be subscriptions of an earlier connection */
    void begin(boolean present) {
        if (!present) {
            schedule(permissions.reviewEveryMs());
            return;
        }
        if (permissions.reviewEveryMs() > 0) {
            deliveries.halt();
        }
        review();
    }

    /** The connection is gone. */
    void end() {
        connection.never(timer);
    }

    void review() {
        if (permissions.isOpen()) {
            return;
        }
        if (running) {
            again = true;
            return;
        }
        running = true;
        hold.subscriptions()
                .compose(filters -> permissions.review(
                        filters.stream().map(AccessFilter::of).toList()))
                .compose(this::leaveGroups)
                .onComplete(done -> {
                    running = false;
                    if (!connection.isClosed()) {
                        onReviewed(done.succeeded());
                    }
                });
    }

    private void onReviewed(boolean decided) {
        if (!decided) {
            connection.tell("rights-unknown", "What the subscriptions of a device are allowed could not be found out");
        }
        if (again) {
            again = false;
            review();
        } else if (permissions.reviewEveryMs() > 0) {
            if (decided) {
                deliveries.goOn();
            } else {
                deliveries.halt();
            }
            schedule(decided ? permissions.reviewEveryMs() : RETRY_MS);
        }
    }

    /**
     * What a member of a group may not be sent is lost to the group, so it leaves the groups that it may not be in. What it
     * has subscribed to alone stays, and brings nothing, until it is allowed again.
     */
    private Future<?> leaveGroups(List<AccessFilter> denied) {
        List<String> groups = denied.stream()
                .filter(AccessFilter::isShared)
                .map(AccessFilter::written)
                .toList();
        if (groups.isEmpty()) {
            return Future.succeededFuture();
        }
        connection.tell("group-left", "A device has left shared subscriptions that it is not allowed any more");
        return hold.unsubscribe(groups);
    }

    private void schedule(long delayMs) {
        if (delayMs > 0) {
            timer = connection.later(delayMs, this::review);
        }
    }
}
