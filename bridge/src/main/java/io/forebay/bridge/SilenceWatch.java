package io.forebay.bridge;

/** Owned by the bridge's thread: resets a connection on which the peer owes answers for too long. */
final class SilenceWatch {
    private final Flight.Table flights;
    private final Batches batches;
    private final Peer peer;
    private final long timeoutMs;

    SilenceWatch(Flight.Table flights, Batches batches, Peer peer, long timeoutMs) {
        this.flights = flights;
        this.batches = batches;
        this.peer = peer;
        this.timeoutMs = timeoutMs;
    }

    long timeoutMs() {
        return timeoutMs;
    }

    void check(long now, boolean linksAnswered) {
        if (!linksAnswered) {
            peer.reset("no answer to a link in " + timeoutMs + " ms");
            return;
        }
        if (batches.isSilent(now, timeoutMs)) {
            peer.reset("no answer to a transaction in " + timeoutMs + " ms");
            return;
        }
        for (Flight flight = flights.oldest(); flight != null; flight = flights.after(flight)) {
            if (now - flight.sentAtMs <= timeoutMs) {
                return;
            }
            if (flight.lane.outlet.isSilentAbout(flight, now, timeoutMs)) {
                peer.reset("no outcome for a message in " + timeoutMs + " ms");
                return;
            }
        }
    }
}
