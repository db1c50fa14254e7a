package io.forebay.gateway.mqtt;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Lets one line through in ten seconds and counts the others, for what a device can cause at any rate. Any thread. */
final class Complaints {
    private static final long EVERY_NS = TimeUnit.SECONDS.toNanos(10);

    private final AtomicLong nextAt = new AtomicLong(System.nanoTime());
    private final AtomicLong keptBack = new AtomicLong();

    /** @param line is run if it is time for one, with how many were kept back since the last */
    void say(LongConsumer line) {
        long now = System.nanoTime();
        long due = nextAt.get();
        if (now - due >= 0 && nextAt.compareAndSet(due, now + EVERY_NS)) {
            line.accept(keptBack.getAndSet(0));
        } else {
            keptBack.incrementAndGet();
        }
    }
}
