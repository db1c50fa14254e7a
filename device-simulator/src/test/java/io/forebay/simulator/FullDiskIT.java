package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fills a disk of 16 MiB that only the simulator's process sees. */
class FullDiskIT {
    private static final String MOUNT_AND_RUN = "mount -t tmpfs -o size=16m tmpfs \"$0\" && exec \"$@\"";

    @TempDir
    private Path directory;

    @Test
    void aDiskIsFullAsLongAsItIsSaidAndEmptyAfterwards() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(canMount(disk), "this test needs unshare and a mount of its own");
        try (FakeInstallation installation = new FakeInstallation()) {
            // One command during the fault, one behind it; both need a megabyte.
            String write =
                    "if head -c 1048576 /dev/zero > %1$s/x; then echo room; else echo full; fi >> %2$s; rm %1$s/x"
                            .formatted(disk, directory.resolve("log"));
            Path scenario = directory.resolve("scenario.yaml");
            Files.writeString(scenario, installation.ends() + """
                    fleets: [{devices: 5, rate: 100/s}]
                    phases: [{for: 3s}]
                    faults:
                      - {kind: command, at: 0s, run: '%1$s'}
                      - {kind: fill-disk, at: 500ms, for: 1s, directory: '%2$s'}
                      - {kind: command, at: 1s, run: '%1$s'}
                      - {kind: command, at: 2s, run: '%1$s'}
                      - {kind: fill-disk, at: 2s, for: 100ms, directory: '%2$s/nowhere'}
                    """.formatted(write, disk));

            String said = simulate(disk, scenario);

            assertEquals(List.of("room", "full", "room"), Files.readAllLines(directory.resolve("log")), said);
            assertTrue(
                    said.contains("the disk of " + disk + "/nowhere was not filled: there is no such directory"), said);
        }
    }

    private String simulate(Path disk, Path scenario) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process simulator = new ProcessBuilder(
                        "unshare",
                        "-rm",
                        "sh",
                        "-c",
                        MOUNT_AND_RUN,
                        disk.toString(),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "--chaos",
                        "--scenario",
                        scenario.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(simulator.waitFor(60, TimeUnit.SECONDS), "the run does not end");
        } finally {
            simulator.destroyForcibly();
        }
        String said = Files.readString(output);
        assertEquals(Report.EXIT_CLEAN, simulator.exitValue(), said);
        return said;
    }

    private static boolean canMount(Path disk) throws IOException, InterruptedException {
        return new ProcessBuilder("unshare", "-rm", "sh", "-c", MOUNT_AND_RUN, disk.toString(), "true")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
