package io.forebay.storage.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class InboxTest {
    /** Tells who put it in, and as which. */
    private static final class Numbered extends Submission<Void> {
        final int producer;
        final int number;

        Numbered(int producer, int number) {
            this.producer = producer;
            this.number = number;
        }

        @Override
        void apply(LogWriter writer) {}

        @Override
        int bytes() {
            return 10;
        }
    }

    private static List<Numbered> all(Submission<?> first) {
        List<Numbered> taken = new ArrayList<>();
        for (Submission<?> s = first; s != null; s = s.next) {
            taken.add((Numbered) s);
        }
        return taken;
    }

    @Test
    void eachProducersOrderIsKeptAndNothingIsLost() throws Exception {
        Inbox inbox = new Inbox(1 << 20, 1 << 30);
        int each = 200_000;
        List<Thread> producers = new ArrayList<>();
        for (int p = 0; p < 3; p++) {
            int producer = p;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    if (!inbox.put(new Numbered(producer, i))) {
                        throw new IllegalStateException("sealed");
                    }
                }
            });
            producers.add(thread);
            thread.start();
        }
        int[] next = new int[3];
        int taken = 0;
        while (taken < 3 * each) {
            for (Numbered n : all(inbox.take(TimeUnit.SECONDS.toNanos(1)))) {
                assertEquals(next[n.producer]++, n.number);
                taken++;
            }
        }
        inbox.done(taken, 10L * taken);
        assertEquals(0, inbox.waitingCount());
        assertEquals(0, inbox.waitingBytes());
        for (Thread producer : producers) {
            producer.join();
        }
    }

    @Test
    void bothBoundsAreSeen() {
        Inbox inbox = new Inbox(3, 1000);
        assertTrue(inbox.hasRoom());
        for (int i = 0; i < 3; i++) {
            assertTrue(inbox.put(new Numbered(0, i)));
        }
        assertFalse(inbox.hasRoom());
        assertEquals(3, all(inbox.take(0)).size());
        assertFalse(inbox.hasRoom(), "taken is not done");
        inbox.done(2, 20);
        assertTrue(inbox.hasRoom());
        assertTrue(inbox.atMostHalfFull());

        Inbox small = new Inbox(1000, 15);
        assertTrue(small.put(new Numbered(0, 0)));
        assertTrue(small.hasRoom());
        assertTrue(small.put(new Numbered(0, 1)));
        assertFalse(small.hasRoom());
    }

    @Test
    void sealedInboxTakesNothing() {
        Inbox inbox = new Inbox(10, 1000);
        assertTrue(inbox.put(new Numbered(0, 0)));
        assertEquals(1, all(inbox.seal()).size());
        assertFalse(inbox.put(new Numbered(0, 1)));
        assertNull(inbox.seal());
    }

    @Test
    void waitingWriterIsWoken() throws Exception {
        Inbox inbox = new Inbox(10, 1000);
        for (int i = 0; i < 1000; i++) {
            int number = i;
            Thread producer = new Thread(() -> {
                if (!inbox.put(new Numbered(0, number))) {
                    throw new IllegalStateException("sealed");
                }
            });
            producer.start();
            long from = System.nanoTime();
            Submission<?> taken = null;
            while (taken == null) {
                taken = inbox.take(TimeUnit.SECONDS.toNanos(20));
            }
            assertTrue(System.nanoTime() - from < TimeUnit.SECONDS.toNanos(10));
            producer.join();
        }
    }
}
