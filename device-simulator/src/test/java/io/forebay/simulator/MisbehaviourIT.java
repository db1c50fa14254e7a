package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.ledger.Stamp;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices do what is wrong when they are told to, what becomes of it is counted, and good devices are judged as ever. */
class MisbehaviourIT {
    private static final String GOOD = """
            limits: {settle: 60s}
            phases: [{for: %s}]
            fleets:
              - {name: good, devices: 5, rate: 100/s, qos: 1, keep-alive: 600}
            """;

    private FakeInstallation installation;
    private FakeMqttBroker broker;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() {
        installation = new FakeInstallation();
        broker = installation.broker;
        Consumer<byte[]> carry = broker.onPayload;
        broker.onPayload = payload -> {
            if (Stamp.read(payload, 0, payload.length) != null) {
                carry.accept(payload);
            }
        };
    }

    @AfterEach
    void stop() {
        installation.close();
    }

    @Test
    void aHalfOpenConnectionIsHeldUntilTheBrokerEndsItAndItIsSaidWhenThatWas() throws IOException {
        broker.keepAliveShare = 0.05;
        broker.holdsBack = () -> broker.silent < 2;
        Report report = run("500ms", "{devices: 2, misbehaviour: half-open, keep-alive: 30, every: 300ms}");

        Pattern closed = Pattern.compile("half-open: connection closed within ([2-9]|[1-8][0-9]) s");
        assertTrue(report.clean(), report::toString);
        assertTrue(misdeeds(report).keySet().stream().allMatch(closed.asMatchPredicate()), report::toString);
        assertTrue(misdeeds(report).values().stream().mapToLong(n -> n).sum() >= 2, report::toString);
    }

    @Test
    void aBrokerThatNeverEndsAHalfOpenConnectionIsFoundOut() throws IOException {
        broker.holdsBack = () -> broker.connects.getOrDefault("dead-0", 0) < 2;
        Report report =
                run("500ms", "{name: dead, client-id: dead-0, misbehaviour: half-open, keep-alive: 1, every: 200ms}");

        assertEquals(Set.of("half-open: no reaction"), misdeeds(report).keySet());
    }

    @Test
    void aSlowReaderTakesNoMoreThanItSays() throws IOException {
        broker.floodBytes = 16 << 10;
        broker.holdsBack = () -> !broker.flooded.containsKey("slow-0");

        Report report =
                run("2s", "{name: slow, client-id: slow-0, misbehaviour: slow-reader, every: 10ms, keep-alive: 1}");

        assertTrue(report.clean(), report::toString);
        assertEquals(Map.of("slow-reader: still connected at the end", 1L), misdeeds(report));
        long taken = installation.loop.call(() -> broker.flooded.get("slow-0"));
        // What the kernel buffers on both sides counts as taken: megabytes at most, where gigabytes would be possible.
        assertTrue(taken >= 16 << 10 && taken < 8 << 20, () -> taken + " bytes taken");
    }

    @Test
    void aStolenClientIdThrowsItsOwnerOutAndNothingIsLost() throws IOException {
        broker.holdsBack = () -> broker.takenBack < 1 || broker.takenOver - broker.takenBack < 3;
        Report report = run("500ms", "{devices: 2, misbehaviour: duplicate-client-id, every: 400ms}");

        assertTrue(report.clean(), report::toString);
        assertTrue(report.trouble().connectionsLost() > 2, report::toString);
        assertTrue(installation.loop.call(() -> broker.takenOver) > 2, report::toString);
        assertTrue(misdeeds(report).containsKey("duplicate-client-id: connection closed"), report::toString);
    }

    @Test
    void malformedPacketsAreSentAndTheirAnswersCountedByRule() throws IOException {
        broker.holdsBack = () -> broker.malformed < 100;
        Report report = run("500ms", "{devices: 20, misbehaviour: malformed, every: 100ms}");

        assertTrue(report.clean(), report::toString);
        long malformed = installation.loop.call(() -> broker.malformed);
        assertTrue(malformed > 20, () -> malformed + " malformed packets");
        assertTrue(misdeeds(report).containsKey("packet type 0 (MQTT-2.2.1): connection closed"), report::toString);
        assertTrue(misdeeds(report).size() > 5, report::toString);
    }

    @Test
    void anOversizedPacketIsCutOffOrTakenAsTheBrokerLikes() throws IOException {
        String oversized = "{misbehaviour: oversized, misbehaviour-size: 16MiB, every: 100ms, version: %s}";
        broker.packetBytesMax = 1 << 20;
        broker.holdsBack = () -> broker.malformed == 0;
        Report refused = run("500ms", oversized.formatted("5"));
        broker.packetBytesMax = 20 << 20;
        broker.holdsBack = () -> broker.packets.stream().allMatch(packet -> packet.stamp() != null);
        Report taken = run("500ms", oversized.formatted("3.1.1"));

        assertTrue(refused.clean(), refused::toString);
        assertEquals(Set.of("oversized: connection closed"), misdeeds(refused).keySet());
        assertEquals(Set.of("oversized: accepted"), misdeeds(taken).keySet());
    }

    @Test
    void badDevicesThatAreNotLetInAreCountedAsWell() throws IOException {
        // The good device is let in before the bad ones come.
        broker.onPayload = payload -> broker.answer = MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED;

        broker.holdsBack = () -> broker.connects.size() <= 5;
        Report report = run("500ms", "{misbehaviour: malformed, every: 100ms}", "--verify", "none");

        assertEquals(
                Set.of("malformed, not let in: refused: not authorized"),
                misdeeds(report).keySet());
    }

    @Test
    void devicesComeFromTheAddressesThatAreSaid() throws IOException {
        Report report = run("1s", "{devices: 4, rate: 20/s, source: [127.0.0.2, 127.0.0.3]}");

        assertTrue(report.clean(), report::toString);
        assertEquals(
                Set.of("127.0.0.1", "127.0.0.2", "127.0.0.3"),
                installation.loop.call(() -> Set.copyOf(broker.remoteHosts)));
    }

    @Test
    void aWrongClockIsInThePayloadAndNotInTheLatency() throws IOException {
        Map<Integer, Long> offMs = new TreeMap<>();
        Consumer<byte[]> carry = broker.onPayload;
        broker.onPayload = payload -> {
            carry.accept(payload);
            String text = new String(payload, StandardCharsets.UTF_8);
            if (text.startsWith("{\"clock\"")) {
                JsonObject json = new JsonObject(text);
                offMs.put(json.getInteger("device"), json.getLong("clock") - System.currentTimeMillis());
            }
        };

        Report report = run(
                "1s",
                "{devices: 20, rate: 100/s, clock-skew: 1h, payload: {template: '{\"clock\": ${millis}, \"device\": ${device}}'}}");

        assertTrue(report.clean(), report::toString);
        assertTrue(report.arriving().maxUs() < 60_000_000, report::toString);
        Map<Integer, Long> seen = installation.loop.call(() -> Map.copyOf(offMs));
        assertEquals(20, seen.size());
        assertTrue(seen.values().stream().allMatch(off -> Math.abs(off) <= 3_610_000), seen::toString);
        assertTrue(seen.values().stream().anyMatch(off -> off > 600_000), seen::toString);
        assertTrue(seen.values().stream().anyMatch(off -> off < -600_000), seen::toString);
    }

    private static Map<String, Long> misdeeds(Report report) {
        return report.trouble().misdeeds();
    }

    private Report run(String length, String fleet, String... options) throws IOException {
        return installation.run(directory, GOOD.formatted(length) + "  - " + fleet + "\n", options);
    }
}
