package io.forebay.bridge;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owned by the bridge's thread: the addresses that lanes send to, and a link for each as long as there are not too many.
 * An address without lanes keeps its link until somebody else needs it; one whose link the peer ended rests, then tries
 * again.
 */
final class Outlets {
    /** Told when the peer ends a link: what was on it is unsettled again. */
    interface Listener {
        void onLinkLost(Outlet outlet, String why);

        /** There may be something to do. */
        void wake();
    }

    /** A suspect that is guilty costs all others a reconnect with each attempt. */
    private static final Backoff SUSPECT_BACKOFF = new Backoff(1_000, 60_000);

    /** What the others have of a new connection before a suspect may end it. */
    private static final long OTHERS_FIRST_MS = 500;

    private static final int REFUSED_SHOWN = 3;
    private static final Logger LOG = LoggerFactory.getLogger(Outlets.class);

    private final Map<Routes.Place, Outlet> byPlace = new HashMap<>();
    private final ArrayDeque<Outlet> active = new ArrayDeque<>();
    private final ArrayDeque<Outlet> queued = new ArrayDeque<>();
    private final Set<Outlet> opening = new HashSet<>();
    private final Set<Outlet> resting = new HashSet<>();
    private final Routes routes;
    private final Peer peer;
    private final String target;
    private final int linksMax;
    private final Backoff backoff;
    private final RandomGenerator random;
    private final LongSupplier nowMs;
    private final Listener listener;
    private final FaultLog faults;
    /** A message is tried alone on the connection, or on the link of one outlet; see {@link Suspects}. */
    private boolean allHeld;

    private Outlet held;
    private boolean connected;
    private int links;

    Outlets(
            BridgeConfig config,
            String target,
            Peer peer,
            RandomGenerator random,
            LongSupplier nowMs,
            Listener listener,
            FaultLog faults) {
        this.routes = config.routing();
        this.target = target;
        this.peer = peer;
        this.linksMax = config.limits().linksMax();
        this.backoff = config.retry();
        this.random = random;
        this.nowMs = nowMs;
        this.listener = listener;
        this.faults = faults;
    }

    int links() {
        return links;
    }

    Collection<Outlet> all() {
        return byPlace.values();
    }

    Routes routes() {
        return routes;
    }

    /** Whether it is us who carry what goes there. */
    boolean has(Routes.Place place) {
        return place.target().equals(target);
    }

    Outlet of(Routes.Place place) {
        Outlet outlet = byPlace.computeIfAbsent(place, Outlet::new);
        if (connected && outlet.state == Outlet.State.CLOSED) {
            open(outlet);
        }
        return outlet;
    }

    /** A lane of it is idle. */
    void left(Outlet outlet) {
        outlet.lanes--;
        outlet.usedAtMs = nowMs.getAsLong();
        if (outlet.lanes > 0) {
            return;
        }
        if (outlet.state == Outlet.State.CLOSED) {
            byPlace.remove(outlet.place);
        } else if (outlet.state == Outlet.State.OPEN && !queued.isEmpty()) {
            closeIdle(outlet);
        }
    }

    void activate(Outlet outlet) {
        if (!outlet.active && outlet.canSend()) {
            outlet.active = true;
            active.add(outlet);
        }
    }

    /** The next outlet that can send, or null; the caller hands it back by {@link #activate}. */
    Outlet poll() {
        while (!allHeld && !active.isEmpty()) {
            Outlet outlet = active.poll();
            outlet.active = false;
            if (outlet.canSend()) {
                return outlet;
            }
        }
        return null;
    }

    boolean canSend() {
        return !allHeld && !active.isEmpty();
    }

    /** Sends nothing more on this one, or with null on any, until {@link #release}. */
    void hold(Outlet outlet) {
        if (outlet == null) {
            allHeld = true;
        } else {
            outlet.held = true;
            held = outlet;
        }
    }

    void release() {
        allHeld = false;
        if (held != null) {
            held.held = false;
            activate(held);
            held = null;
        }
        listener.wake();
    }

    /**
     * Whether reading on can find something to send. It cannot if every address that the routes know is here and has no
     * credit.
     */
    boolean worthReading() {
        if (!connected) {
            return false;
        }
        if (byPlace.size() < routes.placesMax(target)) {
            return true;
        }
        for (Outlet outlet : byPlace.values()) {
            if (outlet.state == Outlet.State.OPENING || outlet.credit() > 0) {
                return true;
            }
        }
        return false;
    }

    void onConnected() {
        connected = true;
        long othersFirst = nowMs.getAsLong() + OTHERS_FIRST_MS;
        for (Outlet outlet : resting) {
            if (outlet.suspect) {
                outlet.reopenAtMs = Math.max(outlet.reopenAtMs, othersFirst);
            }
        }
        for (Outlet outlet : new ArrayList<>(byPlace.values())) {
            if (outlet.state == Outlet.State.CLOSED && outlet.lanes > 0) {
                open(outlet);
            }
        }
    }

