package io.forebay.simulator.report;

import java.util.List;

/**
 * What stands in a report besides the story.
 *
 * @param title of the run
 * @param about what it was, a line each
 * @param clean whether the verdict is good
 * @param verdict in one sentence
 * @param figures the large numbers on top
 * @param tables the rest
 * @param story how it went
 */
public record Page(
        String title,
        List<String> about,
        boolean clean,
        String verdict,
        List<Figure> figures,
        List<Table> tables,
        Story story) {
    /**
     * @param name what it is
     * @param value with its unit
     * @param remark what it means, for whoever does not know the word
     * @param tone whether it speaks for or against the installation
     */
    public record Figure(String name, String value, String remark, Tone tone) {}

    /** Whether a figure is good or bad news, or neither. */
    public enum Tone {
        NEUTRAL,
        GOOD,
        BAD,
        NOTABLE
    }

    /** Rows of a name, a number and a remark. */
    public record Table(String title, List<Row> rows) {}

    /** One row. */
    public record Row(String name, String value, String remark) {}
}
