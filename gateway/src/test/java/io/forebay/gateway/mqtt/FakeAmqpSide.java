package io.forebay.gateway.mqtt;

import io.forebay.storage.AckLevel;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Takes what the test says, acknowledges at the level that the topic begins with, and settles when the test says. */
public final class FakeAmqpSide implements AmqpSide {
    public record Waiting(String topic, long before, Consumer<Boolean> told) {}

    final List<Waiting> waiting = new CopyOnWriteArrayList<>();
    private final Predicate<String> routed;
    private final Map<String, ProtocolConfig.WhenLogFull> full = new ConcurrentHashMap<>();
    private final Map<Runnable, String> waitingForRoom = new ConcurrentHashMap<>();

    public FakeAmqpSide(Predicate<String> routed) {
        this.routed = routed;
    }

    @Override
    public Optional<AckLevel> ackLevel(String topic) {
        if (!routed.test(topic)) {
            return Optional.empty();
        }
        for (AckLevel level : AckLevel.values()) {
            if (topic.startsWith(level.name().toLowerCase(Locale.ROOT))) {
                return Optional.of(level);
            }
        }
        return Optional.of(AckLevel.SYNCED);
    }

    @Override
    public Runnable awaitSettled(String clientId, String username, String topic, long before, Consumer<Boolean> told) {
        Waiting each = new Waiting(topic, before, told);
        waiting.add(each);
        return () -> waiting.remove(each);
    }

    /** The route of a topic has its share of the log. */
    void full(String topic, ProtocolConfig.WhenLogFull when) {
        full.put(topic, when);
    }

    /** It has room again. */
    void room(String topic) {
        full.remove(topic);
        waitingForRoom.forEach((told, of) -> {
            if (of.equals(topic) && waitingForRoom.remove(told, of)) {
                told.run();
            }
        });
    }

    int waitingForRoom() {
        return waitingForRoom.size();
    }

    @Override
    public Optional<ProtocolConfig.WhenLogFull> whenFull(String clientId, String username, String topic) {
        return Optional.ofNullable(full.get(topic));
    }

    @Override
    public Runnable awaitRoom(String clientId, String username, String topic, Runnable told) {
        waitingForRoom.put(told, topic);
        if (!full.containsKey(topic) && waitingForRoom.remove(told, topic)) {
            told.run(); // There is room since it was asked.
        }
        return () -> waitingForRoom.remove(told);
    }

    @Override
    public boolean wantsUsernames() {
        return true;
    }

    /** The broker is done with what was published on a topic. */
    void settle(String topic, boolean accepted) {
        for (Waiting each : List.copyOf(waiting)) {
            if (each.topic().equals(topic)) {
                waiting.remove(each);
                each.told().accept(accepted);
            }
        }
    }
}
