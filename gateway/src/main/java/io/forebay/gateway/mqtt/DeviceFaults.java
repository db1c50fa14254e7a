package io.forebay.gateway.mqtt;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator what devices do wrong: the first of each kind in ten seconds, and how many there were beside it. The
 * meters have them all, the debug log has each by itself. Any thread.
 */
final class DeviceFaults {
    private static final Logger log = LoggerFactory.getLogger(DeviceFaults.class);

    /** The kinds are our own words, so there are few. */
    private final Map<String, Complaints> kinds = new ConcurrentHashMap<>();

    /** @param who says which device, made only if it is told */
    void tell(String kind, String sentence, Supplier<String> who) {
        kinds.computeIfAbsent(kind, first -> new Complaints())
                .say(more -> log.info("{} [{}, kind={}, more={}]", sentence, who.get(), kind, more));
    }
}
