package io.forebay.bridge;

import java.util.List;

/** What a conveyor tells whoever runs it, where a test gives it its turns. Owned by the test's thread. */
class TurnsByHand implements Conveyor.Events {
    /** It wants a turn. */
    boolean woken;

    private final FakeLog log;

    TurnsByHand(FakeLog log) {
        this.log = log;
    }

    @Override
    public final void wake() {
        woken = true;
    }

    @Override
    public final void onForgotten(long position) {
        log.forgetBefore(position);
    }

    @Override
    public void onUnneeded(List<Integer> segments) {}

    @Override
    public final void onBug(Throwable bug) {
        throw new AssertionError(bug);
    }
}
