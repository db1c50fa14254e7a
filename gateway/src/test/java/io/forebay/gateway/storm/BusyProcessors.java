package io.forebay.gateway.storm;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Keeps all processors busy with nothing: what a load costs the gateway only because it is on the same machine, and would not
 * from another. Run in a niced process. Any thread.
 */
final class BusyProcessors {
    private BusyProcessors() {}

    /** Returns afterwards. */
    static void keep(int seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<Thread> threads = Stream.generate(() -> new Thread(() -> hashUntil(end)))
                .limit(Runtime.getRuntime().availableProcessors())
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void hashUntil(long end) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] block = new byte[16 << 10];
            while (System.nanoTime() - end < 0) {
                digest.update(block);
            }
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
