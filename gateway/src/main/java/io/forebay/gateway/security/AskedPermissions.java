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
    private static final int QOS_MAX = 2;

    private final AskedAccess access;
    private final AccessSubject subject;
    /** What each that the session has is granted, once one of them is less than all; empty before. */
    private final Map<String, Integer> granted = new HashMap<>(4);
    /** What follows from that, of some topics. */
    private final Map<String, Integer> deliveries = new HashMap<>(4);
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

    private Future<List<Integer>> subscribe(List<AccessFilter> filters, List<Integer> said) {
        while (said.size() < filters.size()) {
            Future<AccessAnswer> answer = access.ask(AccessQuestion.subscribe(subject, filters.get(said.size())));
            if (!answer.isComplete()) {
                return answer.compose(one -> {
                    said.add(qosOf(one));
                    return subscribe(filters, said);
                });
            }
            said.add(qosOf(answer.result()));
        }
        return Future.succeededFuture(said);
    }

    private static int qosOf(AccessAnswer answer) {
        return answer.allowed() ? answer.qosMax() : DENIED;
    }

    @Override
    public void subscribed(String filter) {
        if (isUnderReview) {
            since.add(filter);
        }
        if (!granted.isEmpty()) {
            granted.put(filter, QOS_MAX); // Its session knows the QoS that it was granted just now.
            deliveries.clear();
        }
    }

    @Override
    public void unsubscribed(String filter) {
        since.remove(filter);
        if (granted.remove(filter) != null) {
            deliveries.clear();
        }
    }

    @Override
    public int receives(String topic) {
        if (granted.isEmpty()) {
            return QOS_MAX;
        }
        Integer known = deliveries.get(topic);
        return known == null ? decideReceive(topic) : known;
    }

    private int decideReceive(String topic) {
        int most = granted.entrySet().stream()
                .filter(each -> new TopicPattern(AccessFilter.of(each.getKey()).topics()).matches(topic))
                .mapToInt(Map.Entry::getValue)
                .max()
                .orElse(DENIED);
        if (deliveries.size() >= TOPICS_MAX) {
            deliveries.clear();
        }
        deliveries.put(topic, most);
        return most;
    }

    @Override
    public Future<List<AccessFilter>> review(List<AccessFilter> subscriptions) {
        isUnderReview = true;
        return subscribe(subscriptions).map(qos -> reviewed(subscriptions, qos)).onComplete(done -> {
            isUnderReview = false;
            since.clear();
        });
    }

    private List<AccessFilter> reviewed(List<AccessFilter> subscriptions, List<Integer> qos) {
        List<AccessFilter> denied = new ArrayList<>();
        granted.clear();
        deliveries.clear();
        for (int i = 0; i < qos.size(); i++) {
            AccessFilter filter = subscriptions.get(i);
            granted.put(filter.written(), qos.get(i));
            if (qos.get(i) == DENIED) {
                denied.add(filter);
            }
        }
        since.forEach(filter -> granted.put(filter, QOS_MAX));
        if (granted.values().stream().allMatch(each -> each == QOS_MAX)) {
            granted.clear();
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
