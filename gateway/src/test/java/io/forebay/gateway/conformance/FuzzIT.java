package io.forebay.gateway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Mutated packets leave nothing behind: no connection, no buffer, no stack trace. {@code -Dfuzz.seed} repeats a run. */
class FuzzIT {
    private static final int PACKETS = 90_000;
    private static final int ROUNDS = 3;
    private static final ResourceLeakDetector.Level USUAL = ResourceLeakDetector.getLevel();

    @RegisterExtension
    static final Broker BROKER = new Broker();

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeAll
    static void watchEveryBuffer() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @AfterAll
    static void watchAsUsual() {
        ResourceLeakDetector.setLevel(USUAL);
    }

    @Test
    void mutatedPacketsLeaveNothingBehind() throws Exception {
        assumeTrue(BROKER.isOurs(), "only our own gateway can be looked into");
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        System.out.println("FuzzIT -Dfuzz.seed=" + seed);
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        lines.start();
        root.addAppender(lines);
        try {
            Fuzz fuzz = new Fuzz(BROKER.port(), seed);
            for (int round = 0; round < ROUNDS; round++) {
                fuzz.send(PACKETS / ROUNDS);
                System.gc(); // A buffer that nobody released is told by the next one that is taken after this.
            }
            fuzz.send(1);
            untilNobodyIsConnected();
        } finally {
            root.detachAppender(lines);
        }

        List<String> complaints = lines.list.stream()
                .filter(line -> line.getLevel().isGreaterOrEqual(Level.ERROR) || line.getThrowableProxy() != null)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
        assertEquals(List.of(), complaints, () -> "with seed " + seed);
    }

    private static void untilNobodyIsConnected() throws Exception {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (BROKER.metric("forebay_mqtt_connections") > 0) {
            assertTrue(System.nanoTime() < giveUpAt, "connections are left open");
        }
    }
}
