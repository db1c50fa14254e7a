package io.forebay.storage.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forebay.storage.ChildJvm;
import io.forebay.storage.SmallDisk;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The state on a file system of 60 MB that is filled to the last byte. */
@Timeout(300)
class SmallStateDiskIT {
    @TempDir
    Path directory;

    @Test
    void fullDiskLosesNoCommitAndHealsByItself() throws Exception {
        assumeTrue(SmallDisk.canMount(directory), "no rights to mount a small file system here");

        assertEquals(
                0,
                SmallDisk.run(
                        directory, ChildJvm.command(SmallStateDiskChild.class, List.of(), directory.toString(), "2")));
    }
}
