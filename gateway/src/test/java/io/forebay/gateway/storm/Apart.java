package io.forebay.gateway.storm;

import java.io.IOException;
import java.util.List;

/**
 * The gateway on a processor of its own and all devices on the others, as if they were on other machines: what is measured is
 * then what the gateway does, and not who was given a processor first. Needs Linux and taskset of util-linux. Any thread.
 */
final class Apart {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    /** The last: where we measured, the interrupts of the disk are there, and they are the gateway's. */
    private static final String GATEWAY = "" + (PROCESSORS - 1);

    private Apart() {}

    /** What a command of a gateway begins with. */
    static List<String> gateway() {
        return List.of("taskset", "-c", GATEWAY);
    }

    /** Lets this process, and all that it starts and that is not a gateway, use the others. Call it first of all. */
    static void devices() throws IOException, InterruptedException {
        String others = "0-" + (PROCESSORS - 2);
        Process taskset = PROCESSORS < 2
                ? null
                : new ProcessBuilder(
                                "taskset",
                                "-a",
                                "-c",
                                "-p",
                                others,
                                "" + ProcessHandle.current().pid())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (taskset == null || taskset.waitFor() != 0) {
            throw new IOException("There must be two processors, and taskset must be able to give us one of them");
        }
    }
}
