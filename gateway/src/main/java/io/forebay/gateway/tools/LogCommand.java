package io.forebay.gateway.tools;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code forebay log verify | dump | stats | repair | export}. */
@Command(
        name = "log",
        description = {
            "Looks into the log of a data directory: of a gateway that is stopped, or of a copy.",
            "What only reads may also be used while a gateway runs; it is safe for both."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            LogVerifyCommand.class,
            LogDumpCommand.class,
            LogStatsCommand.class,
            LogRepairCommand.class,
            LogExportCommand.class
        })
public final class LogCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "What about the log? verify, dump, stats, repair or export.");
    }
}
