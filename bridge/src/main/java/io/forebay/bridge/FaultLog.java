package io.forebay.bridge;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Owned by the thread of whom it serves: remembers the last fault for the status, and writes warnings so that a fault that repeats a
 * thousand times a second makes one line in ten seconds, with the number of those left out.
 */
public final class FaultLog {
    private static final long QUIET_MS = 10_000;
    private static final int KINDS_MAX = 64;

    private static final class Kind {
        private long quietUntilMs;
        private long leftOut;
    }

    private final Map<String, Kind> kinds = new HashMap<>();
    private final LongSupplier nowMs;
    private final LongSupplier wallMs;
    private final String target;
    private String lastFault = "";
    private long lastFaultAtMs;

    public FaultLog(LongSupplier nowMs, LongSupplier wallMs) {
        this(nowMs, wallMs, "");
    }

    /** @param target named in each line, unless it is empty */
    public FaultLog(LongSupplier nowMs, LongSupplier wallMs, String target) {
        this.target = target.isEmpty() ? "" : ", target=" + target;
        this.nowMs = nowMs;
        this.wallMs = wallMs;
    }

    public String lastFault() {
        return lastFault;
    }

    public long lastFaultAtMs() {
        return lastFaultAtMs;
    }

    public void note(String fault) {
        lastFault = fault;
        lastFaultAtMs = wallMs.getAsLong();
    }

    /** @param sentence says what kind of fault it is; faults of one kind share their lines */
    public void warn(Logger log, String sentence, String keysWithoutTarget) {
        String keys = keysWithoutTarget + target;
        note(sentence + " [" + keys + "]");
        if (kinds.size() >= KINDS_MAX && !kinds.containsKey(sentence)) {
            kinds.clear(); // Sentences carry the broker's words, of which there may be any number.
        }
        Kind kind = kinds.computeIfAbsent(sentence, key -> new Kind());
        long now = nowMs.getAsLong();
        if (now < kind.quietUntilMs) {
            kind.leftOut++;
            return;
        }
        log.warn("{} [{}, notShown={}]", sentence, keys, kind.leftOut);
        kind.leftOut = 0;
        kind.quietUntilMs = now + QUIET_MS;
    }
}
