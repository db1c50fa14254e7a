package io.forebay.gateway.mqtt.accept;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The source addresses that are known. Those with connections are as many as there are connections; of those without, only
 * so many are remembered, and the one that has been idle for longest is forgotten first. Owned by the thread that accepts.
 */
final class Sources {
    private static final int LOOKED_AT = 2;

    private final AcceptLimits limits;
    private final Map<SourceAddress, Source> busy = new HashMap<>();
    /** Without a connection, those that have been so for longest first: what is left of them is how fast they came. */
    private final Map<SourceAddress, Source> idle = new LinkedHashMap<>();
    /** Of all of them. */
    private int connections;

    Sources(AcceptLimits limits) {
        this.limits = limits;
    }

    /** One connection more. */
    Source enter(SourceAddress address, long now) {
        Source source = busy.get(address);
        if (source == null) {
            source = idle.remove(address);
            if (source == null) {
                source = new Source(address, new TokenBucket(limits.ratePerAddressMax(), now));
            }
            busy.put(address, source);
        }
        source.connections++;
        connections++;
        return source;
    }

    /** One connection less. */
    void leave(SourceAddress address, long now) {
        Source source = busy.get(address);
        source.connections--;
        connections--;
        if (source.connections == 0) {
            Source unused = busy.remove(address);
            if (!source.rate.isFull(now)) {
                idle.put(address, source);
            }
            forgetSome(now);
        }
    }

    /** A few at a time are enough: each connection that ends adds one at most. */
    private void forgetSome(long now) {
        Iterator<Source> eldest = idle.values().iterator();
        for (int looked = 0; looked < LOOKED_AT && eldest.hasNext(); looked++) {
            boolean asGoodAsNew = eldest.next().rate.isFull(now);
            if (asGoodAsNew || idle.size() > limits.addressesMax()) {
                eldest.remove();
            }
        }
    }

    Source of(SourceAddress address) {
        return busy.get(address);
    }

    int connections() {
        return connections;
    }

    int size() {
        return busy.size() + idle.size();
    }
}
