package io.forebay.simulator;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The cheapest AMQP 1.0 consumer: counts what arrives, accepts it and looks into nothing. Runs on an event loop of its own;
 * its methods are for one other thread.
 */
public final class DrainCounter implements AutoCloseable {
    private static final int CREDIT = 2000;
    private static final Duration ATTACH = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);

    /**
     * What arrived so far.
     *
     * @param messages how many
     * @param seconds from the first to the last of them
     */
    public record Drained(long messages, double seconds) {
        public double messagesPerSecond() {
            return seconds == 0 ? 0 : messages / seconds;
        }
    }

    private final EventLoop loop = new EventLoop();
    // Owned by the event loop.
    private AmqpAttachment attachment;
    private long arrived;
    private long firstNanos;
    private long lastNanos;
    private String lost;

    private DrainCounter() {}

    /**
     * Attaches to an address and begins to count.
     *
     * @throws SimulationException if the broker cannot be reached or refuses the address
     */
    public static DrainCounter open(AmqpTarget target) {
        DrainCounter counter = new DrainCounter();
        try {
            CompletableFuture<AmqpAttachment> attaching = counter.loop.start(() -> AmqpAttachment.open(
                            counter.loop.vertx(), target, CREDIT, (delivery, message) -> counter.onMessage())
                    .onSuccess(counter::attached));
            if (!EventLoop.within(attaching, ATTACH)) {
                throw new SimulationException("The AMQP broker at " + target + " does not answer.");
            }
            return counter;
        } catch (SimulationException e) {
            counter.close();
            throw e;
        }
    }

    private void attached(AmqpAttachment opened) {
        attachment = opened;
        opened.lost().onSuccess(reason -> lost = reason);
    }

    private void onMessage() {
        lastNanos = System.nanoTime();
        if (arrived++ == 0) {
            firstNanos = lastNanos;
        }
    }

    public Drained drained() {
        return loop.call(() -> new Drained(arrived, (lastNanos - firstNanos) / 1e9));
    }

    /**
     * Waits until so many messages have arrived, or until none has arrived for {@code idle}.
     *
     * @throws SimulationException if the link is lost
     */
    public Drained waitFor(long messages, Duration idle) {
        CompletableFuture<Void> never = new CompletableFuture<>();
        Drained before = drained();
        long movedNanos = System.nanoTime();
        while (before.messages() < messages && System.nanoTime() - movedNanos < idle.toNanos()) {
            if (EventLoop.within(never, POLL)) {
                break;
            }
            failIfLost();
            Drained now = drained();
            if (now.messages() != before.messages()) {
                movedNanos = System.nanoTime();
            }
            before = now;
        }
        return before;
    }

    private void failIfLost() {
        String reason = loop.call(() -> lost == null ? "" : lost);
        if (!reason.isEmpty()) {
            throw new SimulationException("The AMQP broker ended the receiving: " + reason + ".");
        }
    }

    @Override
    public void close() {
        try {
            loop.call(() -> {
                if (attachment != null) {
                    attachment.close();
                }
                return true;
            });
        } finally {
            loop.close();
        }
    }
}
