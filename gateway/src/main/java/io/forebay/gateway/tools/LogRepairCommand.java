package io.forebay.gateway.tools;

import io.forebay.storage.chronicle.LogRepair;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code forebay log repair}. */
@Command(
        name = "repair",
        description = {
            "Writes a damaged log anew: what can be read keeps its position, what cannot is marked as lost.",
            "Not while a gateway runs."
        },
        mixinStandardHelpOptions = true)
final class LogRepairCommand implements Callable<Integer> {
    @Mixin
    private LogLocation location;

    @ArgGroup(multiplicity = "1")
    private Where where;

    /** One of the two. */
    static final class Where {
        @Option(
                names = "--into",
                paramLabel = "NEWDIR",
                description = "Copies the whole data directory there, the log without its damage. The original stays as"
                        + " it is.")
        private Path into;

        @Option(
                names = "--in-place",
                description =
                        "Puts rewritten segments in the place of the damaged ones, which are kept in DIR/damaged-TIME.")
        private boolean inPlace;
    }

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        TerminalProgress progress = new TerminalProgress(spec.commandLine().getErr());
        LogRepair repair = new LogRepair(location.open(), LogVerifyCommand.watching(progress), out::println);
        progress.end();
        LogVerifyCommand.print(repair.findings(), out);
        if (!where.inPlace) {
            repair.into(where.into);
            out.println("The log in " + where.into + " is sound.");
        } else if (repair.findings().isSound()) {
            out.println("Nothing is changed.");
        } else {
            out.println("Damaged segments are written anew now, and kept as they are beside the log.");
            out.flush();
            repair.inPlace();
            out.println("The log in " + location.directory() + " is sound.");
        }
        return 0;
    }
}
