package io.forebay.simulator.scenario;

import java.util.List;

/** A scenario that cannot be run; says every mistake on a line of its own, with where it stands. */
public final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ScenarioException(List<String> mistakes) {
        super(String.join(System.lineSeparator(), mistakes));
    }
}
