package io.forebay.simulator.scenario;

import java.util.List;

/**
 * What is in the messages besides the stamp by which the ledger knows them.
 *
 * @param kind which of the forms
 * @param bytesMin BINARY: the smallest size
 * @param bytesMax BINARY: the largest size; each size in between is equally likely
 * @param template TEMPLATE: text with placeholders such as {@code ${counter}} or {@code ${sine 20 5 60s}}
 * @param rows CSV: what is replayed, row by row, beginning elsewhere for each device
 */
public record PayloadSpec(Kind kind, int bytesMin, int bytesMax, String template, List<String> rows) {
    /** The forms of a payload. */
    public enum Kind {
        BINARY,
        TEMPLATE,
        CSV
    }

    public static final int BYTES_MIN = 40;
    public static final int BYTES_MAX = 1 << 20;

    public PayloadSpec {
        rows = List.copyOf(rows);
    }

    public static PayloadSpec binary(int bytesMin, int bytesMax) {
        return new PayloadSpec(Kind.BINARY, bytesMin, bytesMax, "", List.of());
    }

    @Override
    public String toString() {
        return switch (kind) {
            case BINARY -> bytesMin == bytesMax ? bytesMin + " bytes" : bytesMin + " to " + bytesMax + " bytes";
            case TEMPLATE -> "from a template";
            case CSV -> rows.size() + " rows replayed";
        };
    }
}
