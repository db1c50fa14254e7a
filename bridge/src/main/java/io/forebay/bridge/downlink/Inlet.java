package io.forebay.bridge.downlink;

import io.forebay.bridge.amqp.DeliveryOutcomes;
import io.vertx.proton.ProtonSession;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.apache.qpid.proton.amqp.Symbol;

/**
 * Owned by the downlink's thread: one address of the broker and its link, which is attached again whenever it ends.
 */
final class Inlet {
    enum State {
        /** There is no connection. */
        IDLE,
        ATTACHING,
        OPEN,
        /** The broker refused or ended the link; it is tried again after a pause. */
        RESTING
    }

    /** When the credit of a settled message goes back to the broker. */
    enum Credit {
        AT_ONCE,
        AFTER_A_PAUSE
    }

    /** What an inlet asks of those around it. */
    interface Surroundings {
        long nowMs();

        /** Lets {@link Inlet#flush} be called at the end of this turn. */
        void flushSoon(Inlet inlet);

        /** Takes the message of an arrival and sees to it that the receipt is settled. */
        void take(Receipt receipt, InletLink.Arrival arrival);

        /** Whether one more message may be taken. If not, {@link Inlet#readOn} is called when it may. */
        boolean mayTake();

        void onLinkOpen(Inlet inlet);

        void onLinkEnded(Inlet inlet, String why);

        void guarded(Runnable callback);
    }

    /** A link that lasted so long was a good one. */
    private static final long GOOD_AFTER_MS = 5_000;

    private final DownlinkAddress address;
    private final Optional<String> clientId;
    private final String name;
    private final DownlinkConfig config;
    private final Surroundings around;
    private final RandomGenerator random;

    private State state = State.IDLE;
    private InletLink link;
    private long sinceMs;
    private long againAtMs;
    private int failures;
    private String trouble = "";

    /** Messages that are to be rejected, but not yet; each has a credit, so there are not more of them. */
    private final PriorityQueue<Held> held = new PriorityQueue<>(Comparator.comparingLong(Held::untilMs));

    private record Held(Receipt receipt, Refused refused, long untilMs) {}

    private int unsettled;
    private int owed;
    private int resting;
    private int releases;
    private long creditAtMs;
    private boolean unflushed;
    private boolean isRetired;

    /** @param clientId the device that this is the address of, if the address is one for each device */
    Inlet(
            DownlinkAddress address,
            Optional<String> clientId,
            DownlinkConfig config,
            Surroundings around,
            RandomGenerator random) {
        this.address = address;
        this.clientId = clientId;
        this.name = clientId.map(id -> DeviceAddress.of(address.address(), id)).orElse(address.address());
        this.config = config;
        this.around = around;
        this.random = random;
    }

    DownlinkAddress address() {
        return address;
    }

    Optional<String> clientId() {
        return clientId;
    }

    /** The address with everything filled in. */
    String name() {
        return name;
    }

    State state() {
        return state;
    }

    /** Why it rests. */
    String trouble() {
        return trouble;
    }

    int unsettled() {
        return unsettled;
    }

    boolean isOn(InletLink other) {
        return link == other && state == State.OPEN;
    }

    /** In this session, which whoever opened it closes. */
    void attach(ProtonSession session, Symbol[] capabilities, String linkName) {
        state = State.ATTACHING;
        sinceMs = around.nowMs();
        InletLink made = InletLink.of(
                session, linkName, name, capabilities, config.messageBytesMax(), () -> around.guarded(this::readOn));
        link = made;
        made.openHandler(opened -> around.guarded(() -> onOpen(made)));
        made.closeHandler(ended -> around.guarded(() -> onEnded(made)));
        made.detachHandler(ended -> around.guarded(() -> onEnded(made)));
        made.open();
    }

    private void onOpen(InletLink opened) {
        // A peer that refuses a link attaches it without a source first, and then detaches it with the reason.
        if (link != opened || opened.getRemoteSource() == null || hasCondition(opened)) {
            return;
        }
        state = State.OPEN;
        sinceMs = around.nowMs();
        trouble = "";
        owed = address.credit();
        around.flushSoon(this);
        around.onLinkOpen(this);
    }

