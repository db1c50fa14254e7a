package io.forebay.gateway.mqtt;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections each listener has, over all event loops. Any thread. */
final class ListenerSeats {
    private final ConcurrentHashMap<String, AtomicInteger> taken = new ConcurrentHashMap<>();

    /** @return how many there are now */
    int take(MqttConfig.Listener listener) {
        return taken.computeIfAbsent(listener.name(), name -> new AtomicInteger())
                .incrementAndGet();
    }

    /** @return how many there are now */
    @CanIgnoreReturnValue
    int leave(MqttConfig.Listener listener) {
        return taken.get(listener.name()).decrementAndGet();
    }
}
