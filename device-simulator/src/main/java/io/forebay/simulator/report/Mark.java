package io.forebay.simulator.report;

/**
 * Something that was done to a run on purpose.
 *
 * @param fromS when it began, in seconds since the phases began
 * @param toS when it ended
 * @param label what it was
 * @param remark what that means, or empty
 */
public record Mark(double fromS, double toS, String label, String remark) {}
