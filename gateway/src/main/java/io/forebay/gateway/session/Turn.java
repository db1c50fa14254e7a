package io.forebay.gateway.session;

import io.forebay.storage.state.StateException;
import io.forebay.storage.state.StateStore;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What one turn of the thread forebay-sessions, its owner, changes and tells: one batch for the store, and for each event
 * loop one parcel that leaves when the batch is committed. What is in memory may be ahead of the store, but nobody is told
 * before the store has it.
 */
final class Turn {
    private static final int BURST_OF_SESSION_MAX = 100;
    private static final int BURST_MAX = 2_000;

    private final StateStore store;
    private final StateStore.Batch batch;
    private final SessionConfig config;
    private final SessionMeters meters;
    private final Memory memory;
    private final Pace pace;
    private final Watches watches;
    private final LongSupplier clockMs;

    private final List<MessageQueue> changed = new ArrayList<>();
    private final IdentityHashMap<ContextInternal, Parcel> parcels = new IdentityHashMap<>();
    private final AtomicLong onTheWay = new AtomicLong();
    private Set<Session> pumped = new LinkedHashSet<>();
    private Set<Session> nextPumped = new LinkedHashSet<>();
    private Set<SharedGroup> pulled = new LinkedHashSet<>();
    private final Set<SharedGroup> nextPulled = new LinkedHashSet<>();
    private final Set<Session> bursting = new LinkedHashSet<>();
    private long nowMs;
    private boolean durable;
    private boolean notYetDurable;

    Turn(StateStore store, SessionConfig config, SessionMeters meters, LongSupplier clockMs) {
        this.store = store;
        this.batch = store.batch();
        this.config = config;
        this.meters = meters;
        this.memory = new Memory(config.memoryBytesMax());
        this.pace = new Pace(config);
        this.watches = new Watches(meters);
        this.clockMs = clockMs;
        nowMs = clockMs.getAsLong();
    }

    void begin() {
        nowMs = clockMs.getAsLong();
    }

    long nowMs() {
        return nowMs;
    }

    SessionConfig config() {
        return config;
    }

    boolean dropsOldest() {
        return config.queueFull() == SessionConfig.QueueFull.DROP_OLDEST;
    }

    SessionMeters meters() {
        return meters;
    }

    Memory memory() {
        return memory;
    }

    Pace pace() {
        return pace;
    }

    Watches watches() {
        return watches;
    }

    void drop(Drop reason, int messages) {
        meters.dropped(reason, messages, nowMs);
    }

    // ---- the store ----

    void put(String table, byte[] key, byte[] value) {
        batch.put(table, key, value);
    }

    void delete(String table, byte[] key) {
        batch.delete(table, key);
    }

    void deleteRange(String table, byte[] from, byte[] to) {
        batch.deleteRange(table, from, to);
    }

    /** As it was when this turn began. */
    byte[] get(String table, byte[] key) {
        return store.get(table, key);
    }

    /** As it was when this turn began. */
    void scan(String table, byte[] from, byte[] to, StateStore.Visitor visitor) {
        store.scan(table, from, to, visitor);
    }

    /** What this turn tells is true only if it outlives a power cut. */
    void mustBeDurable() {
        durable = true;
    }

    void changed(MessageQueue queue) {
        changed.add(queue);
    }

    boolean hasChanges() {
        return !batch.isEmpty();
    }

    boolean isDurable() {
        return durable;
    }

    /** Whether something is committed that a power cut may still take. */
    boolean isBehindDisk() {
        return notYetDurable;
    }

    /** @throws StateException then nothing has changed, and it may be tried again */
    void commit() {
        if (!batch.isEmpty() || durable) {
            store.commit(batch, durable);
            notYetDurable = !durable;
        }
        durable = false;
        changed.forEach(MessageQueue::committed);
        changed.clear();
    }

    // ---- who has to be looked at before the turn ends ----

    /** Something may be sent to this session now. */
    void pump(Session session) {
        pumped.add(session);
    }

    void pumpNextTurn(Session session) {
        nextPumped.add(session);
    }

    /** A member of this group may take something now. */
    void pull(SharedGroup group) {
        pulled.add(group);
    }

    void pullNextTurn(SharedGroup group) {
        nextPulled.add(group);
    }

    /** More of this session's retained messages may be handed over. */
    void burst(Session session) {
        bursting.add(session);
    }

    /** Hands over a part of the retained messages, to each session that has to get some, beginning with who waits longest. */
    void burstAll() {
        int left = BURST_MAX;
        for (Session session : List.copyOf(bursting)) {
            if (left <= 0) {
                return;
            }
            bursting.remove(session);
            left -= BURST_OF_SESSION_MAX;
            if (session.burst() != null) {
                burst(session, session.burst());
            }
        }
    }

    private void burst(Session session, RetainedBurst burst) {
        switch (burst.step(BURST_OF_SESSION_MAX)) {
            case DONE -> session.burst(null);
            case MORE -> bursting.add(session);
            case WAITS -> bursting.remove(session);
        }
    }

    /** Sessions send what they have, then groups what the sessions have room for. */
    void pumpAll() {
        while (!pumped.isEmpty() || !pulled.isEmpty()) {
            Set<Session> sessions = pumped;
            Set<SharedGroup> groups = pulled;
            pumped = new LinkedHashSet<>();
            pulled = new LinkedHashSet<>();
            sessions.forEach(Session::pump);
            groups.forEach(SharedGroup::pull);
        }
        pumped.addAll(nextPumped);
        nextPumped.clear();
        pulled.addAll(nextPulled);
        nextPulled.clear();
    }

    boolean hasMoreToPump() {
        return !pumped.isEmpty() || !pulled.isEmpty() || !bursting.isEmpty();
    }

    // ---- what leaves after the commit ----

    Parcel parcel(ContextInternal context) {
        Parcel parcel = parcels.get(context);
        if (parcel == null) {
            parcel = new Parcel(context, onTheWay);
            parcels.put(context, parcel);
        }
        return parcel;
    }

    /** How many deliveries the event loops have been given and not yet looked at. */
    long onTheWay() {
        return onTheWay.get();
    }

    void dispatch() {
        watches.dispatch();
        if (!parcels.isEmpty()) {
            List<Parcel> leaving = new ArrayList<>(parcels.values());
            parcels.clear();
            leaving.forEach(Parcel::dispatch);
        }
    }

    /** Nothing of this turn has happened. */
    void abandon(Consumer<Task<?>> each) {
        List<Parcel> kept = new ArrayList<>(parcels.values());
        parcels.clear();
        kept.forEach(parcel -> parcel.abandon(each));
    }
}
