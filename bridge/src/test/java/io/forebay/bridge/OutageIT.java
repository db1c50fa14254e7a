package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A long outage, scaled down; by hand with {@code -Doutage=5000000}. */
class OutageIT {
    @TempDir
    Path directory;

    @Test
    void backlogOfALongOutageIsDrainedInOrderAndARestartDoesNotWaitForIt() throws Exception {
        int messages = Integer.getInteger("outage", 300_000);
        OutageProof.Findings findings = new OutageProof(directory, messages).run();
        System.out.println(findings);

        assertTrue(findings.startMs() < findings.emptyStartMs() + 1_000, findings.toString());
        assertTrue(findings.transfers() < messages * 1.2, findings.toString());
    }
}
