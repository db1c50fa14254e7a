package io.forebay.storage.state;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

class WriteFaultsTest {
    private final WriteFaults faults = new WriteFaults(Path.of("state"));

    private static RocksDBException failure(Status.Code code, Status.SubCode subCode) {
        return new RocksDBException(new Status(code, subCode, "from the test"));
    }

    @Test
    void wantOfSpaceEndsWithTheNextCommitThatSucceeds() {
        assertTrue(faults.failed(failure(Status.Code.IOError, Status.SubCode.NoSpace))
                .isNoSpace());
        assertFalse(faults.isWritable());
        assertDoesNotThrow(faults::refuseAfterFatal);

        faults.succeeded();

        assertTrue(faults.isWritable());
    }

    @Test
    void anyOtherFailureStandsAndIsTheCauseOfAllLaterOnes() {
        RocksDBException first = failure(Status.Code.IOError, Status.SubCode.None);
        assertFalse(faults.failed(first).isNoSpace());

        StateException refused = assertThrows(StateException.class, faults::refuseAfterFatal);

        assertSame(first, refused.getCause());
        assertFalse(refused.isNoSpace());
        assertFalse(faults.isWritable());
        assertFalse(faults.isProbeDue());
    }

    @Test
    void fatalFailureOnFullDiskIsFatal() {
        assertTrue(faults.failed(failure(Status.Code.IOError, Status.SubCode.NoSpace))
                .isNoSpace());
        assertFalse(faults.failed(failure(Status.Code.Corruption, Status.SubCode.None))
                .isNoSpace());
        faults.succeeded();

        assertFalse(faults.isWritable());
    }
}
