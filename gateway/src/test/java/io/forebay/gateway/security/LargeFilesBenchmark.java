package io.forebay.gateway.security;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a million users and 100 000 rules cost: time to read them, heap, and binding them to a device. Started by a person. */
final class LargeFilesBenchmark {
    private static final int USERS = 1_000_000;
    private static final int RULES = 100_000;
    private static final int DEVICES = 10_000;

    private LargeFilesBenchmark() {}

    public static void main(String[] arguments) {
        String hash = PasswordHash.of(new byte[] {'x'}).text();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            lines.add("device-" + i + ":" + hash);
        }
        long before = used();
        long begin = System.nanoTime();
        UserFile users = UserFile.parse(lines, new byte[32]);
        System.out.printf("%d users: %d ms, %d MiB%n", USERS, since(begin), (used() - before) >> 20);
        if (users.passwords().find("device-7") == null) {
            throw new IllegalStateException("nobody is there");
        }
        lines.clear();
        lines.add("rules:");
        for (int i = 0; i < RULES; i++) {
            lines.add("  - {allow: both, user: device-" + i + ", topic: \"plant/" + i + "/#\"}");
        }
        before = used();
        begin = System.nanoTime();
        AccessRules rules = AccessFile.parse(lines);
        System.out.printf("%d rules: %d ms, %d MiB%n", RULES, since(begin), (used() - before) >> 20);
        begin = System.nanoTime();
        int bound = 0;
        for (int i = 0; i < DEVICES; i++) {
            bound += rules.boundTo(new AccessSubject("d" + i, Identity.of("device-" + i)))
                    .size();
        }
        System.out.printf("bound to %d devices, %d rules: %d ms%n", DEVICES, bound, since(begin));
    }

    private static long since(long begin) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
