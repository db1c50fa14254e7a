package io.forebay.bridge.downlink;

import io.forebay.bridge.FaultLog;
import io.forebay.bridge.downlink.DownlinkAddress.Settle;
import io.forebay.storage.Message;
import io.forebay.storage.MessageLog;
import java.nio.ByteBuffer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owned by the downlink's thread: appends what is received to the log and settles it. A message is accepted when it is
 * durable there: the log is the queue of its subscribers, from which delivery goes on whatever happens. Or, where the
 * address wants it, when one of them has acknowledged it, see {@link Deliveries}.
 */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final String INTERNAL_ERROR = "amqp:internal-error";
    private static final ByteBuffer UNREAD = ByteBuffer.allocate(0);

    private final MessageLog log;
    private final DownlinkMapping mapping;
    private final Deliveries deliveries;
    private final Predicate<String> hasSubscriber;
    private final long waitingBytesMax;
    private final DownlinkMeters meters;
    private final FaultLog faults;
    private final Repeats repeats;
    private final Runnable onRoom;

    private long waitingBytes;
    private int waiting;
    private boolean isHeld;
    private boolean isAskingForRoom;

    /** @param onRoom told when {@link #mayTake} has become true again */
    Intake(
            MessageLog log,
            DownlinkMapping mapping,
            Deliveries deliveries,
            Predicate<String> hasSubscriber,
            long waitingBytesMax,
            DownlinkMeters meters,
            FaultLog faults,
            Repeats repeats,
            Runnable onRoom) {
        this.log = log;
        this.mapping = mapping;
        this.deliveries = deliveries;
        this.hasSubscriber = hasSubscriber;
        this.waitingBytesMax = waitingBytesMax;
        this.meters = meters;
        this.faults = faults;
        this.repeats = repeats;
        this.onRoom = onRoom;
    }

    /** Messages that the log has and that are not durable yet. */
    int waiting() {
        return waiting;
    }

    boolean mayTake() {
        if (waitingBytes >= waitingBytesMax) {
            isHeld = true;
            return false;
        }
        if (log.hasRoom()) {
            return true;
        }
        if (!isAskingForRoom) {
            isAskingForRoom = true;
            log.room().onSuccess(room -> {
                isAskingForRoom = false;
                onRoom.run();
            });
        }
        return false;
    }

    void take(Receipt receipt, InletLink.Arrival arrival) {
        Message message;
        try {
            message = map(receipt.inlet(), arrival);
        } catch (Refused refused) {
            reject(receipt, arrival, refused);
            return;
        }
        // A retained message is for those who subscribe later.
        boolean isWanted = receipt.inlet().address().hold() || message.retain();
        if (!isWanted && !hasSubscriber.test(message.topic())) {
            meters.onReleased();
            receipt.release();
            return;
        }
        if (receipt.inlet().address().settle() == Settle.DURABLE) {
            append(receipt, message, false);
            return;
        }
        Message awaited = deliveries.await(receipt, message);
        if (awaited == null) {
            meters.onReleased("too-many");
            receipt.release();
        } else {
            append(receipt, awaited, true);
        }
    }

    private Message map(Inlet inlet, InletLink.Arrival arrival) throws Refused {
        if (arrival.bytes() == null) {
            throw new Refused(Refused.TOO_LARGE, "It is larger than any MQTT packet here, see mqtt.packet-bytes-max");
        }
        if (arrival.delivery().getMessageFormat() >>> 8 != 0) {
            throw new Refused(Refused.NOT_IMPLEMENTED, "Its message-format is not that of AMQP 1.0");
        }
        ByteBuffer bytes = arrival.bytes().duplicate();
        try {
            return mapping.map(inlet.address(), inlet.clientId(), bytes);
        } catch (RuntimeException | StackOverflowError bug) {
            // Not thrown on: the message would come again, and again.
            LOG.error("A message from the broker could not be converted [address={}]", inlet.name(), bug);
            throw new Refused(INTERNAL_ERROR, "The message could not be converted to MQTT: " + bug);
        }
    }

    /**
     * Some brokers deliver again at once what was rejected, over and over (Qpid Broker-J without maximumDeliveryAttempts), and
     * not all of them count it: what comes again is held back for ever longer, while the messages behind it go past.
     */
    private void reject(Receipt receipt, InletLink.Arrival arrival, Refused refused) {
        meters.onRejected(refused.condition());
        faults.warn(
                LOG,
                "A message from the broker cannot be delivered and is rejected",
                "address=" + receipt.inlet().name() + ", condition=" + refused.condition() + ", description="
                        + refused.getMessage());
        int rejectedBefore = rejectedBefore(receipt.inlet().name(), arrival.bytes());
        if (rejectedBefore == 0) {
            receipt.reject(refused);
        } else {
            receipt.inlet().rejectLater(receipt, refused, rejectedBefore);
        }
    }

    /** By the broker's count or by ours. Those that were too large to be read are one message to us. */
    private int rejectedBefore(String address, ByteBuffer bytes) {
        return bytes == null
                ? repeats.count(address, UNREAD)
                : Math.max(ReceivedMessage.deliveryCount(bytes), repeats.count(address, ReceivedMessage.bare(bytes)));
    }

    /** @param isAwaited whether it is settled when it is delivered, and not before */
    private void append(Receipt receipt, Message message, boolean isAwaited) {
        long bytes = (long) message.payload().length + message.properties().length;
        waitingBytes += bytes;
        waiting++;
        log.append(message)
                .onSuccess(appended -> {
                    if (!isAwaited) {
                        meters.onAccepted(receipt.accept());
                    }
                })
                .onFailure(cause -> onNotAppended(receipt, message, isAwaited, cause))
                .onComplete(done -> onAppended(bytes));
    }

    /** Left unsettled: it comes again when the link is gone. */
    private void onNotAppended(Receipt receipt, Message message, boolean isAwaited, Throwable cause) {
        if (isAwaited) {
            deliveries.notAppended(message);
        }
        faults.warn(
                LOG,
                "The log does not take a message from the broker: " + cause.getMessage(),
                "address=" + receipt.inlet().name());
    }

    private void onAppended(long bytes) {
        waitingBytes -= bytes;
        waiting--;
        if (isHeld && waitingBytes <= waitingBytesMax / 2) {
            isHeld = false;
            onRoom.run();
        }
    }
}
