package io.forebay.storage.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogException;
import io.forebay.storage.chronicle.Sessions.Receipt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private final List<byte[]> journal = new ArrayList<>();
    private Sessions sessions = new Sessions(10, 1 << 20, RecordCipher.NONE);
    private long nowMs = 1_000_000;

    private boolean open(String client, boolean clean, long expiry) {
        return sessions.open(client, clean, expiry, nowMs, journal::add);
    }

    private void close(String client, long expiry) {
        sessions.close(client, expiry, nowMs, journal::add);
    }

    /** The message's record is what remembers the packet id, so it goes into the journal as the writer would put it. */
    private Receipt receive(String client, int id) {
        Receipt receipt = sessions.receive(client, id);
        if (receipt != Receipt.REPEATED) {
            byte[] record = RecordCipher.NONE.seal(RecordCodec.message(Fixture.message(client, id, 2, "")));
            RecordCodec.sealTrailer(record, 0, 0, receipt == Receipt.REMEMBERED);
            journal.add(record);
        }
        return receipt;
    }

    private boolean release(String client, int id) {
        return sessions.release(client, id, journal::add);
    }

    private void restart() {
        Sessions replayed = new Sessions(10, 1 << 20, RecordCipher.NONE);
        journal.forEach(record -> replayed.replay(RecordView.of(record)));
        replayed.replayed(nowMs);
        sessions = replayed;
    }

    @Test
    void persistentSessionRemembersPacketIdsOverRestart() {
        assertFalse(open("a", false, 100));
        assertEquals(Receipt.REMEMBERED, receive("a", 5));
        assertEquals(Receipt.REPEATED, receive("a", 5));
        restart();

        assertTrue(open("a", false, 100));
        assertEquals(Receipt.REPEATED, receive("a", 5));
        assertTrue(release("a", 5));
        assertFalse(release("a", 5));
        restart();

        assertTrue(open("a", false, 100));
        assertEquals(Receipt.REMEMBERED, receive("a", 5));
    }

    @Test
    void passingSessionWritesNothingAndEndsWithItsConnection() {
        assertFalse(open("a", true, 0));
        assertEquals(Receipt.PASSING, receive("a", 5));
        assertEquals(Receipt.REPEATED, receive("a", 5));
        assertTrue(release("a", 5));
        assertEquals(Receipt.PASSING, receive("a", 5));
        close("a", 0);

        assertEquals(2, journal.size(), "only the messages");
        assertEquals(0, sessions.count());
        assertFalse(open("a", false, 0));
        assertEquals(Receipt.PASSING, receive("a", 5));
    }

    @Test
    void passingSessionIsNotResumedByWhoTakesItOver() {
        assertFalse(open("a", false, 0));
        assertEquals(Receipt.PASSING, receive("a", 5));

        assertFalse(open("a", false, 100));
        assertEquals(Receipt.REMEMBERED, receive("a", 5));
    }

    @Test
    void cleanStartForgets() {
        assertFalse(open("a", false, 100));
        assertEquals(Receipt.REMEMBERED, receive("a", 5));
        assertFalse(open("a", true, 100));
        assertEquals(Receipt.REMEMBERED, receive("a", 5));
        assertFalse(open("a", true, 0));
        restart();

        assertFalse(open("a", false, 100));
    }

    @Test
    void sessionResumedWithoutExpiryEndsWithTheProcess() {
        assertFalse(open("a", false, 100));
        assertTrue(open("a", false, 0));
        restart();

        assertFalse(open("a", false, 100));
    }

    @Test
    void sessionExpiresAfterItsConnectionIsGone() {
        assertFalse(open("a", false, 100));
        close("a", 100);
        nowMs += 99_999;
        assertTrue(open("a", false, 100));
        close("a", 100);
        restart();
        nowMs += 100_000;
        assertFalse(open("a", false, 100));
    }

    @Test
    void connectedSessionExpiresCountedFromTheRestart() {
        assertFalse(open("a", false, 100));
        nowMs += 1_000_000;
        restart();
        nowMs += 99_000;
        assertTrue(open("a", false, 100));
    }

    @Test
    void greatestExpiryNeverExpires() {
        assertFalse(open("a", false, 0xFFFF_FFFFL));
        close("a", 0xFFFF_FFFFL);
        nowMs += 1L << 50;
        assertTrue(open("a", false, 0xFFFF_FFFFL));
    }

    @Test
    void limitRefusesUntilExpiredOnesAreSwept() {
        for (int i = 0; i < 10; i++) {
            assertFalse(open("c" + i, false, 10));
        }
        assertThrows(LogException.class, () -> open("more", false, 10));
        assertTrue(open("c1", false, 10), "those that are there may come back");
        close("c2", 10);
        nowMs += 10_000;
        assertFalse(open("more", false, 10));
        assertEquals(10, sessions.count());
    }

    @Test
    void sessionsThatWouldNotFitIntoSnapshotAreRefused() {
        sessions = new Sessions(10, 1000, RecordCipher.NONE);
        assertFalse(open("x".repeat(700), false, 10));
        assertThrows(LogException.class, () -> open("y".repeat(700), false, 10));
    }

    @Test
    void lostRecordsForgetPacketIdsButNotSessions() {
        assertFalse(open("a", false, 100));
        assertEquals(Receipt.REMEMBERED, receive("a", 5));
        sessions.forgetPacketIds();

        assertTrue(open("a", false, 100));
        assertEquals(Receipt.REMEMBERED, receive("a", 5));
    }

    @Test
    void snapshotHoldsWhatTheJournalHolds() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        sessions = new Sessions(1000, 1 << 22, RecordCipher.NONE);
        for (int i = 0; i < 20_000; i++) {
            act(random);
        }
        List<byte[]> snapshot = sessions.snapshot();
        Sessions fromSnapshot = new Sessions(1000, 1 << 22, RecordCipher.NONE);
        snapshot.forEach(record -> fromSnapshot.replay(RecordView.of(record)));
        Sessions fromJournal = new Sessions(1000, 1 << 22, RecordCipher.NONE);
        journal.forEach(record -> fromJournal.replay(RecordView.of(record)));

        assertEquals(describe(fromJournal.snapshot()), describe(fromSnapshot.snapshot()), "seed " + seed);
    }

    private void act(Random random) {
        String client = "c" + random.nextInt(200);
        int id = 1 + random.nextInt(200);
        boolean unused =
                switch (random.nextInt(8)) {
                    case 0 -> open(client, random.nextInt(5) == 0, random.nextInt(3) * 100L);
                    case 1 -> {
                        close(client, random.nextInt(3) * 100L);
                        yield true;
                    }
                    case 2, 3 -> release(client, id);
                    default -> receive(client, id) == Receipt.REPEATED;
                };
        nowMs += random.nextInt(20);
    }

    private static Map<String, String> describe(List<byte[]> snapshot) {
        Map<String, String> sessions = new HashMap<>();
        for (byte[] chunk : snapshot) {
            for (Session session : SnapshotCodec.decode(RecordView.of(chunk))) {
                Set<Integer> ids = new HashSet<>();
                for (int id : session.receivedIds()) {
                    ids.add(id);
                }
                sessions.put(session.clientId, session.expirySeconds + " " + session.closedAtMs + " " + ids);
            }
        }
        return sessions;
    }

    @Test
    void manyPacketIdsAreKept() {
        PacketIds ids = new PacketIds();
        for (int id = 1; id <= 65535; id++) {
            assertTrue(ids.add(id));
            assertFalse(ids.add(id));
        }
        assertEquals(65535, ids.count());
        for (int id = 1; id <= 65535; id += 2) {
            assertTrue(ids.remove(id));
            assertFalse(ids.remove(id));
        }
        assertEquals(32767, ids.toArray().length);
        assertTrue(ids.contains(2));
    }
}
