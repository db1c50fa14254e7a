package io.forebay.gateway.session;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Which subscriptions match a topic (MQTT-4.7). Changed by one thread, that of the sessions; any thread may look for matches
 * meanwhile, without a lock: it finds whatever is there from before it begins until after it ends.
 *
 * <p>Filters without wildcards, most of them, are a map; the others are a {@link FilterTree}.
 *
 * @param <S> what a filter stands for; equal ones are kept once under one filter
 */
final class SubscriptionIndex<S> {
    private final Map<String, Object> exact = new ConcurrentHashMap<>();
    private final FilterTree wild = new FilterTree();
    private int size;

    /** @return whether it is new; otherwise it took the place of the one that it equals */
    @CanIgnoreReturnValue
    boolean add(String filter, S value) {
        boolean isNew = hasWildcard(filter) ? wild.add(filter, value) : addExact(filter, value);
        size += isNew ? 1 : 0;
        return isNew;
    }

    private boolean addExact(String filter, S value) {
        Object old = exact.get(filter);
        boolean isNew = !Values.contains(old, value);
        exact.put(filter, Values.with(old, value));
        return isNew;
    }

    /** @return whether it was there */
    @CanIgnoreReturnValue
    boolean remove(String filter, S value) {
        boolean wasThere = hasWildcard(filter) ? wild.remove(filter, value) : removeExact(filter, value);
        size -= wasThere ? 1 : 0;
        return wasThere;
    }

    private boolean removeExact(String filter, S value) {
        Object old = exact.get(filter);
        if (!Values.contains(old, value)) {
            return false;
        }
        Object left = Values.without(old, value);
        if (left == null) {
            exact.remove(filter);
        } else {
            exact.put(filter, left);
        }
        return true;
    }

    private static boolean hasWildcard(String filter) {
        return filter.indexOf('+') >= 0 || filter.endsWith("#");
    }

    /** How many subscriptions there are. Only for the thread that changes them. */
    int size() {
        return size;
    }

    /** Shows the value of each subscription that matches; one that matches under two filters twice. Any thread. */
    @SuppressWarnings("unchecked")
    void match(String topic, Consumer<? super S> out) {
        Consumer<Object> typed = value -> out.accept((S) value);
        Values.forEach(exact.get(topic), typed);
        wild.forEachMatch(topic, values -> {
            Values.forEach(values, typed);
            return true;
        });
    }

    /** Any thread. */
    boolean matchesAny(String topic) {
        return exact.containsKey(topic) || !wild.forEachMatch(topic, values -> false);
    }
}
