package io.forebay.simulator.report;

/**
 * Something that was done to the run, on its time line.
 *
 * @param fromS when, seconds after the first phase began
 * @param toS until when; the same for what takes no time
 * @param label what
 */
public record Mark(double fromS, double toS, String label) {}
