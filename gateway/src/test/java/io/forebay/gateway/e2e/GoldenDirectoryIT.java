package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.forebay.bridge.amqp.StubAmqpPeer;
import io.forebay.gateway.StartException;
import io.forebay.gateway.tools.StateTables;
import io.forebay.storage.LogFindings;
import io.forebay.storage.Message;
import io.forebay.storage.Position;
import io.forebay.storage.chronicle.ChronicleMessageLog;
import io.forebay.storage.chronicle.LogArchive;
import io.forebay.storage.state.StateStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.qpid.proton.amqp.Symbol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an earlier gateway has left is opened by this one, read in whole, and gone on with. */
class GoldenDirectoryIT {
    private static final List<String> MESSAGES = List.of(
            "qos2-7",
            "qos2-8",
            "named-1",
            "command-1",
            "m-1",
            "m-2",
            "m-3",
            "shared-1",
            "bad-1",
            "stuck-1",
            "kept",
            "late-1",
            "late-2");

    @TempDir
    Path data;

    @Test
    void directoryOfAnEarlierGatewayIsReadInWholeAndGoesOn() throws Exception {
        GoldenDirectory.unzip(GoldenDirectory.KEPT, data);

        goesOn(new GoldenDirectory(data, ""));
    }

    @Test
    void theSameEncryptedIsReadInWholeAndGoesOn() throws Exception {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        String base64 = Base64.getEncoder().encodeToString(key);
        Path left = data.resolve("left");
        Path unused = new GoldenDirectory(data.resolve("made"), base64).write(left);

        goesOn(new GoldenDirectory(left, base64));
    }

    private void goesOn(GoldenDirectory golden) throws Exception {
        everythingIsInTheLog(golden);
        everyTableHoldsSomething(golden);
        try (StubAmqpPeer broker = new StubAmqpPeer().listen();
                RunningGateway gateway = golden.start(broker)) {
            GoldenDirectory.publish(gateway, "golden/queue/1", "m-4");
            broker.await("what is not settled", () -> broker.acceptedCount() >= 4);

            assertEquals(
                    new TreeMap<>(Map.of("stuck-1", 1L, "late-1", 1L, "late-2", 2L, "m-4", 4L)),
                    numbers(broker.accepted()));
            assertEquals(List.of("m-1", "m-2", "m-3", "late-1", "late-2", "m-4"), received(gateway, "sleeper", 6));
            assertEquals(List.of("shared-1"), received(gateway, "member", 1));
            retainedMessageIsThere(gateway);
            assertTrue(golden.quarantine("list", "--payload", "text").contains("bad-1"));
            assertTrue(golden.quarantine("redrive", "--all").contains("accepted"));
        }
        packetIdsAreKnown(golden);
    }

    private static void everythingIsInTheLog(GoldenDirectory golden) {
        List<String> payloads = new ArrayList<>();
        Set<String> kinds = new TreeSet<>();
        List<String> special = new ArrayList<>();
        LogFindings findings = LogArchive.open(golden.data(), golden.keys()).verify(record -> {
            kinds.add(record.kind());
            if (record.isMessage()) {
                Message message = record.message();
                payloads.add(new String(message.payload(), StandardCharsets.UTF_8));
                if (message.fromAmqp() || !message.username().isEmpty()) {
                    special.add(message.username() + "@" + message.clientId());
                }
            }
            return true;
        });
        assertEquals(MESSAGES, payloads);
        assertTrue(findings.isSound(), findings.toString());
        assertTrue(
                kinds.containsAll(
                        Set.of("message", "release", "session-opened", "session-closed", "session-ended", "snapshot")),
                kinds.toString());
        assertEquals(List.of("someone@named", "@from"), special);
    }

    private static void everyTableHoldsSomething(GoldenDirectory golden) {
        try (StateStore state = StateTables.open(golden.data(), golden.keys())) {
            for (String table : StateTables.all()) {
                int[] entries = {0};
                state.scan(table, new byte[0], null, (key, value) -> ++entries[0] > 0);
                assertTrue(entries[0] > 0, table);
            }
        }
    }

    private static Map<String, Long> numbers(List<StubAmqpPeer.Transfer> accepted) {
        Map<String, Long> numbers = new TreeMap<>();
        for (StubAmqpPeer.Transfer transfer : accepted) {
            Object number =
                    transfer.message().getMessageAnnotations().getValue().get(Symbol.valueOf("x-opt-forebay-sequence"));
            numbers.put(transfer.text(), Long.parseLong(number.toString()));
        }
        return numbers;
    }

