package io.forebay.gateway.tools;

import io.forebay.storage.LogFindings;
import io.forebay.storage.StoredLogReader;
import io.forebay.storage.StoredRecord;
import io.forebay.storage.chronicle.LogArchive;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code forebay log verify}. */
@Command(
        name = "verify",
        description = {
            "Reads every record: CRC, gaps, missing segments, seals, the position of the bridge.",
            "Exit code 0: all is as it was written. 1: not so; each damage is named by its positions."
        },
        mixinStandardHelpOptions = true)
final class LogVerifyCommand implements Callable<Integer> {
    @Mixin
    private LogLocation location;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        LogArchive archive = location.open();
        TerminalProgress progress = new TerminalProgress(spec.commandLine().getErr());
        LogFindings findings = archive.verify(watching(progress));
        progress.end();
        print(findings, spec.commandLine().getOut());
        if (archive.isInUse()) {
            spec.commandLine().getOut().println("A gateway runs here: what it wrote meanwhile was not looked at.");
        }
        return findings.isSound() ? 0 : 1;
    }

    static StoredLogReader watching(TerminalProgress progress) {
        return new StoredLogReader() {
            @Override
            public boolean onRecord(StoredRecord record) {
                return true;
            }

            @Override
            public void onProgress(long bytes, long ofBytes) {
                progress.at(bytes, ofBytes);
            }
        };
    }

    static void print(LogFindings findings, PrintWriter out) {
        findings.damage().forEach(damage -> out.println("DAMAGE " + damage));
        findings.remarks().forEach(out::println);
        out.printf(
                "%d segments, %d records, %d of them messages; %s.%n",
                findings.segments(),
                findings.records(),
                findings.messages(),
                findings.isSound()
                        ? "all is sound"
                        : findings.damage().size() + " damages, " + findings.lost() + " records are lost");
        out.flush();
    }
}
