package io.forebay.storage.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log on a file system of 60 MB that is filled to the last byte. Needs unshare(1) with mount rights. */
@Timeout(120)
class SmallDiskIT {
    private static final String MOUNT = "mount -t tmpfs -o size=60m tmpfs \"$0\" && exec \"$@\"";

    @TempDir
    Path directory;

    private int inSmallDisk(List<String> command) throws IOException, InterruptedException {
        List<String> whole = new java.util.ArrayList<>(List.of("unshare", "-rm", "sh", "-c", MOUNT));
        whole.add(directory.toString());
        whole.addAll(command);
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor(100, TimeUnit.SECONDS);
        if (process.exitValue() != 0) {
            System.out.println(output);
        }
        return process.exitValue();
    }

    private void runs(List<String> jvmOptions, int rounds) throws Exception {
        assumeTrue(canMount(), "no rights to mount a small file system here");
        assertEquals(
                0,
                inSmallDisk(ChildJvm.command(
                        SmallDiskChild.class, jvmOptions, directory.toString(), Integer.toString(rounds))));
    }

    private boolean canMount() throws InterruptedException {
        try {
            return inSmallDisk(List.of("true")) == 0;
        } catch (IOException noUnshare) {
            return false;
        }
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
