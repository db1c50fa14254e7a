package io.forebay.bridge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Numbers of lanes in memory, for the test's thread; saved when it is told to. */
final class FakeSequences implements SequenceStore {
    private record Save(List<Settled> lanes, Promise<Void> done) {}

    private final Map<String, Kept> kept = new HashMap<>();
    private final ArrayDeque<Save> waiting = new ArrayDeque<>();

    @Override
    public Kept find(String lane) {
        return kept.getOrDefault(lane, Kept.NOTHING);
    }

    @Override
    public Future<Void> save(List<Settled> lanes, Mark mark) {
        if (!waiting.isEmpty()) {
            throw new AssertionError("saves twice at a time");
        }
        Promise<Void> done = Promise.promise();
        waiting.add(new Save(lanes, done));
        return done.future();
    }

    void answer() {
        Save save = waiting.poll();
        if (save != null) {
            keep(save);
            save.done().complete();
        }
    }

    void fail() {
        Save save = waiting.poll();
        if (save != null) {
            save.done().fail("the disk is full");
        }
    }

    private void keep(Save save) {
        for (Settled each : save.lanes()) {
            Kept before = kept.put(each.lane(), each.kept());
            if (before != null && before.before() > each.kept().before()) {
                throw new AssertionError(each + " goes back behind " + before);
            }
        }
    }

    /** What was on its way is there, or not; nobody is told. */
    void crash(Random random) {
        if (random.nextBoolean()) {
            waiting.forEach(this::keep);
        }
        waiting.clear();
    }
}
