package io.forebay.bridge;

/** How a message that was not accepted is spoken of in the log. */
final class Refusals {
    private Refusals() {}

    /** What happened, the same words for each message that it happens to. */
    static String sentence(Outcome outcome) {
        String then = "; it is offered again, later messages of its client and topic wait";
        if (outcome instanceof Outcome.Rejected rejected) {
            return "The broker rejected a message: " + rejected.condition() + then;
        }
        if (outcome instanceof Outcome.TooLarge) {
            return "A message is larger than the broker takes on this address" + then;
        }
        return "The broker " + outcome.name() + " a message" + then;
    }

    static String keys(Flight flight, Outcome outcome) {
        String keys = "client=" + flight.entry.message.clientId()
                + ", topic=" + flight.entry.message.topic()
                + ", address=" + flight.lane.outlet.address
                + ", position=" + flight.entry.position
                + ", attempts=" + flight.lane.attempts;
        if (outcome instanceof Outcome.Rejected rejected) {
            return keys + ", description=" + rejected.description();
        }
        if (outcome instanceof Outcome.TooLarge size) {
            return keys + ", bytes=" + size.bytes() + ", bytesMax=" + size.bytesMax();
        }
        return keys;
    }
}
