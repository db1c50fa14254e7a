package io.forebay.gateway.session;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Topic filters with wildcards, by their levels. Changed by one thread; any thread may look for matches meanwhile.
 *
 * <p>Matching takes two ways at most at each level and is no recursion, so that a topic of 65 535 slashes is only slow. Each
 * level of a filter costs a node, which is why the number of levels is limited where filters come in
 * ({@code mqtt.topic-levels-max}).
 */
final class FilterTree {
    private final FilterNode root = new FilterNode("");
    private final SharedLevels levels = new SharedLevels();

    /** Is shown {@link Values} that match, never null. */
    interface Visitor {
        /** @return whether to go on */
        boolean visit(Object values);
    }

    /** @return whether it is new */
    boolean add(String filter, Object value) {
        FilterNode last = grow(filter);
        boolean below = endsWithHash(filter);
        Object old = last.values(below);
        boolean isNew = !Values.contains(old, value);
        last.values(below, Values.with(old, value));
        return isNew;
    }

    /** @return whether it was there */
    boolean remove(String filter, Object value) {
        List<FilterNode> path = path(filter);
        FilterNode last = path.get(path.size() - 1);
        boolean below = endsWithHash(filter);
        if (last == null || !Values.contains(last.values(below), value)) {
            return false;
        }
        last.values(below, Values.without(last.values(below), value));
        prune(path);
        return true;
    }

    private static boolean endsWithHash(String filter) {
        return filter.endsWith("#");
    }

    /** Where the last level begins at most: a {@code #} is none, and {@code a/#} ends with the level {@code a}. */
    private static int levelsEnd(String filter) {
        return endsWithHash(filter) ? filter.length() - 2 : filter.length();
    }

    /** The node of the filter's last level, made if it is missing. */
    private FilterNode grow(String filter) {
        int end = levelsEnd(filter);
        FilterNode node = root;
        for (int from = 0; from <= end; ) {
            int to = TopicLevels.end(filter, from);
            FilterNode next = step(node, filter, from, to);
            node = next == null ? node.add(levels.share(filter, from, to)) : next;
            from = to + 1;
        }
        return node;
    }

    /** The nodes of a filter from the root on; the last is null if one is missing. */
    private List<FilterNode> path(String filter) {
        int end = levelsEnd(filter);
        List<FilterNode> path = new ArrayList<>();
        path.add(root);
        FilterNode node = root;
        for (int from = 0; from <= end && node != null; ) {
            int to = TopicLevels.end(filter, from);
            node = step(node, filter, from, to);
            path.add(node);
            from = to + 1;
        }
        return path;
    }

    private static FilterNode step(FilterNode node, String filter, int from, int to) {
        return to - from == 1 && filter.charAt(from) == '+' ? node.plus() : node.child(filter, from, to);
    }

    private static void prune(List<FilterNode> path) {
        for (int i = path.size() - 1; i > 0 && path.get(i).isEmpty(); i--) {
            path.get(i - 1).remove(path.get(i));
        }
    }

    /**
     * Any thread.
     *
     * @return whether the visitor wanted to go on to the end
     */
    @CanIgnoreReturnValue
    boolean forEachMatch(String topic, Visitor visitor) {
        Ways ways = new Ways(topic);
        // A wildcard at the beginning does not match $SYS and the like (MQTT-4.7.2-1).
        if (topic.startsWith("$")) {
            int to = TopicLevels.end(topic, 0);
            ways.at(root.child(topic, 0, to), to + 1);
        } else {
            ways.at(root, 0);
        }
        while (ways.node != null) {
            if (!show(ways.node.values(true), visitor) || (ways.atEnd() && !show(ways.node.values(false), visitor))) {
                return false;
            }
            ways.next();
        }
        return true;
    }

    private static boolean show(Object values, Visitor visitor) {
        return values == null || visitor.visit(values);
    }

    /** Where one search stands, and where it has still to go: at most one place for each level of the topic. */
    private static final class Ways {
        private static final int FIRST_BRANCHES = 4;

        private final String topic;
        private FilterNode node;
        /** Where in the topic the next level begins. */
        private int from;

        private FilterNode[] nodes;
        private int[] froms;
        private int branches;

        Ways(String topic) {
            this.topic = topic;
        }

        void at(FilterNode newNode, int newFrom) {
            node = newNode;
            from = newFrom;
        }

        boolean atEnd() {
            return from > topic.length();
        }

        void next() {
            if (atEnd()) {
                back();
                return;
            }
            int to = TopicLevels.end(topic, from);
            FilterNode child = node.child(topic, from, to);
            FilterNode plus = node.plus();
            if (child != null && plus != null) {
                branch(plus, to + 1);
            }
            at(child == null ? plus : child, to + 1);
            if (node == null) {
                back();
            }
        }

        private void branch(FilterNode branchNode, int branchFrom) {
            if (nodes == null) {
                nodes = new FilterNode[FIRST_BRANCHES];
                froms = new int[FIRST_BRANCHES];
            } else if (branches == nodes.length) {
                nodes = Arrays.copyOf(nodes, 2 * branches);
                froms = Arrays.copyOf(froms, 2 * branches);
            }
            nodes[branches] = branchNode;
            froms[branches++] = branchFrom;
        }

        private void back() {
            node = null;
            if (branches > 0) {
                branches--;
                at(nodes[branches], froms[branches]);
            }
        }
    }
}
