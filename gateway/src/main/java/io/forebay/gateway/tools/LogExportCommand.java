package io.forebay.gateway.tools;

import io.forebay.storage.LogException;
import io.forebay.storage.chronicle.LogArchive;
import io.forebay.storage.chronicle.LogExport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code forebay log export}. */
@Command(
        name = "export",
        description = "Copies messages to a file, or the segments of a range to a data directory of their own.",
        footer = {Moment.TIMES, Moment.POSITIONS},
        mixinStandardHelpOptions = true)
final class LogExportCommand implements Callable<Integer> {
    @Mixin
    private LogLocation location;

    @Mixin
    private MessageFilter filter;

    @ArgGroup(multiplicity = "1")
    private Where where;

    /** One of the two. */
    static final class Where {
        @Option(
                names = "--ndjson",
                paramLabel = "FILE",
                description = "A new file, one message in a line, with its payload in base64.")
        private Path ndjson;

        @Option(
                names = "--into",
                paramLabel = "NEWDIR",
                description =
                        "A new data directory with all segments that hold something of the range (--from, --to);"
                                + " segments are copied in whole, and a bridge on it begins at the first position of the range.")
        private Path into;
    }

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        LogArchive archive = location.open();
        PrintWriter out = spec.commandLine().getOut();
        if (where.into != null && filter.chooses()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--into copies segments in whole: --client-id, --topic and --limit go with --ndjson only.");
        }
        if (where.into != null) {
            long[] range = filter.positions(archive);
            int segments = LogExport.write(archive, where.into, range[0], range[1]);
            out.println(segments + " segments are copied to " + where.into + ".");
            return 0;
        }
        try (PrintWriter file = new PrintWriter(Files.newBufferedWriter(
                where.ndjson, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
            LogDumpCommand.Dump dump =
                    new LogDumpCommand.Dump(file, spec.commandLine().getErr());
            boolean whole = dump.run(archive, filter, MessageJson.Payload.BASE64, false);
            if (file.checkError()) {
                throw new IOException("the disk does not take it");
            }
            out.println(dump.written() + " messages are in " + where.ndjson + ".");
            return whole ? 0 : 1;
        } catch (IOException cause) {
            throw new LogException(
                    LogException.Kind.UNUSABLE_DIRECTORY,
                    "The file " + where.ndjson + " cannot be written: " + reason(cause) + ".",
                    cause);
        }
    }

    private static String reason(IOException cause) {
        if (cause instanceof FileAlreadyExistsException) {
            return "it is there already, name a new one";
        }
        return cause instanceof NoSuchFileException ? "its directory does not exist" : cause.toString();
    }
}