    private static boolean hasCondition(InletLink link) {
        return link.getRemoteCondition() != null && link.getRemoteCondition().getCondition() != null;
    }

    private void onEnded(InletLink ended) {
        if (link == ended) {
            end(DeliveryOutcomes.words(ended.getRemoteCondition()));
        }
    }

    /** The link has ended, or its session: it is attached again after a pause. */
    void end(String why) {
        failures = sinceMs + GOOD_AFTER_MS <= around.nowMs() && state == State.OPEN ? 1 : failures + 1;
        close();
        state = State.RESTING;
        trouble = why;
        againAtMs = around.nowMs() + config.attachAgain().delayMs(failures, random);
        around.onLinkEnded(this, why);
    }

    /** Ends the link; what is unsettled comes again. */
    void close() {
        InletLink old = link;
        forget();
        if (old != null) {
            old.close();
        }
    }

    /** Takes nothing more, and gives back what has arrived; what is with the log is still settled. */
    void retire() {
        isRetired = true;
        releaseArrived();
    }

    /** The link is gone, with its session or the connection. */
    void forget() {
        state = State.IDLE;
        link = null;
        held.clear(); // They come again.
        unsettled = 0;
        owed = 0;
        resting = 0;
    }

    /** Takes what has arrived, as far as there is room for it. */
    void readOn() {
        while (state == State.OPEN && !isRetired && around.mayTake()) {
            InletLink.Arrival arrival = link.next();
            if (arrival == null) {
                return;
            }
            failures = 0;
            unsettled++;
            around.take(new Receipt(this, link, arrival.delivery()), arrival);
        }
    }

    void settled(Credit credit) {
        unsettled--;
        if (credit == Credit.AT_ONCE) {
            releases = 0;
            owed++;
        } else {
            rest();
        }
        around.flushSoon(this);
    }

    /** @param rejectedBefore how often it has come in vain, from 1 */
    void rejectLater(Receipt receipt, Refused refused, int rejectedBefore) {
        long untilMs = around.nowMs() + config.releasePause().delayMs(rejectedBefore, random);
        held.add(new Held(receipt, refused, untilMs));
    }

    private void rejectHeld(long now) {
        while (!held.isEmpty() && held.peek().untilMs() <= now) {
            Held next = held.poll();
            next.receipt().reject(next.refused());
        }
    }

    /** What is released comes again at once if nobody else is there to take it. */
    private void rest() {
        if (resting == 0) {
            releases++;
            creditAtMs = around.nowMs() + config.releasePause().delayMs(releases, random);
        }
        resting++;
    }

    /** @return whether it should be attached now */
    boolean tick() {
        long now = around.nowMs();
        if (state == State.ATTACHING && now - sinceMs > config.attachTimeoutMs()) {
            end("no answer in " + config.attachTimeoutMs() + " ms");
        }
        rejectHeld(now);
        if (resting > 0 && now >= creditAtMs) {
            owed += resting;
            resting = 0;
            around.flushSoon(this);
        }
        return state == State.IDLE || (state == State.RESTING && now >= againAtMs);
    }

    boolean isUnflushed() {
        return unflushed;
    }

    void markUnflushed() {
        unflushed = true;
    }

    /**
     * Gives back the credit of what was settled: some at a time, so that not every message costs a flow frame.
     *
     * @param mayTake whether there is room for more
     */
    void flush(boolean mayTake) {
        unflushed = false;
        boolean worthIt = owed > 0 && (4 * owed >= address.credit() || unsettled == 0);
        if (state == State.OPEN && mayTake && worthIt && !isRetired) {
            link.flow(owed);
            owed = 0;
        }
    }

    /** Gives back what has arrived and was not taken. */
    void releaseArrived() {
        for (InletLink.Arrival arrival = next(); arrival != null; arrival = next()) {
            unsettled++;
            new Receipt(this, link, arrival.delivery()).release();
        }
    }

    private InletLink.Arrival next() {
        return state == State.OPEN ? link.next() : null;
    }
}
