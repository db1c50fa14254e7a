package io.forebay.gateway.session;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One level of topic filters, and what hangs below it. Changed by one thread; any thread may read it meanwhile, and finds
 * every child that is there all the time. Most nodes have one child or none, so there are three
 * forms of keeping them; 32 bytes are all that a node takes of its own.
 */
final class FilterNode {
    /** Up to here children are looked for one after the other, and copied to add one. */
    private static final int ARRAY_MAX = 8;

    private final String level;
    /** Null, a FilterNode, a FilterNode[], or a Map from level to FilterNode. */
    private volatile Object children;
    /** The child for the wildcard {@code +}. */
    private volatile FilterNode plus;
    /** The {@link Values} of the filter that ends with this level. */
    private volatile Object here;
    /** The {@link Values} of the filter that ends with this level and {@code /#}. */
    private volatile Object below;

    FilterNode(String level) {
        this.level = level;
    }

    /** The {@link Values} of the filter that ends here, with {@code /#} or without. */
    Object values(boolean withHash) {
        return withHash ? below : here;
    }

    void values(boolean withHash, Object values) {
        if (withHash) {
            below = values;
        } else {
            here = values;
        }
    }

    FilterNode plus() {
        return plus;
    }

    /** The child for the level that stands in {@code text} at these places, or null. */
    FilterNode child(String text, int from, int to) {
        Object all = children;
        if (all == null) {
            return null;
        }
        if (all instanceof FilterNode only) {
            return only.is(text, from, to) ? only : null;
        }
        if (all instanceof FilterNode[] few) {
            for (FilterNode child : few) {
                if (child.is(text, from, to)) {
                    return child;
                }
            }
            return null;
        }
        return many(all).get(text.substring(from, to));
    }

    private boolean is(String text, int from, int to) {
        return level.length() == to - from && text.startsWith(level, from);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, FilterNode> many(Object all) {
        return (Map<String, FilterNode>) all;
    }

    /** @return a new child for this level, for which there is none yet */
    FilterNode add(String childLevel) {
        FilterNode child = new FilterNode(childLevel);
        Object all = children;
        if (childLevel.equals("+")) {
            plus = child;
        } else if (all == null) {
            children = child;
        } else if (all instanceof FilterNode only) {
            children = new FilterNode[] {only, child};
        } else if (all instanceof FilterNode[] few) {
            children = few.length < ARRAY_MAX ? with(few, child) : map(few, child);
        } else {
            many(all).put(childLevel, child);
        }
        return child;
    }

    private static FilterNode[] with(FilterNode[] few, FilterNode child) {
        FilterNode[] more = new FilterNode[few.length + 1];
        System.arraycopy(few, 0, more, 0, few.length);
        more[few.length] = child;
        return more;
    }

    private static Map<String, FilterNode> map(FilterNode[] few, FilterNode child) {
        Map<String, FilterNode> map = new ConcurrentHashMap<>();
        for (FilterNode one : few) {
            map.put(one.level, one);
        }
        map.put(child.level, child);
        return map;
    }

    void remove(FilterNode child) {
        Object all = children;
        if (child == plus) {
            plus = null;
        } else if (all == child) {
            children = null;
        } else if (all instanceof FilterNode[] few) {
            children = few.length == 2 ? few[few[0] == child ? 1 : 0] : without(few, child);
        } else {
            Map<String, FilterNode> map = many(all);
            map.remove(child.level);
            if (map.size() <= ARRAY_MAX / 2) {
                children = map.values().toArray(new FilterNode[0]);
            }
        }
    }

    private static FilterNode[] without(FilterNode[] few, FilterNode child) {
        FilterNode[] fewer = new FilterNode[few.length - 1];
        int at = 0;
        for (FilterNode one : few) {
            if (one != child) {
                fewer[at++] = one;
            }
        }
        return fewer;
    }

    boolean isEmpty() {
        return children == null && plus == null && here == null && below == null;
    }
}
