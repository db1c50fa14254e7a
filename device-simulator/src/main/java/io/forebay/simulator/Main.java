package io.forebay.simulator;

import picocli.CommandLine;

/** Starts the simulator without the rest of Forebay. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        CommandLine commandLine = new CommandLine(new SimulateCommand());
        commandLine.setParameterExceptionHandler((mistake, arguments) -> {
            System.err.println(mistake.getMessage() + ". Try --help.");
            return Report.EXIT_CANNOT_RUN;
        });
        System.exit(commandLine.execute(args));
    }
}
