package io.forebay.bridge;

/**
 * What became of one transfer: the AMQP 1.0 delivery outcomes, and what may happen instead of one.
 *
 * <p>Public only for {@link io.forebay.bridge.amqp}.
 */
public sealed interface Outcome {
    Accepted ACCEPTED = new Accepted();
    Expired EXPIRED = new Expired();
    Returned RELEASED = new Returned("released");
    Returned MODIFIED = new Returned("modified");
    /** A rejection that is known to be no fault of the message. */
    Returned REJECTED_BY_THE_PLACE = new Returned("rejected");

    /** The broker has the message. */
    record Accepted() implements Outcome {
        @Override
        public Next next() {
            return Next.ADVANCE;
        }

        @Override
        public String name() {
            return "accepted";
        }
    }

    /** Not sent, because its message expiry interval has passed (MQTT-3.3.2-6). */
    record Expired() implements Outcome {
        @Override
        public Next next() {
            return Next.ADVANCE;
        }

        @Override
        public String name() {
            return "expired";
        }
    }

    /** The broker does not want the message. */
    record Rejected(String condition, String description) implements Outcome {
        @Override
        public Next next() {
            return Faults.speakOfThePlace(condition) ? Next.RETRY : Next.JUDGE;
        }

        @Override
        public String name() {
            return "rejected";
        }
    }

    /** The broker did not take the message this time. */
    record Returned(String name) implements Outcome {
        @Override
        public Next next() {
            return Next.RETRY;
        }
    }

    /** Not sent, because the link does not take messages of this size: to send it would end the connection. */
    record TooLarge(long bytes, long bytesMax) implements Outcome {
        @Override
        public Next next() {
            return Next.JUDGE;
        }

        @Override
        public String name() {
            return "too-large";
        }
    }

    /** Not sent, because no AMQP message can be made of it. */
    record Unencodable(String why) implements Outcome {
        @Override
        public Next next() {
            return Next.JUDGE;
        }

        @Override
        public String name() {
            return "unencodable";
        }
    }

    /** What the lane does. */
    enum Next {
        /** Go on to the next message. */
        ADVANCE,
        /** Wait, then offer the same message again. */
        RETRY,
        /** The message is at fault: offer it a few times more, then as its route says. */
        JUDGE
    }

    Next next();

    /** The word under which it is counted. */
    String name();
}
