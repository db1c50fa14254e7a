package io.forebay.gateway.mqtt.accept;

import java.util.LinkedHashSet;
import java.util.Set;

/** What is known of one source address: its connections, its rate, who of it waits. Owned by the thread that accepts. */
final class Source {
    final SourceAddress address;
    final TokenBucket rate;
    /** In the order of coming; a set, since whoever gives up leaves from the middle. */
    final Set<Arrival> line = new LinkedHashSet<>();
    /** Open ones and waiting ones. */
    int connections;
    /** Whether it is among those whose turn will come. */
    boolean queued;
    /** When it may send its next one in, while its rate holds it back. */
    long restsUntil;

    Source(SourceAddress address, TokenBucket rate) {
        this.address = address;
        this.rate = rate;
    }
}
