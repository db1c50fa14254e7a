package io.forebay.bridge;

import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.Message;
import io.forebay.storage.state.RocksStateStore;
import io.forebay.storage.state.StateConfig;
import io.forebay.storage.state.StateStore;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateQuarantineTest {
    @TempDir
    Path directory;

    private StateStore store;
    private StateQuarantine quarantine;

    @BeforeEach
    void open() {
        store = RocksStateStore.open(directory, List.of(StateQuarantine.TABLE), StateConfig.DEFAULT);
        quarantine = new StateQuarantine(store, new QuarantineLimits(3, 10_000));
    }

    @AfterEach
    void close() {
        quarantine.close();
        store.close();
    }

    private static QuarantinedMessage message(long position, int bytes) {
        Message message =
                new Message(12, "client", "t/\u00e9", 2, true, false, 5, 65_000, new byte[] {1, 2}, new byte[bytes]);
        return new QuarantinedMessage(position, "address", "amqp:not-allowed", "because", 4, 1_000, 2_000, message, 0);
    }

    @Test
    void whatIsKeptIsReadBackFieldByFieldAfterARestart() throws Exception {
        get(quarantine.put(message(7, 30)));
        long bytes = quarantine.bytes();
        close();
        open();

        assertEquals(1, quarantine.messages());
        assertEquals(bytes, quarantine.bytes());
        QuarantinedMessage kept = quarantine.list(0, 10).get(0);
        QuarantinedMessage put = message(7, 30);
        assertEquals(
                put.address() + put.condition() + put.description(),
                kept.address() + kept.condition() + kept.description());
        assertEquals(
                List.of(7L, 1_000L, 2_000L), List.of(kept.position(), kept.firstAttemptAtMs(), kept.lastAttemptAtMs()));
        assertEquals(4, kept.attempts());
        assertEquals("client t/\u00e9 2 true false 5 65000 12", words(kept.message()));
        assertArrayEquals(new byte[] {1, 2}, kept.message().properties());
        assertEquals(30, kept.message().payload().length);
    }

    @Test
    void userNameAndNumberAreKeptAndAreMissingInWhatAnEarlierVersionKept() throws Exception {
        QuarantinedMessage plain = message(7, 3);
        QuarantinedMessage put = new QuarantinedMessage(
                8, "a", "c", "d", 1, 1_000, 2_000, plain.message().withUsername("somebody"), 77);
        get(quarantine.put(put));
        byte[] earlier = QuarantineCodec.encode(plain);
        earlier[0] = 1;
        StateStore.Batch batch = store.batch();
        // Version 1 ended with the payload: before the empty user name and the number.
        batch.put(
                StateQuarantine.TABLE,
                ByteBuffer.allocate(8).putLong(7).array(),
                Arrays.copyOf(earlier, earlier.length - 4 - 8));
        store.commit(batch, true);

        assertEquals("somebody", quarantine.find(8).orElseThrow().message().username());
        assertEquals(77, quarantine.find(8).orElseThrow().sequence());
        assertEquals("", quarantine.find(7).orElseThrow().message().username());
        assertEquals(0, quarantine.find(7).orElseThrow().sequence());
        assertEquals(3, quarantine.find(7).orElseThrow().message().payload().length);
        assertTrue(quarantine.find(9).isEmpty());
    }

    private static String words(Message message) {
        return message.clientId() + " " + message.topic() + " " + message.qos() + " " + message.retain() + " "
                + message.dup() + " " + message.protocolLevel() + " " + message.packetId() + " "
                + message.arrivedAtMs();
    }

    @Test
    void atTheLimitNothingMoreIsKeptUntilSomethingIsRemoved() throws Exception {
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            all.add(quarantine.put(message(i, 10)));
        }
        for (int i = 0; i < 3; i++) {
            get(all.get(i));
        }
        ExecutionException full = assertThrows(ExecutionException.class, () -> get(all.get(3)));
        assertTrue(full.getMessage().contains("the quarantine is full"), full.getMessage());
        assertEquals(3, quarantine.messages());

        assertTrue(get(quarantine.remove(2)));
        assertFalse(get(quarantine.remove(2)));
        get(quarantine.put(message(4, 10)));
        assertEquals(
                List.of(3L, 4L),
                quarantine.list(2, 10).stream()
                        .map(QuarantinedMessage::position)
                        .toList());
    }

    @Test
    void bytesAreBoundedToo() throws Exception {
        get(quarantine.put(message(1, 9_000)));
        assertThrows(ExecutionException.class, () -> get(quarantine.put(message(2, 9_000))));
    }

    @Test
    void whatWasPutBeforeIsToldToAnotherBridgeFromItsPositionOn() throws Exception {
        List<Future<Void>> all =
                List.of(quarantine.put(message(5, 10)), quarantine.put(message(7, 10)), quarantine.put(message(9, 10)));
        QuarantinedEarlier held = get(quarantine.heldFrom(6));
        for (Future<Void> each : all) {
            assertTrue(each.succeeded(), "asked behind what was put");
        }

        assertEquals(2, held.size());
        for (int position = 4; position <= 10; position++) {
            boolean isHeld = position == 7 || position == 9;
            assertEquals(
                    isHeld, held.holds(new Entry(position, message(position, 10).message())));
        }
        assertFalse(held.holds(new Entry(7, message(7, 11).message())), "another message, of another log");
    }

    @Test
    void whatCannotBeReadKeepsNobodyFromKnowingTheRest() throws Exception {
        get(quarantine.put(message(5, 10)));
        StateStore.Batch batch = store.batch();
        batch.put(StateQuarantine.TABLE, new byte[] {0, 0, 0, 0, 0, 0, 0, 6}, new byte[] {99});
        batch.put(StateQuarantine.TABLE, new byte[] {0, 0, 0, 0, 0, 0, 0, 7}, new byte[0]);
        store.commit(batch, true);
        get(quarantine.put(message(8, 10)));

        assertEquals(2, get(quarantine.heldFrom(0)).size());
    }

    @Test
    void theSameMessageOnceMoreReplacesTheFirst() throws Exception {
        get(quarantine.put(message(1, 10)));
        long bytes = quarantine.bytes();
        get(quarantine.put(message(1, 20)));
        assertEquals(1, quarantine.messages());
        assertEquals(bytes + 10, quarantine.bytes());
    }
}
