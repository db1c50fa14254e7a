package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SimulateCommandTest {
    @Test
    void withoutOptionsItIsAFiniteRunOnThisMachine() {
        SimulationConfig config = parse();

        assertEquals(MqttTarget.of("localhost", 1883), config.mqtt());
        assertEquals(AmqpTarget.of("localhost", 5672, "uplink"), config.amqp());
        assertEquals(FleetLoad.of(50, 200, QosMix.MIX), config.load());
        assertEquals(Duration.ofSeconds(30), config.settle());
    }

    @Test
    void secondsWithoutMessagesRunUntilTheTimeIsOver() {
        assertEquals(0, parse("--seconds", "5").load().messagesPerDevice());
        assertEquals(9, parse("--seconds", "5", "--messages", "9").load().messagesPerDevice());
    }

    @Test
    void whatCannotBeRunIsSaidInWords() {
        assertEquals("--qos is 0, 1, 2 or mix, not 3", mistake("--qos", "3"));
        assertEquals("--mqtt-version is 3.1.1 or 5, not 4", mistake("--mqtt-version", "4"));
        assertEquals("the payload must have 40 to 1048576 bytes", mistake("--size", "39"));
        assertEquals("there must be at least one device with one topic", mistake("--devices", "0"));
        assertEquals("the topic template must contain {device}", mistake("--topic", "a/b"));
        assertEquals("the settle time must be positive", mistake("--settle", "0"));
    }

    @Test
    void severalTopicsOfADeviceDiffer() {
        FleetLoad load = parse("--topics", "2", "--topic", "x/{device}").load();

        assertEquals("x/7/1", load.topic(7, 1));
    }

    @Test
    void aPasswordIsNeverPrinted() {
        SimulationConfig config =
                parse("--user", "u", "--password=secret", "--amqp-user", "v", "--amqp-password=secret");

        assertEquals("secret", config.mqtt().credentials().password());
        assertFalse(config.toString().contains("secret"));
    }

    private static String mistake(String... arguments) {
        return assertThrows(IllegalArgumentException.class, () -> parse(arguments))
                .getMessage();
    }

    private static SimulationConfig parse(String... arguments) {
        return CommandLine.populateCommand(new SimulateCommand(), arguments).config();
    }
}
