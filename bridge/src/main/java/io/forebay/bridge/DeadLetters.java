package io.forebay.bridge;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owned by the bridge's thread: sends copies of what went into the quarantine to the addresses that routes name for it. A
 * connection of its own, from the first copy on, keeps whatever happens to them away from the lanes. The quarantine has
 * the message: a copy that cannot be sent is given up, counted and logged, and so are those that wait when the gateway ends.
 */
final class DeadLetters implements Peer.Listener {
    /** A connection or link that ended over a message would end over its copy as well. */
    static final Set<String> NOT_SENT = Set.of("connection-ended", "link-ended");

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final int ATTEMPTS_MAX = 5;

    /** A copy and how often it was sent in vain. */
    private static final class Letter {
        final Entry entry;
        int attempts;

        Letter(Entry entry) {
            this.entry = entry;
        }
    }

    private final BridgeConfig config;
    private final Supplier<Peer> peers;
    private final RandomGenerator random;
    private final LongSupplier nowMs;
    private final BridgeMeters meters;
    private final FaultLog faults;
    private final Map<String, Box> boxes = new HashMap<>();
    private Peer peer;
    private boolean connected;
    private boolean closed;
    private long bytes;

    DeadLetters(
            BridgeConfig config,
            Supplier<Peer> peers,
            RandomGenerator random,
            LongSupplier nowMs,
            BridgeMeters meters,
            FaultLog faults) {
        this.config = config;
        this.peers = peers;
        this.random = random;
        this.nowMs = nowMs;
        this.meters = meters;
        this.faults = faults;
    }

    /** The message is in the quarantine. */
    void offer(QuarantinedMessage kept, long sequence, RouteOptions options) {
        if (options.deadLetter().isEmpty() || closed) {
            return;
        }
        Letter letter = new Letter(Entry.deadLetter(kept, sequence));
        if (NOT_SENT.contains(kept.condition())) {
            drop(letter, "the broker ended the connection or link over it");
        } else if (bytes + letter.entry.bytes > config.deadLettersBytesMax()) {
            drop(letter, "too many wait, see amqp.dead-letters-size-max");
        } else {
            bytes += letter.entry.bytes;
            Box box = boxes.computeIfAbsent(options.deadLetter(), address -> new Box(address, options));
            box.waiting.add(letter);
            if (peer == null) {
                peer = peers.get();
                peer.connect(this);
            }
            box.pump();
        }
    }

    private void drop(Letter letter, String why) {
        meters.onDeadLetter("given-up");
        faults.warn(
                LOG,
                "A copy for the dead-letter address is given up, the quarantine has the message: " + why,
                "position=" + letter.entry.position);
    }

    private void giveUp(Letter letter, String why) {
        bytes -= letter.entry.bytes;
        drop(letter, why);
    }

    /** To be called every few milliseconds. */
    void tick() {
        if (connected) {
            boxes.values().forEach(Box::pump);
            if (boxes.values().stream().anyMatch(Box::isSilent)) {
                peer.reset("no outcome for a dead letter in " + config.settleTimeoutMs() + " ms");
            }
        }
    }

    @Override
    public void onConnected() {
        connected = true;
        boxes.values().forEach(Box::pump);
    }

    @Override
    public void onDisconnected(String why) {
        connected = false;
        boxes.values().forEach(box -> box.lose(why));
        faults.warn(LOG, "The connection for dead letters is lost: " + why, "for=dead-letters");
    }

    @Override
    public void onConnectFailed(String why) {
        faults.warn(LOG, "The broker cannot be reached: " + why, "for=dead-letters");
    }

    /** Nobody waits for copies: they are forgotten, and the next one begins anew. */
    @Override
    public void onBug(Throwable bug) {
        if (peer != null) {
            LOG.error("Copies for dead-letter addresses are given up after a failure", bug);
            Future<Void> ended = abandon("of a failure of the gateway");
            ended.onFailure(cause -> LOG.debug("The connection for dead letters did not close", cause));
        }
    }

    private Future<Void> abandon(String why) {
        List<Box> all = new ArrayList<>(boxes.values());
        boxes.clear();
        connected = false;
        all.forEach(box -> box.abandon(why));
        Peer old = peer;
        peer = null;
        return old == null ? Future.succeededFuture() : old.close();
    }

    /** Gives up what still waits; succeeds when the connection is closed. */
    Future<Void> close() {
        closed = true;
        return abandon("the gateway stops");
    }

    /** One address, its link if it has one, and what is to go there. */
    private final class Box implements PeerLink.Listener {
        private final String address;
        private final RouteOptions options;
        private final ArrayDeque<Letter> waiting = new ArrayDeque<>();
        private final Set<Letter> inFlight = new LinkedHashSet<>();
        private PeerLink link;
        private boolean open;
        private int failures;
        private long againAtMs;
        /** When it last attached, sent or heard something. */
        private long movedAtMs;

        Box(String address, RouteOptions options) {
            this.address = address;
            this.options = options;
        }

        void pump() {
            long now = nowMs.getAsLong();
            if (!connected || waiting.isEmpty() || now < againAtMs) {
                return;
            }
            if (link == null) {
                movedAtMs = now;
                link = peer.attach(address, options, this);
            }
            while (open && now >= againAtMs && !waiting.isEmpty() && link.credit() > 0) {
                Letter letter = waiting.poll();
                inFlight.add(letter);
                movedAtMs = now;
                link.send(letter.entry, outcome -> onOutcome(letter, outcome));
            }
            peer.flush();
        }

        boolean isSilent() {
            boolean isWaited = !inFlight.isEmpty() || (link != null && !open);
            return isWaited && nowMs.getAsLong() - movedAtMs > config.settleTimeoutMs();
        }

        private void onOutcome(Letter letter, Outcome outcome) {
            if (!inFlight.remove(letter)) {
                return;
            }
            movedAtMs = nowMs.getAsLong();
            boolean isSendable = !(outcome instanceof Outcome.TooLarge || outcome instanceof Outcome.Unencodable);
            if (outcome.next() == Outcome.Next.ADVANCE) {
                bytes -= letter.entry.bytes;
                failures = 0;
                meters.onDeadLetter(outcome.name());
            } else if (isSendable) {
                again(letter, outcome.name() + " " + Refusals.description(outcome));
                rest();
            } else {
                giveUp(letter, outcome.name());
            }
        }

        private void again(Letter letter, String why) {
            letter.attempts++;
            if (letter.attempts < ATTEMPTS_MAX) {
                waiting.addFirst(letter);
            } else {
                giveUp(letter, why.strip());
            }
        }

        private void rest() {
            failures++;
            againAtMs = nowMs.getAsLong() + config.rejectedRetry().delayMs(failures, random);
        }

        /** The link is gone, and with it what becomes of that which is on it. */
        void lose(String why) {
            if (link != null) {
                rest();
            }
            link = null;
            open = false;
            List<Letter> lost = new ArrayList<>(inFlight);
            inFlight.clear();
            for (int i = lost.size() - 1; i >= 0; i--) {
                again(lost.get(i), why);
            }
        }

        void abandon(String why) {
            link = null;
            open = false;
            waiting.addAll(inFlight);
            inFlight.clear();
            waiting.forEach(letter -> giveUp(letter, why));
            waiting.clear();
        }

        @Override
        public void onOpen() {
            open = link != null;
            movedAtMs = nowMs.getAsLong();
            pump();
        }

        @Override
        public void onCredit() {
            pump();
        }

        @Override
        public void onClosed(String why) {
            lose(why);
            faults.warn(LOG, "The broker ended a link for dead letters: " + why, "address=" + address);
        }
    }
}
