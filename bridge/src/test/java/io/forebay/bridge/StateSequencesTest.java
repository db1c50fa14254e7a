package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.forebay.bridge.SequenceStore.Kept;
import io.forebay.bridge.SequenceStore.Mark;
import io.forebay.bridge.SequenceStore.Settled;
import io.forebay.storage.Message;
import io.forebay.storage.state.RocksStateStore;
import io.forebay.storage.state.StateConfig;
import io.forebay.storage.state.StateStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateSequencesTest {
    @TempDir
    Path directory;

    private final FakeLog log = new FakeLog();
    private StateStore store;
    private StateSequences sequences;

    @BeforeEach
    void open() {
        for (int i = 0; i < 10; i++) {
            log.add(new Message(1, "c", "t", 1, false, false, 4, 1, new byte[0], new byte[0]));
        }
        store = RocksStateStore.open(directory, List.of(StateSequences.TABLE), StateConfig.DEFAULT);
        sequences = new StateSequences(store, log);
    }

    @AfterEach
    void close() {
        sequences.close();
        store.close();
    }

    private void reopen(FakeLog with) {
        sequences.close();
        sequences = new StateSequences(store, with);
    }

    private void save(long watermark, Settled... lanes) throws Exception {
        sequences
                .save(List.of(lanes), new Mark("default", "routes", watermark))
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private static Settled lane(String name, long number, long atMs) {
        return new Settled(name, new Kept(number, FakeLog.positionOf(3), atMs));
    }

    @Test
    void whatWasSavedIsFoundAfterARestart() throws Exception {
        save(FakeLog.positionOf(2), lane("c\0t/\u00e9", 1L << 40, 7), lane("d\0t", 2, 8));

        reopen(log);

        assertEquals(new Kept(1L << 40, FakeLog.positionOf(3), 7), sequences.find("c\0t/\u00e9"));
        assertEquals(2, sequences.find("d\0t").number());
        assertEquals(Kept.NOTHING, sequences.find("e\0t"));
    }

    @Test
    void targetGoesOnWhereItStoodAsLongAsTheRoutesAreTheSame() throws Exception {
        save(FakeLog.positionOf(5), lane("c\0t", 5, 7));

        reopen(log);

        assertEquals(FakeLog.positionOf(5), sequences.resume("default", "routes", 1));
        assertEquals(1, sequences.resume("default", "other routes", 1));
        assertEquals(1, sequences.resume("another", "routes", 1));
    }

    @Test
    void numbersThatAreOlderThanTheLogAreForgotten() throws Exception {
        save(FakeLog.positionOf(2), lane("c\0t", 5, 7));
        log.forgetBefore(FakeLog.positionOf(3));

        reopen(log);

        assertEquals(Kept.NOTHING, sequences.find("c\0t"));
    }

    @Test
    void numbersOfAnotherLogAreForgotten() throws Exception {
        save(FakeLog.positionOf(2), lane("c\0t", 5, 7));

        reopen(new FakeLog());

        assertEquals(Kept.NOTHING, sequences.find("c\0t"));
    }

    @Test
    void idleLanesAreForgottenPieceByPiece() throws Exception {
        Settled[] lanes = new Settled[5_000];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = lane("device-" + i + "\0t", i + 1, i % 2 == 0 ? 10 : 20);
        }
        save(FakeLog.positionOf(2), lanes);

        for (int i = 0; i < 3; i++) {
            sequences.forgetIdle(15);
            save(FakeLog.positionOf(2)); // One piece has been looked through once this is saved.
        }

        for (int i = 0; i < lanes.length; i++) {
            assertEquals(
                    i % 2 == 0 ? 0 : i + 1,
                    sequences.find("device-" + i + "\0t").number());
        }
        reopen(log);
        assertEquals(2, sequences.find("device-1\0t").number());
    }
}