    private static Mqtt5BlockingClient client(RunningGateway gateway, String id) {
        return Mqtt5Client.builder()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(gateway.mqttPort)
                .buildBlocking();
    }

    /** What a session that has slept is given. */
    private static List<String> received(RunningGateway gateway, String id, int messages) throws Exception {
        Mqtt5BlockingClient client = client(gateway, id);
        List<String> received = new ArrayList<>();
        try (Mqtt5BlockingClient.Mqtt5Publishes publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            assertTrue(
                    client.connectWith().cleanStart(false).send().isSessionPresent(),
                    "the session of " + id + " is gone");
            for (int i = 0; i < messages; i++) {
                received.add(next(publishes));
            }
        }
        client.disconnect();
        return received;
    }

    private static String next(Mqtt5BlockingClient.Mqtt5Publishes publishes) throws InterruptedException {
        Mqtt5Publish publish = publishes.receive(60, TimeUnit.SECONDS).orElseThrow();
        return new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8);
    }

    private static void retainedMessageIsThere(RunningGateway gateway) throws Exception {
        Mqtt5BlockingClient client = GoldenDirectory.connected(gateway, "curious");
        try (Mqtt5BlockingClient.Mqtt5Publishes publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            client.subscribeWith()
                    .topicFilter("golden/kept")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            assertEquals("kept", next(publishes));
        }
        client.disconnect();
    }

    private static void packetIdsAreKnown(GoldenDirectory golden) throws Exception {
        try (ChronicleMessageLog log = golden.log()) {
            assertTrue(GoldenDirectory.await(log.openSession("packet-ids", false, 100)));
            assertTrue(GoldenDirectory.await(
                            log.append(GoldenDirectory.message("packet-ids", 2, 7, "golden/log", "qos2-7")))
                    .repeated());
            assertFalse(GoldenDirectory.await(
                            log.append(GoldenDirectory.message("packet-ids", 2, 8, "golden/log", "qos2-8-again")))
                    .repeated());
        }
    }

    @Test
    void aDirectoryWhoseNewestRecordIsOfALaterVersionIsRefusedInOneSentence() throws Exception {
        GoldenDirectory.unzip(GoldenDirectory.KEPT, data);
        int newest = Position.segment(LogArchive.open(data).end());
        try (Stream<Path> files = Files.list(data.resolve("log").resolve(String.format("%010d", newest)))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".cq4")).toList()) {
                raiseFirstRecord(file);
            }
        }
        assertRefused("The log was written by a newer version of Forebay, which this one cannot read");
    }

    /** Magic F0BA, version, kind, length; at the end a CRC of the trailer and of the CRC of all before it. */
    private static void raiseFirstRecord(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        int record = 0;
        while (bytes.getShort(record) != (short) 0xF0BA || bytes.get(record + 2) != 1) {
            record++;
        }
        int trailer = record + bytes.getInt(record + 4) - 21;
        bytes.put(record + 2, (byte) 9);
        int bodyCrc = crc(bytes.array(), record, trailer - record);
        bytes.putInt(trailer + 17, bodyCrc);
        bytes.putInt(trailer + 17, crc(bytes.array(), trailer, 21));
        Files.write(file, bytes.array());
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    @Test
    void aPositionOfALaterVersionIsRefusedInOneSentence() throws Exception {
        GoldenDirectory.unzip(GoldenDirectory.KEPT, data);
        ByteBuffer position = ByteBuffer.wrap(Files.readAllBytes(data.resolve("position")));
        for (int slot = 0; slot < position.capacity(); slot += 512) {
            position.putInt(slot + 4, 2);
            position.putInt(slot + 24, crc(position.array(), slot, 24));
        }
        Files.write(data.resolve("position"), position.array());

        assertRefused("The position of the bridge was written by a newer version of Forebay");
    }

    private void assertRefused(String sentence) throws Exception {
        byte[] before = Files.readAllBytes(data.resolve("position"));
        try (StubAmqpPeer broker = new StubAmqpPeer().listen()) {
            StartException refused =
                    assertThrows(StartException.class, () -> new GoldenDirectory(data, "").start(broker));
            assertTrue(refused.getMessage().startsWith(sentence), refused.getMessage());
        }
        assertArrayEquals(before, Files.readAllBytes(data.resolve("position")));
    }
}
