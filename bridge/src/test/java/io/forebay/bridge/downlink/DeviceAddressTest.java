package io.forebay.bridge.downlink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DeviceAddressTest {
    @Test
    void clientIdStandsAsItIsUnlessRabbitMqWantsItEncoded() {
        assertEquals("to.a b/ü", DeviceAddress.of("to.{clientId}", "a b/ü"));
        assertEquals("/queues/to.a%20b%2F%C3%BC%2A", DeviceAddress.of("/queues/to.{clientId}", "a b/ü*"));
    }
}
