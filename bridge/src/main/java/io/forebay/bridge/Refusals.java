package io.forebay.bridge;

/** How a message that was not accepted is spoken of in the log and in the quarantine. */
final class Refusals {
    private Refusals() {}

    /** What happened, the same words for each message that it happens to. */
    static String sentence(Outcome outcome) {
        String then = "; it is offered again, later messages of its lane wait";
        if (outcome instanceof Outcome.Rejected rejected) {
            return "The broker rejected a message: " + rejected.condition() + then;
        }
        if (outcome instanceof Outcome.TooLarge) {
            return "A message is larger than the broker takes on this address" + then;
        }
        return "The broker " + outcome.name() + " a message" + then;
    }

    static String keys(Flight flight) {
        String keys = "client=" + flight.entry.message.clientId()
                + ", topic=" + flight.entry.message.topic()
                + ", address=" + flight.lane.outlet.address
                + ", position=" + flight.entry.position;
        return flight.entry.trouble == null ? keys : keys + ", attempts=" + flight.entry.trouble.attempts;
    }

    static String keys(Flight flight, Outcome outcome) {
        String description = description(outcome);
        return description.isEmpty() ? keys(flight) : keys(flight) + ", description=" + description;
    }

    /** The cause in one word, as AMQP names error conditions. */
    static String condition(Outcome outcome) {
        return outcome instanceof Outcome.Rejected rejected ? rejected.condition() : outcome.name();
    }

    static String description(Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return rejected.description();
        }
        if (outcome instanceof Outcome.TooLarge size) {
            return size.bytes() + " bytes, the link takes " + size.bytesMax();
        }
        return outcome instanceof Outcome.Unencodable unencodable ? unencodable.why() : "";
    }
}
