package io.forebay.bridge.downlink;

import io.forebay.bridge.FaultLog;
import io.forebay.bridge.downlink.Downlink.Fate;
import io.forebay.bridge.downlink.DownlinkAddress.Settle;
import io.forebay.storage.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owned by the downlink's thread: messages that are settled when it is known what subscribers did with them ({@link
 * Settle#DELIVERED}). In memory only: after a restart the broker delivers again what it was not told of.
 *
 * <p>Each has a number in the log, and its time of arrival tells it from an earlier one with that number. What is released
 * does not wait in queues any more, since it has expired there; but a device to which it was sent may have it all the same,
 * and get it again.
 */
final class Deliveries {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
    private static final int NUMBERS = 65_535;
    private static final long LOOK_EVERY_MS = 100;

    private record Awaited(Receipt receipt, long arrivedAtMs, boolean isRetained, long untilMs) {}

    private final LongSupplier nowMs;
    private final DownlinkMeters meters;
    private final FaultLog faults;
    private final Map<Integer, Awaited> byNumber = new HashMap<>();
    private int lastNumber;
    private long lookedAtMs;

    Deliveries(LongSupplier nowMs, DownlinkMeters meters, FaultLog faults) {
        this.nowMs = nowMs;
        this.meters = meters;
        this.faults = faults;
    }

    /** @return the message under its number, to be appended; null if there are as many as may be awaited */
    Message await(Receipt receipt, Message message) {
        if (byNumber.size() == NUMBERS) {
            return null;
        }
        do {
            lastNumber = lastNumber % NUMBERS + 1;
        } while (byNumber.containsKey(lastNumber));
        long until = nowMs.getAsLong() + receipt.inlet().address().deliverWithinMs();
        byNumber.put(lastNumber, new Awaited(receipt, message.arrivedAtMs(), message.retain(), until));
        return numbered(message, lastNumber);
    }

    private static Message numbered(Message message, int number) {
        return new Message(
                message.arrivedAtMs(),
                message.clientId(),
                message.topic(),
                message.qos(),
                message.retain(),
                message.dup(),
                message.protocolLevel(),
                number,
                message.properties(),
                message.payload());
    }

    /** The log did not take it: it is left unsettled. */
    void notAppended(Message numbered) {
        byNumber.remove(numbered.packetId());
    }

    void onFate(long arrivedAtMs, int number, Fate fate) {
        Awaited awaited = byNumber.get(number);
        if (awaited == null || awaited.arrivedAtMs() != arrivedAtMs) {
            return; // Settled before, or of an earlier start.
        }
        byNumber.remove(number);
        // A retained message is for those who subscribe later.
        if (fate == Fate.ACKNOWLEDGED || (fate == Fate.UNWANTED && awaited.isRetained())) {
            meters.onAccepted(awaited.receipt().accept());
        } else {
            release(awaited, fate == Fate.UNWANTED ? "no-subscriber" : "not-acknowledged");
        }
    }

    private void release(Awaited awaited, String condition) {
        meters.onReleased(condition);
        awaited.receipt().release();
    }

    /** To be called every few milliseconds. */
    void tick() {
        long now = nowMs.getAsLong();
        if (now - lookedAtMs < LOOK_EVERY_MS || byNumber.isEmpty()) {
            return;
        }
        lookedAtMs = now;
        byNumber.values().removeIf(awaited -> !awaited.receipt().isOpen());
        List<Integer> late = new ArrayList<>();
        byNumber.forEach((number, awaited) -> {
            if (now >= awaited.untilMs()) {
                late.add(number);
            }
        });
        for (Integer number : late) {
            Awaited awaited = byNumber.remove(number);
            faults.warn(
                    LOG,
                    "No device has acknowledged a message from the broker in time, it is released",
                    "address=" + awaited.receipt().inlet().name());
            release(awaited, "deadline");
        }
    }

    /** The links are gone. */
    void forget() {
        byNumber.clear();
    }

    /** Gives back everything. */
    void close() {
        List<Awaited> all = List.copyOf(byNumber.values());
        byNumber.clear();
        all.forEach(awaited -> release(awaited, "stopped"));
    }
}
