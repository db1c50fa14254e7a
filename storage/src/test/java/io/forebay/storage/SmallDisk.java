package io.forebay.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A file system of 60 MB that only a child process sees. Needs unshare(1) with mount rights. No state. */
public final class SmallDisk {
    private static final String MOUNT = "mount -t tmpfs -o size=60m tmpfs \"$0\" && exec \"$@\"";

    private SmallDisk() {}

    /** Runs a command that finds the small disk at {@code directory}. Prints what it said if it fails. */
    public static int run(Path directory, List<String> command) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(List.of("unshare", "-rm", "sh", "-c", MOUNT));
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

    public static boolean canMount(Path directory) throws InterruptedException {
        try {
            return run(directory, List.of("true")) == 0;
        } catch (IOException noUnshare) {
            return false;
        }
    }
}
