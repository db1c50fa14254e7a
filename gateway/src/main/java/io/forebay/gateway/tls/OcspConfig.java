package io.forebay.gateway.tls;

import java.net.URI;
import java.util.Optional;

/**
 * How revocation is asked for online (RFC 6960); forebay.yaml says what each key means.
 *
 * @param responder who is asked, whatever certificates say; empty: whom they name
 * @param pauseMs how long one that does not answer is left alone; 0: it never is
 */
public record OcspConfig(
        Devices devices,
        boolean staple,
        Optional<URI> responder,
        int timeoutMs,
        int pauseMs,
        int cacheSeconds,
        int cacheMax,
        int atOnceMax,
        int waitingMax) {

    /** Whether the certificates of devices are asked about, and what no answer means. */
    public enum Devices {
        OFF,
        /** A device is let in if nobody answers. */
        SOFT_FAIL,
        HARD_FAIL
    }

    /** As forebay.yaml has it. */
    public static final OcspConfig DEFAULT =
            new OcspConfig(Devices.OFF, false, Optional.empty(), 3_000, 10_000, 600, 100_000, 16, 10_000);
}
