package io.forebay.gateway.security;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** What a decision of the rules costs for each PUBLISH: nanoseconds and bytes of garbage. Started by a person. */
final class PermissionsBenchmark {
    private static final int RULES = 200;
    private static final int CHECKS = 20_000_000;
    private static final int ROUNDS = 5;

    private PermissionsBenchmark() {}

    public static void main(String[] arguments) {
        List<String> lines = new ArrayList<>(List.of("rules:"));
        for (int i = 0; i < RULES - 1; i++) {
            lines.add("  - {deny: both, topic: \"forbidden/" + i + "/+/#\"}");
        }
        lines.add("  - {allow: both, topic: \"devices/%c/#\"}");
        RuledAccess access = new RuledAccess(AccessFile.parse(lines), true, 64);
        String[] topics = new String[16];
        for (int i = 0; i < topics.length; i++) {
            topics[i] = "devices/device-0001/sensors/temperature/" + i;
        }
        measure("no rules", RuledAccess.open(), topics);
        measure(RULES + " rules, " + topics.length + " topics, remembered", access, topics);
        measure(RULES + " rules, each topic decided anew", new RuledAccess(AccessFile.parse(lines), true, 1), topics);
    }

    private static void measure(String what, RuledAccess access, String[] topics) {
        RuledPermissions device = access.permissions("device-0001", Identity.of("anna"));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int checks = what.contains("anew") ? CHECKS / 200 : CHECKS;
        double best = Double.MAX_VALUE;
        double garbage = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long begin = System.nanoTime();
            int allowed = 0;
            for (int i = 0; i < checks; i++) {
                allowed += device.permits(topics[i & 15], 1, false) ? 1 : 0;
            }
            best = Math.min(best, (System.nanoTime() - begin) / (double) checks);
            garbage = (threads.getCurrentThreadAllocatedBytes() - bytes) / (double) checks;
            if (allowed != checks) {
                throw new IllegalStateException("it was denied");
            }
        }
        System.out.printf("%-45s %8.1f ns  %6.2f bytes%n", what, best, garbage);
    }
}
