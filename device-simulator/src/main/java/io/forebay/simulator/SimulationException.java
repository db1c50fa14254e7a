package io.forebay.simulator;

/** A run that cannot start; the message is one sentence for the person who started it. */
public final class SimulationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SimulationException(String sentence) {
        super(sentence);
    }

    public SimulationException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
