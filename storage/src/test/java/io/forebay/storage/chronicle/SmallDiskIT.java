package io.forebay.storage.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forebay.storage.ChildJvm;
import io.forebay.storage.SmallDisk;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log on a file system of 60 MB that is filled to the last byte. */
@Timeout(300)
class SmallDiskIT {
    @TempDir
    Path directory;

    private void runs(List<String> jvmOptions, int rounds) throws Exception {
        assumeTrue(SmallDisk.canMount(directory), "no rights to mount a small file system here");
        assertEquals(
                0,
                SmallDisk.run(
                        directory,
                        ChildJvm.command(
                                SmallDiskChild.class, jvmOptions, directory.toString(), Integer.toString(rounds))));
    }

    @Test
    void fullDiskStopsAcknowledgementsAndLosesNone() throws Exception {
        runs(List.of(), 6);
    }

    @Test
    void interpretedCodeMeetsNoBusErrorEither() throws Exception {
        runs(List.of("-Xint"), 2);
    }
}
