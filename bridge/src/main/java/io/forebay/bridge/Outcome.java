package io.forebay.bridge;

/**
 * What became of one transfer: the AMQP 1.0 delivery outcomes, and what may happen instead of one.
 *
 * <p>Public only for {@link io.forebay.bridge.amqp}.
 */
public sealed interface Outcome {
    Accepted ACCEPTED = new Accepted();
    Returned RELEASED = new Returned("released");
    Returned MODIFIED = new Returned("modified");

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

    /** The broker says that the message is at fault. */
    record Rejected(String condition, String description) implements Outcome {
        @Override
        public Next next() {
            return Next.RETRY;
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
            return Next.RETRY;
        }

        @Override
        public String name() {
            return "too-large";
        }
    }

    /** What the lane does. */
    enum Next {
        /** Go on to the next message. */
        ADVANCE,
        /** Wait, then offer the same message again. */
        RETRY
    }

    Next next();

    /** The word under which it is counted. */
    String name();
}
