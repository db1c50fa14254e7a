package io.forebay.gateway.tools;

import io.forebay.storage.Position;
import io.forebay.storage.ProbableLanes;
import io.forebay.storage.StoredLogReader;
import io.forebay.storage.StoredRecord;
import io.forebay.storage.chronicle.LogArchive;
import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code forebay log dump}. */
@Command(
        name = "dump",
        description = {
            "Prints messages as NDJSON, one object in a line, in log order. What cannot be read is told on standard error,"
                    + " and by exit code 1."
        },
        footer = {Moment.TIMES, Moment.POSITIONS},
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LogDumpCommand implements Callable<Integer> {
    @Mixin
    private LogLocation location;

    @Mixin
    private MessageFilter filter;

    @Option(
            names = "--payload",
            defaultValue = "none",
            description = "What is shown of payloads: none, text or base64 (default: ${DEFAULT-VALUE}).")
    private MessageJson.Payload payload;

    @Option(names = "--control", description = "Shows what is no message as well: sessions, releases.")
    private boolean control;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Dump dump = new Dump(spec.commandLine().getOut(), spec.commandLine().getErr());
        return dump.run(location.open(), filter, payload, control) ? 0 : 1;
    }

    /** Writes what a filter takes. Owned by the thread that reads the log. */
    static final class Dump implements StoredLogReader {
        private static final int BUFFER_CHARS = 64 << 10;
        private static final int LOOK_EVERY = 1_000;

        private final PrintWriter target;
        private final PrintWriter out;
        private final PrintWriter err;
        private final TerminalProgress progress;
        private MessageFilter filter;
        private MessageJson.Payload payload;
        private boolean control;
        private long written;
        private boolean lost;

        Dump(PrintWriter target, PrintWriter err) {
            this.target = target;
            this.out = new PrintWriter(new BufferedWriter(target, BUFFER_CHARS));
            this.err = err;
            this.progress = new TerminalProgress(err);
        }

        /** @return whether all could be read */
        boolean run(LogArchive archive, MessageFilter filter, MessageJson.Payload payload, boolean withControl) {
            this.filter = filter;
            this.payload = payload;
            this.control = withControl;
            long[] range = filter.positions(archive);
            if (filter.limit() > 0) {
                archive.read(range[0], range[1], this);
            }
            out.flush();
            progress.end();
            return !lost;
        }

        long written() {
            return written;
        }

        @Override
        public boolean onRecord(StoredRecord record) {
            if ((!record.isMessage() && !control) || !filter.accepts(record)) {
                return true;
            }
            JsonObject json = MessageJson.of(record, payload);
            out.print(json.encode());
            out.print('\n');
            written++;
            // Who reads it may have left, as head does.
            boolean read = written % LOOK_EVERY != 0 || !target.checkError();
            return read && written < filter.limit();
        }

        @Override
        public void onLost(long from, long to, ProbableLanes lanes) {
            lost = true;
            tellLoss(err, from, to, lanes);
        }

        static void tellLoss(PrintWriter err, long from, long to, ProbableLanes lanes) {
            err.println("DAMAGE " + Position.text(from) + " to " + Position.text(to) + ": " + (to - from)
                    + " records cannot be read" + lanes.words());
        }

        @Override
        public void onProgress(long bytes, long ofBytes) {
            progress.at(bytes, ofBytes);
        }
    }
}
