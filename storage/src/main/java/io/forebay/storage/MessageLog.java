package io.forebay.storage;

import io.vertx.core.Future;

/**
 * The persistent log of one gateway, the only thing that connects the MQTT side with the AMQP side.
 *
 * <p><b>Durable</b> means: covered by a completed fdatasync, so that neither {@code kill -9} nor a power cut takes it
 * away. Every Future of this interface that succeeds speaks of something durable.
 *
 * <p>One writer thread owns the appender and all session state. The methods may be called from any Vert.x event loop;
 * their Futures complete on that loop, for one caller in the order of the calls. They all complete, also at shutdown and
 * when the log fails. What they fail with is a {@link LogException}.
 */
public interface MessageLog extends ReadableLog, AutoCloseable {

    /**
     * What an append did.
     *
     * @param repeated QoS 2 only: this packet id of this client is stored already and not yet released; nothing was written
     * @param position where the record stands; of a repeat, where the log ended then
     */
    record Appended(boolean repeated, long position) {
        /** A position that the message stands before, whether it was written now or earlier. */
        public long before() {
            return repeated ? position : position + 1;
        }
    }

    /** What a release did. */
    enum Released {
        RELEASED,
        /** No message of this client with this packet id waits for its release. */
        UNKNOWN
    }

    /**
     * Appends one message.
     *
     * @return succeeds once the message is durable: only then may it be acknowledged. Fails if it may not be durable;
     *     the log may all the same have kept it, and the bridge may carry it.
     */
    Future<Appended> append(Message message);

    /**
     * The same, for a caller who is content with less.
     *
     * @param onWritten runs on the caller's event loop when the record is with the operating system, before it is
     *     durable: {@code kill -9} does not take it away, a power cut may. It does not run if the append fails earlier.
     */
    default Future<Appended> append(Message message, Runnable onWritten) {
        return append(message).onSuccess(durable -> onWritten.run());
    }

    /**
     * Whether the writer's queue has room. A caller that sees {@code false} stops reading its socket and goes on after
     * {@link #room()}; to append all the same is not refused, so the bound is exceeded by at most what each caller has
     * in hand.
     */
    boolean hasRoom();

    /** @return succeeds on the caller's event loop when the writer's queue has drained to half, at once if it has room */
    Future<Void> room();

    /**
     * Opens the session of a client that connects. A session remembers the QoS 2 packet ids that wait for their release
     * (MQTT-4.3.3).
     *
     * @param cleanStart whether an earlier session is ended first (MQTT-3.1.2-4)
     * @param expirySeconds how long the session outlives its connection; 0 ends it with the connection
     * @return succeeds with whether an earlier session is resumed (the Session Present flag); fails with {@link
     *     LogException.Kind#TOO_MANY_SESSIONS} at the limit
     */
    Future<Boolean> openSession(String clientId, boolean cleanStart, long expirySeconds);

    /**
     * Forgets a QoS 2 packet id (PUBREL).
     *
     * @return succeeds once the release is durable: only then may PUBCOMP leave, or the same packet id used again after a
     *     crash would be taken for a repeat
     */
    Future<Released> release(String clientId, int packetId);

    /**
     * The connection of a session is gone; the session ends {@code expirySeconds} from now, at once if 0.
     *
     * @return succeeds when the writer has taken note
     */
    Future<Void> closeSession(String clientId, long expirySeconds);

    /**
     * Everything before {@code position} is settled: the position is saved, and segments that lie wholly before it are
     * deleted, or kept for a while ({@link Retention}), both in the background.
     */
    @Override
    void forgetBefore(long position);

    /** Where the first record stands that is still there; the end of the log if there is none. Any thread. */
    default long firstPosition() {
        return Position.START;
    }

    /**
     * A second reader, the delivery to subscribers, has done with everything before {@code position}: nothing at or after
     * it is deleted, whatever {@link #forgetBefore} says. Until this is called for the first time nothing is deleted at
     * all. Kept in memory only; the reader remembers its position itself. Any thread.
     */
    void retainFrom(long position);

    /** Whether the log takes appends now. Any thread. */
    LogState state();

    /** When it will be full at the present rate. Any thread. */
    default Forecast forecast() {
        return Forecast.NONE;
    }

    /** The same, with what went wrong since the start. Any thread. */
    default LogStatus status() {
        return LogStatus.of(state());
    }

    /**
     * Appends what is queued, syncs, saves the position last given to {@link #forgetBefore} and lets go of the
     * directory. Blocks the caller until then; later calls of anything else fail with {@link LogException.Kind#CLOSED}.
     */
    @Override
    void close();
}
