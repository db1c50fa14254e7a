package io.forebay.simulator;

import picocli.CommandLine;

/** Starts the simulator without the rest of Forebay. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new SimulateCommand()).execute(args));
    }
}