    /**
     * A link that was not answered yet rests, as a suspect: it may be the reason. Some brokers end the session or the
     * connection over an address that they do not take, and all links with it. Suspects are tried one at a time, so that
     * the innocent ones clear themselves and the guilty one rests ever longer while the others go on.
     */
    void onDisconnected(String why) {
        connected = false;
        links = 0;
        active.clear();
        queued.clear();
        opening.clear();
        for (Outlet outlet : new ArrayList<>(byPlace.values())) {
            outlet.active = false;
            outlet.link = null;
            outlet.events = null;
            outlet.fed();
            if (outlet.state == Outlet.State.OPENING) {
                outlet.suspect = true;
                rest(outlet, SUSPECT_BACKOFF, why);
            } else if (outlet.state != Outlet.State.RESTING) {
                outlet.state = Outlet.State.CLOSED;
            }
            if (outlet.lanes == 0) {
                byPlace.remove(outlet.place);
                resting.remove(outlet);
            }
        }
    }

    /** Opens again what has rested, and tells whether a link has been waited for longer than {@code openTimeoutMs}. */
    boolean tick(long now, long openTimeoutMs) {
        if (routes.refill(now)) {
            byPlace.values().forEach(this::activate);
        }
        for (Outlet outlet : List.copyOf(resting)) {
            boolean mustWait = outlet.suspect && connected && !opening.isEmpty();
            if (outlet.reopenAtMs <= now && !mustWait) {
                resting.remove(outlet);
                outlet.state = Outlet.State.CLOSED;
                if (outlet.lanes == 0) {
                    byPlace.remove(outlet.place);
                } else if (connected) {
                    open(outlet);
                }
            }
        }
        for (Outlet outlet : opening) {
            if (now - outlet.attachedAtMs > openTimeoutMs) {
                return false;
            }
        }
        return true;
    }

    private void open(Outlet outlet) {
        if (links >= linksMax) {
            closeLeastUsed();
        }
        if (links >= linksMax) { // Also if another one, that has waited for longer, has got the place.
            outlet.state = Outlet.State.QUEUED;
            queued.add(outlet);
            return;
        }
        links++;
        outlet.state = Outlet.State.OPENING;
        outlet.attachedAtMs = nowMs.getAsLong();
        opening.add(outlet);
        outlet.events = new LinkEvents(outlet);
        outlet.link = peer.attach(outlet.address, outlet.options, outlet.events);
    }

    private void closeLeastUsed() {
        Outlet least = null;
        for (Outlet outlet : byPlace.values()) {
            boolean idle = outlet.state == Outlet.State.OPEN && outlet.lanes == 0;
            if (idle && (least == null || outlet.usedAtMs < least.usedAtMs)) {
                least = outlet;
            }
        }
        if (least != null) {
            closeIdle(least);
        }
    }

    private void closeIdle(Outlet outlet) {
        outlet.link.close();
        outlet.link = null;
        outlet.events = null;
        outlet.state = Outlet.State.CLOSED;
        byPlace.remove(outlet.place);
        freeSlot();
    }

    private void freeSlot() {
        links--;
        while (links < linksMax && !queued.isEmpty()) {
            Outlet next = queued.poll();
            next.state = Outlet.State.CLOSED;
            if (next.lanes > 0) {
                open(next);
            } else {
                byPlace.remove(next.place);
            }
        }
    }

    /** Addresses that wait because the broker did not take them, each with the reason; a few of them, if there are many. */
    List<String> refused() {
        return resting.stream()
                .limit(REFUSED_SHOWN)
                .map(outlet -> outlet.address + ": " + outlet.trouble)
                .toList();
    }

    private void rest(Outlet outlet, Backoff pause, String why) {
        outlet.attempts++;
        outlet.trouble = why;
        outlet.reopenAtMs = nowMs.getAsLong() + pause.delayMs(outlet.attempts, random);
        outlet.state = Outlet.State.RESTING;
        resting.add(outlet);
    }

    /** What the peer says about one link; deaf once the outlet has another one or none. */
    private final class LinkEvents implements PeerLink.Listener {
        private final Outlet outlet;

        LinkEvents(Outlet outlet) {
            this.outlet = outlet;
        }

        private boolean isStale() {
            return outlet.events != this;
        }

        @Override
        public void onOpen() {
            if (!isStale()) {
                opening.remove(outlet);
                outlet.suspect = false;
                outlet.state = Outlet.State.OPEN;
                outlet.openedAtMs = nowMs.getAsLong();
                if (outlet.lanes == 0 && !queued.isEmpty()) {
                    closeIdle(outlet); // Its lanes left before it was answered, and others wait for a place.
                } else {
                    activate(outlet);
                }
                listener.wake();
            }
        }

        @Override
        public void onCredit() {
            if (!isStale()) {
                outlet.fed();
                activate(outlet);
                listener.wake();
            }
        }

        @Override
        public void onClosed(String why) {
            if (isStale()) {
                return;
            }
            opening.remove(outlet);
            outlet.link = null;
            outlet.events = null;
            rest(outlet, backoff, why);
            faults.warn(LOG, "The broker ended a link: " + why, "address=" + outlet.address);
            listener.onLinkLost(outlet, why);
            freeSlot();
            listener.wake();
        }
    }
}
