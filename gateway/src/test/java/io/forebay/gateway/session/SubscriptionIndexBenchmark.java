package io.forebay.gateway.session;

import java.util.Random;
import java.util.function.IntFunction;

/**
 * Bytes per filter and nanoseconds per match with a million filters, and per retained topic. A person runs it, with
 * {@code -Xmx2g}.
 */
final class SubscriptionIndexBenchmark {
    private static final int FILTERS = 1_000_000;
    private static final int MATCHES = 2_000_000;
    private static final int ROUNDS = 3;

    private SubscriptionIndexBenchmark() {}

    public static void main(String[] args) throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            subscriptions("exact", n -> topic(n, "temp"), n -> topic(n, "temp"));
            subscriptions("plus in the middle", n -> "site/+/device-" + n + "/temp", n -> topic(n, "temp"));
            subscriptions("plus at the end", n -> topic(n, "+"), n -> topic(n, "temp"));
            subscriptions("deep hash", n -> topic(n, "a/b/c/d/#"), n -> topic(n, "a/b/c/d/e/f/g"));
            subscriptions("hash below", n -> topic(n, "#"), n -> topic(n, "temp"));
            subscriptions("exact, others' topics", n -> topic(n, "temp"), n -> topic(n, "none"));
            sameFilter();
            retained();
        }
    }

    private static String topic(int n, String last) {
        return "site/" + n % 100 + "/device-" + n + "/" + last;
    }

    private static void subscriptions(String name, IntFunction<String> filter, IntFunction<String> topic)
            throws InterruptedException {
        String[] filters = new String[FILTERS];
        for (int i = 0; i < FILTERS; i++) {
            filters[i] = filter.apply(i);
        }
        Integer value = 7;
        long before = used();
        long from = System.nanoTime();
        SubscriptionIndex<Integer> index = new SubscriptionIndex<>();
        for (String one : filters) {
            require(index.add(one, value));
        }
        long adding = System.nanoTime() - from;
        long bytes = used() - before;
        String[] topics = topics(topic);
        long matching = match(index, topics);
        from = System.nanoTime();
        for (String one : filters) {
            require(index.remove(one, value));
        }
        long removing = System.nanoTime() - from;
        System.out.printf(
                "%-24s %4d B/filter beyond its string, add %5d ns, match %5d ns, remove %5d ns%n",
                name, bytes / FILTERS, adding / FILTERS, matching, removing / FILTERS);
    }

    private static String[] topics(IntFunction<String> topic) {
        Random random = new Random(1);
        String[] topics = new String[1 << 17];
        for (int i = 0; i < topics.length; i++) {
            topics[i] = topic.apply(random.nextInt(FILTERS));
        }
        return topics;
    }

    private static long match(SubscriptionIndex<Integer> index, String[] topics) {
        int[] found = {0};
        long from = System.nanoTime();
        for (int i = 0; i < MATCHES; i++) {
            index.match(topics[i & topics.length - 1], value -> found[0]++);
        }
        long each = (System.nanoTime() - from) / MATCHES;
        require(found[0] == MATCHES || found[0] == 0);
        return each;
    }

    private static void sameFilter() throws InterruptedException {
        long before = used();
        long from = System.nanoTime();
        SubscriptionIndex<Integer> index = new SubscriptionIndex<>();
        Integer[] values = new Integer[FILTERS];
        for (int i = 0; i < FILTERS; i++) {
            values[i] = i;
            require(index.add("all/#", values[i]));
        }
        long adding = System.nanoTime() - from;
        long bytes = used() - before;
        long[] sum = {0};
        from = System.nanoTime();
        index.match("all/of/them", value -> sum[0] += value);
        System.out.printf(
                "%-24s %4d B/subscription with its Integer, add %5d ns, match %5d ns for each%n",
                "one filter for all", bytes / FILTERS, adding / FILTERS, (System.nanoTime() - from) / FILTERS);
    }

    private static void retained() throws InterruptedException {
        String[] names = new String[FILTERS];
        for (int i = 0; i < FILTERS; i++) {
            names[i] = topic(i, "state");
        }
        long before = used();
        long from = System.nanoTime();
        RetainedTopics topics = new RetainedTopics();
        for (String one : names) {
            require(topics.add(one));
        }
        System.out.printf(
                "%-24s %4d B/topic beyond its string, add %5d ns%n",
                "retained", (used() - before) / FILTERS, (System.nanoTime() - from) / FILTERS);
        for (String filter : new String[] {
            "site/17/device-4217/state", "site/+/device-4217/state", "site/17/#", "site/17/+/state", "+/+/+/none", "#"
        }) {
            int[] found = {0};
            from = System.nanoTime();
            topics.search(filter).goOn(Integer.MAX_VALUE, topic -> ++found[0] > 0);
            long took = System.nanoTime() - from;
            System.out.printf("  %-26s %8d found in %9d us%n", filter, found[0], took / 1000);
        }
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new AssertionError();
        }
    }
}
