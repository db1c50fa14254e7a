package io.forebay.gateway.security;

import io.forebay.gateway.security.AccessRules.BoundRule;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a connection may do by the {@link AccessRules} as they are now. Remembers what it has decided about a topic, until the
 * rules change. Owned by the connection's event loop.
 */
final class RuledPermissions implements Permissions {
    private static final Future<Boolean> YES = Future.succeededFuture(true);
    private static final Future<Boolean> NO = Future.succeededFuture(false);

    private static final int QOS_MASK = 3;
    private static final int RETAIN = 4;
    private static final int NOTHING = 8;

    private final RuledAccess access;
    private final AccessSubject subject;
    private final Map<String, Integer> publishes = new HashMap<>(4);
    private final Map<String, Integer> deliveries = new HashMap<>(4);

    /** What all that is remembered follows from; null at the beginning. */
    private AccessRules current;

    private List<BoundRule> rules = List.of();

    RuledPermissions(RuledAccess access, AccessSubject subject) {
        this.access = access;
        this.subject = subject;
    }

    @Override
    public Future<Boolean> mayPublish(String topic, int qos, boolean retain) {
        return permits(topic, qos, retain) ? YES : NO;
    }

    @Override
    public Future<List<Integer>> subscribe(List<AccessFilter> filters) {
        return Future.succeededFuture(filters.stream()
                .map(filter -> grants(filter.topics(), filter.isShared()))
                .toList());
    }

    @Override
    public Future<List<AccessFilter>> review(List<AccessFilter> subscriptions) {
        return Future.succeededFuture(subscriptions.stream()
                .filter(filter -> grants(filter.topics(), filter.isShared()) == DENIED)
                .toList());
    }

    @Override
    public long reviewEveryMs() {
        return 0;
    }

    @Override
    public long waitMaxMs() {
        return 0;
    }

    boolean permits(String topic, int qos, boolean retain) {
        if (isOpen()) {
            return !isOfServer(topic);
        }
        Integer known = publishes.get(topic);
        int granted = known == null ? decidePublish(topic) : known;
        return (granted & NOTHING) == 0 && qos <= (granted & QOS_MASK) && (!retain || (granted & RETAIN) != 0);
    }

    @Override
    public int receives(String topic) {
        if (isOpen()) {
            return 2;
        }
        Integer known = deliveries.get(topic);
        return known == null ? decideReceive(topic) : known;
    }

    /**
     * A filter that a rule allows wholly is granted, one that a rule before denies wholly is not. What is denied of a granted
     * filter is left out when it would be sent; a shared one is not granted then, or messages would be lost to the group.
     *
     * @param filter without {@code $share/group/}
     * @return the highest QoS, or {@link #DENIED}
     */
    int grants(String filter, boolean shared) {
        if (isOpen()) {
            return 2;
        }
        for (BoundRule bound : rules) {
            AccessRule rule = bound.rule();
            if (rule.subscribe() && rule.allow() && bound.topic().covers(filter)) {
                return rule.qosMax();
            }
            boolean denies =
                    bound.topic().covers(filter) || (shared && bound.topic().overlaps(filter));
            if (rule.subscribe() && !rule.allow() && denies) {
                return DENIED;
            }
        }
        return DENIED;
    }

    /** Whether everybody may everything; takes over rules that have changed. */
    @Override
    public boolean isOpen() {
        AccessRules now = access.rules();
        if (now != current) {
            current = now;
            rules = now.boundTo(subject);
            publishes.clear();
            deliveries.clear();
        }
        return now == AccessRules.OPEN;
    }

    /** What a server says of itself there is not to be forged; whoever has rules may allow it. */
    private static boolean isOfServer(String topic) {
        return topic.startsWith("$SYS") && (topic.length() == 4 || topic.charAt(4) == '/');
    }

    private int decidePublish(String topic) {
        int granted = NOTHING;
        for (BoundRule bound : rules) {
            if (bound.rule().publish() && bound.topic().matches(topic)) {
                granted = bound.rule().allow()
                        ? bound.rule().qosMax() | (bound.rule().retain() ? RETAIN : 0)
                        : NOTHING;
                break;
            }
        }
        remember(publishes, topic, granted);
        return granted;
    }

    private int decideReceive(String topic) {
        int granted = DENIED;
        for (BoundRule bound : rules) {
            if (bound.rule().subscribe() && bound.topic().matches(topic)) {
                granted = bound.rule().allow() ? bound.rule().qosMax() : DENIED;
                break;
            }
        }
        remember(deliveries, topic, granted);
        return granted;
    }

    private <T> void remember(Map<String, T> decisions, String topic, T decision) {
        if (decisions.size() >= access.topicsMax()) {
            decisions.clear(); // Dearer only for who uses more topics than that.
        }
        decisions.put(topic, decision);
    }
}
