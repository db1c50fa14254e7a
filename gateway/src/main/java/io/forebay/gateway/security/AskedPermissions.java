package io.forebay.gateway.security;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a connection may do by what {@link AskedAccess} says. A subscription is asked about as a whole; what it brings is not, but
 * for what the last review has denied. Owned by the connection's event loop.
 */
final class AskedPermissions implements Permissions {
    private static final int TOPICS_MAX = 64;

    private final AskedAccess access;
    private final AccessSubject subject;
    /** All that the session has, once one of them was denied; empty before. */
    private final Map<String, Boolean> allowed = new HashMap<>(4);
    /** What follows from that, of some topics. */
    private final Map<String, Boolean> deliveries = new HashMap<>(4);
    /** What was subscribed to since a review began, which does not know of it. */
    private final Set<String> since = new HashSet<>(4);

    private boolean isUnderReview;

    AskedPermissions(AskedAccess access, AccessSubject subject) {
        this.access = access;
        this.subject = subject;
    }

    @Override
    public Future<Boolean> mayPublish(String topic, int qos, boolean retain) {
        return access.ask(AccessQuestion.publish(subject, topic, qos, retain))
                .map(answer -> answer.allowed() && qos <= answer.qosMax());
    }

    /** One question at a time, however many filters a device has thought of. */
    @Override
    public Future<List<Integer>> subscribe(List<AccessFilter> filters) {
        return subscribe(filters, new ArrayList<>(filters.size()));
    }

    private Future<List<Integer>> subscribe(List<AccessFilter> filters, List<Integer> granted) {
        while (granted.size() < filters.size()) {
            Future<AccessAnswer> answer = access.ask(AccessQuestion.subscribe(subject, filters.get(granted.size())));
            if (!answer.isComplete()) {
                return answer.compose(said -> {
                    granted.add(qosOf(said));
                    return subscribe(filters, granted);
                });
            }
            granted.add(qosOf(answer.result()));
        }
        return Future.succeededFuture(granted);
    }

    private static int qosOf(AccessAnswer answer) {
        return answer.allowed() ? answer.qosMax() : DENIED;
    }

    @Override
    public void subscribed(String filter) {
        if (isUnderReview) {
            since.add(filter);
        }
        if (!allowed.isEmpty()) {
            allowed.put(filter, true);
            deliveries.clear();
        }
    }

    @Override
    public void unsubscribed(String filter) {
        since.remove(filter);
        if (allowed.remove(filter) != null) {
            deliveries.clear();
        }
    }

    @Override
    public boolean mayReceive(String topic) {
        if (allowed.isEmpty()) {
            return true;
        }
        Boolean known = deliveries.get(topic);
        return known == null ? decideReceive(topic) : known;
    }

    private boolean decideReceive(String topic) {
        boolean any = allowed.entrySet().stream()
                .anyMatch(each -> each.getValue()
                        && new TopicPattern(AccessFilter.of(each.getKey()).topics()).matches(topic));
        if (deliveries.size() >= TOPICS_MAX) {
            deliveries.clear();
        }
        deliveries.put(topic, any);
        return any;
    }

    @Override
    public Future<List<AccessFilter>> review(List<AccessFilter> subscriptions) {
        isUnderReview = true;
        return subscribe(subscriptions)
                .map(granted -> reviewed(subscriptions, granted))
                .onComplete(done -> {
                    isUnderReview = false;
                    since.clear();
                });
    }

    private List<AccessFilter> reviewed(List<AccessFilter> subscriptions, List<Integer> granted) {
        List<AccessFilter> denied = new ArrayList<>();
        allowed.clear();
        deliveries.clear();
        for (int i = 0; i < granted.size(); i++) {
            AccessFilter filter = subscriptions.get(i);
            allowed.put(filter.written(), granted.get(i) != DENIED);
            if (granted.get(i) == DENIED) {
                denied.add(filter);
            }
        }
        since.forEach(filter -> allowed.put(filter, true));
        if (denied.isEmpty()) {
            allowed.clear();
        }
        return denied;
    }

    @Override
    public boolean isOpen() {
        return false;
    }

    @Override
    public long reviewEveryMs() {
        return access.limits().reviewMs();
    }

    @Override
    public long waitMaxMs() {
        return access.limits().waitMaxMs();
    }
}
