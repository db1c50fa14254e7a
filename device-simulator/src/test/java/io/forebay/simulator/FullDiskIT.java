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
            Path log = directory.resolve("log");
            // It looks again and again whether there is room for a megabyte, and writes down when that changes.
            Path look = Files.writeString(directory.resolve("look"), """
                    room() { head -c 1048576 /dev/zero > %1$s/x; found=$?; rm -f %1$s/x; return $found; }
                    while room; do sleep 0.05; done; echo full >> %2$s
                    until room; do sleep 0.05; done; echo room >> %2$s
                    """.formatted(disk, log));
            Path scenario = directory.resolve("scenario.yaml");
            Files.writeString(scenario, installation.ends() + """
                    fleets: [{devices: 5, rate: 100/s}]
                    phases: [{for: 3s}]
                    faults:
                      - {kind: command, at: 0s, run: 'timeout 60 sh %1$s'}
                      - {kind: fill-disk, at: 500ms, for: 2s, directory: '%2$s'}
                      - {kind: fill-disk, at: 1s, for: 100ms, directory: '%2$s/nowhere'}
                    """.formatted(look, disk));

            String said = simulate(disk, scenario);

            assertEquals(List.of("full", "room"), linesOf(log, 2), said);
            assertTrue(
                    said.contains("the disk of " + disk + "/nowhere was not filled: there is no such directory"), said);
        }
    }

    /** The command may end after the run. */
    private static List<String> linesOf(Path log, int count) throws IOException, InterruptedException {
        for (int look = 0;
                look < 600 && (Files.notExists(log) || Files.readAllLines(log).size() < count);
                look++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return Files.readAllLines(log);
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
            assertTrue(simulator.waitFor(120, TimeUnit.SECONDS), "the run does not end");
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
