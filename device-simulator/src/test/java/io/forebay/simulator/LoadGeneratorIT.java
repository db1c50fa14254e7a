package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadGeneratorIT {
    private static final Duration SHORT = Duration.ofMillis(300);

    private final EventLoop loop = new EventLoop();
    private FakeMqttBroker broker;
    private LoadConfig config;
    private long payloads;

    @BeforeEach
    void startBroker() {
        broker = loop.call(() -> new FakeMqttBroker(loop.vertx()));
        var starting = loop.start(broker::start);
        assertTrue(EventLoop.within(starting, Duration.ofSeconds(60)));
        config = new LoadConfig(MqttTarget.of("localhost", starting.join()), 5, 3, 8, 200, SHORT, SHORT);
        broker.onPayload = payload -> payloads++;
    }

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void countsExactlyWhatTheBrokerGot() {
        LoadResult result = LoadGenerator.run(config);

        long received = loop.call(() -> payloads);
        assertEquals(received, result.publishedInAll());
        assertEquals(received, result.acknowledgedInAll());
        assertTrue(result.acknowledged() > 0 && result.acknowledged() < received, result::toString);
        assertTrue(result.seconds() >= 0.3, result::toString);
        assertTrue(result.latency().maxUs() > 0, result::toString);
    }

    @Test
    void aBrokenConnectionEndsItWithOneSentence() {
        broker.dropEvery = 100;

        SimulationException broken = assertThrows(SimulationException.class, () -> LoadGenerator.run(config));

        assertEquals(
                "The load broke off: the MQTT broker at " + config.target() + ": it closed the connection.",
                broken.getMessage());
    }

    @Test
    void aRefusalEndsItWithOneSentence() {
        broker.answer = MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED;

        SimulationException refused = assertThrows(SimulationException.class, () -> LoadGenerator.run(config));

        assertTrue(refused.getMessage().contains("refuses the connection with code 5"), refused::getMessage);
    }

    @Test
    void aClosedPortEndsItWithOneSentence() throws Exception {
        try (ReservedPort closed = new ReservedPort()) {
            LoadConfig nobody = LoadConfig.of(MqttTarget.of("localhost", closed.number()), SHORT, SHORT);

            SimulationException refused = assertThrows(SimulationException.class, () -> LoadGenerator.run(nobody));

            assertEquals(
                    "Cannot reach the MQTT broker at localhost:" + closed.number() + ": nothing listens on that port.",
                    refused.getMessage());
        }
    }
}
