package io.forebay.bridge.interop;

import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.cloudevents.CloudEvent;
import io.cloudevents.amqp.ProtonAmqpMessageFactory;
import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.Bridge;
import io.forebay.bridge.BridgeConfig;
import io.forebay.bridge.FakeLog;
import io.forebay.bridge.MappingOptions;
import io.forebay.bridge.Route;
import io.forebay.bridge.RouteOptions;
import io.forebay.bridge.amqp.AmqpInbox;
import io.forebay.bridge.amqp.EmbeddedArtemis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What consumers read that expect somebody else's messages: the CloudEvents SDK, and applications of Eclipse Hono. */
@Timeout(300)
class ProfileConsumersIT {
    private static final String TENANT = "telemetry/DEFAULT_TENANT";

    private final FakeLog log = new FakeLog();
    private EmbeddedArtemis broker;
    private Bridge bridge;

    @BeforeEach
    void startBroker() throws Exception {
        broker = EmbeddedArtemis.start("uplink");
    }

    @AfterEach
    void stopAll() throws Exception {
        get(bridge.stop());
        broker.close();
    }

    private Message carry(MappingOptions.Profile profile, io.forebay.storage.Message message) throws Exception {
        RouteOptions options = RouteOptions.USUAL.withMapping(MappingOptions.of(profile));
        bridge = new Bridge(
                log,
                BridgeConfig.builder(AmqpConfig.of("localhost", broker.port()))
                        .routes(List.of(new Route("#", TENANT, options)))
                        .build(),
                new SimpleMeterRegistry());
        get(bridge.start());
        log.add(message);
        UplinkClaims.eventually("it is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == 1);
        try (AmqpInbox inbox = AmqpInbox.open(broker.port(), TENANT)) {
            return inbox.next().unwrap();
        }
    }

    private static io.forebay.storage.Message message(int qos, boolean retain, byte[] properties) {
        byte[] payload = "{\"t\":21.5}".getBytes(StandardCharsets.UTF_8);
        return new io.forebay.storage.Message(
                1_763_719_200_000L, "pump-1", "pumps/1/temperature", qos, retain, false, 5, 1, properties, payload);
    }

    private static byte[] properties(String contentType, String... user) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream wire = new DataOutputStream(bytes);
        if (!contentType.isEmpty()) {
            wire.writeByte(0x03);
            wire.writeUTF(contentType);
        }
        for (int i = 0; i < user.length; i += 2) {
            wire.writeByte(0x26);
            wire.writeUTF(user[i]);
            wire.writeUTF(user[i + 1]);
        }
        return bytes.toByteArray();
    }

    @Test
    void publishBecomesAnEvent() throws Exception {
        Message message = carry(
                MappingOptions.Profile.CLOUDEVENTS, message(1, false, properties("application/json", "unit", "C")));
        CloudEvent event = ProtonAmqpMessageFactory.createReader(message).toEvent();

        assertEquals(message.getMessageId(), event.getId());
        assertEquals(URI.create("urn:forebay:gw1"), event.getSource());
        assertEquals("io.forebay.mqtt.publish", event.getType());
        assertEquals("pumps/1/temperature", event.getSubject());
        assertEquals("application/json", event.getDataContentType());
        assertEquals(Instant.ofEpochMilli(1_763_719_200_000L), event.getTime().toInstant());
        assertEquals("{\"t\":21.5}", new String(event.getData().toBytes(), StandardCharsets.UTF_8));
        assertEquals("C", message.getApplicationProperties().getValue().get("unit"));
    }

    @Test
    void eventInUserPropertiesIsPassedThrough() throws Exception {
        byte[] properties = properties(
                "application/json",
                "specversion",
                "1.0",
                "id",
                "e-1",
                "source",
                "/pumps/1",
                "type",
                "com.example.t",
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        CloudEvent event = ProtonAmqpMessageFactory.createReader(
                        carry(MappingOptions.Profile.CLOUDEVENTS, message(1, false, properties)))
                .toEvent();

        assertEquals("e-1", event.getId());
        assertEquals(URI.create("/pumps/1"), event.getSource());
        assertEquals("com.example.t", event.getType());
        assertEquals("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", event.getExtension("traceparent"));
        assertEquals("application/json", event.getDataContentType());
    }

    /** The payload holds all attributes: there must not be others beside it. */
    @Test
    void eventInThePayloadIsPassedThroughAsItIs() throws Exception {
        Message message = carry(
                MappingOptions.Profile.CLOUDEVENTS,
                message(1, false, properties("application/cloudevents+json; charset=utf-8")));

        assertEquals("application/cloudevents+json; charset=utf-8", message.getContentType());
        Map<String, Object> properties = message.getApplicationProperties() == null
                ? Map.of()
                : message.getApplicationProperties().getValue();
        assertTrue(
                properties.keySet().stream().noneMatch(name -> name.startsWith("cloudEvents")), properties::toString);
    }

    /**
     * What an application of Hono reads of a message: the tenant from the address, the device from {@code device_id}, QoS 0 or
     * 1 from {@code qos}, which adapter it was and the topic, the content type that Hono has by default.
     */
    @Test
    void applicationOfHonoFindsWhatItReads() throws Exception {
        Message message = carry(MappingOptions.Profile.HONO, message(2, true, properties("", "unit", "C")));
        Map<String, Object> properties = message.getApplicationProperties().getValue();

        assertEquals(TENANT, message.getAddress());
        assertEquals("pump-1", properties.get("device_id"));
        assertEquals("pumps/1/temperature", properties.get("orig_address"));
        assertEquals("hono-mqtt", properties.get("orig_adapter"));
        assertEquals(1, properties.get("qos"), "it knows 0 and 1, and takes anything else for 0");
        assertEquals("C", properties.get("unit"));
        assertEquals("application/octet-stream", message.getContentType());
        assertEquals(1_763_719_200_000L, message.getCreationTime());
        assertEquals(
                true,
                message.getMessageAnnotations()
                        .getValue()
                        .get(org.apache.qpid.proton.amqp.Symbol.valueOf("x-opt-retain")));
    }
}
