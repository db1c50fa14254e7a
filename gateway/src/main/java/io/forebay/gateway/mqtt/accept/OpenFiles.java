package io.forebay.gateway.mqtt.accept;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many files the process may have open (ulimit -n). Stateless. */
final class OpenFiles {
    /** For log, state and broker: a connection too many must never be why a message cannot be written. */
    private static final long KEPT = 1_024;

    private OpenFiles() {}

    /** How many of them connections may be. */
    static int left() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? left(system.getMaxFileDescriptorCount())
                : Integer.MAX_VALUE;
    }

    /** Half of them at least: a limit so small was not meant for this. */
    static int left(long all) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(all / 2, all - KEPT));
    }
}
