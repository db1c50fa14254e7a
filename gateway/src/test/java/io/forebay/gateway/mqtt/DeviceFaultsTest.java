package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DeviceFaultsTest {
    @Test
    void eachKindIsToldOnceInAWhile() {
        Logger logger = (Logger) LoggerFactory.getLogger(DeviceFaults.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        Level before = logger.getLevel();
        logger.setLevel(Level.INFO);
        DeviceFaults faults = new DeviceFaults();
        try {
            for (int i = 0; i < 1_000; i++) {
                faults.tell("refused-banned", "A device was refused: banned", () -> "device=d");
            }
            faults.tell("ended-protocol_error", "The connection of a device was ended: why", () -> "device=e");
        } finally {
            logger.setLevel(before);
            logger.detachAppender(lines);
        }

        assertEquals(
                List.of(
                        "A device was refused: banned [device=d, kind=refused-banned, more=0]",
                        "The connection of a device was ended: why [device=e, kind=ended-protocol_error, more=0]"),
                lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
    }
}
