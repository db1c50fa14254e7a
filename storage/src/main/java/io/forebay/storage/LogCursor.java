package io.forebay.storage;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/**
 * Reads the durable messages of a log in log order; control records are passed over. Owned by the thread that first uses
 * it.
 */
public interface LogCursor extends AutoCloseable {
    /**
     * Steps to the next durable message.
     *
     * @return false at the durable end; a later call may find more
     */
    boolean next();

    /** The position of the current message. */
    long position();

    /** The lane key of the current message without reading the rest: client id, a NUL, topic. */
    String lane();

    /** {@link Message#username} of the current message; cheap where it is asked for each record. */
    default String username() {
        return message().username();
    }

    /** The topic of the current message without reading the rest. */
    String topic();

    /** The RETAIN flag of the current message without reading the rest. */
    boolean retain();

    /** {@link Message#fromAmqp} of the current message; cheap where it is asked for each record. */
    default boolean fromAmqp() {
        return message().fromAmqp();
    }

    /** What the current message takes in the log, the same whenever it is asked for. */
    default int bytes() {
        Message message = message();
        return message.payload().length
                + message.properties().length
                + message.topic().length()
                + message.clientId().length();
    }

    /** {@link Message#arrivedAtMs} of the current message; cheap where it is asked for each record. */
    default long arrivedAtMs() {
        return message().arrivedAtMs();
    }

    /** The bytes of the payload of the current message; cheap where it is asked for each record. */
    default int payloadBytes() {
        return message().payload().length;
    }

    /** The current message, decoded. Its bytes are a copy. */
    Message message();

    /** The position that {@link #next} looks at first: one after the current message. */
    long nextPosition();

    /** Continues at the first message at or after {@code position}. */
    @CanIgnoreReturnValue
    LogCursor moveTo(long position);

    /**
     * Lets go of the file that it reads, until it is asked again: a deleted segment takes its space for as long as somebody
     * has it open. Nothing may be asked about the current message after this.
     */
    default void rest() {}

    @Override
    void close();
}
