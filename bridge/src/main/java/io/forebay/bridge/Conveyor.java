package io.forebay.bridge;

import io.forebay.storage.LogCursor;
import io.forebay.storage.MessageLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owned by the bridge's thread: carries messages from the log to the peer, in turns of bounded length. Knows neither Vert.x
 * nor sockets, so that tests can put any clock and any peer around it.
 */
final class Conveyor implements Peer.Listener, Outlets.Listener, AutoCloseable {
    /** The clocks: monotonic milliseconds and nanoseconds. */
    record Clock(LongSupplier nowMs, LongSupplier nanos) {
        static Clock system() {
            return new Clock(() -> System.nanoTime() / 1_000_000, System::nanoTime);
        }
    }

    /** What the conveyor asks of who runs it. */
    interface Events {
        /** Let there be a {@link #turn} soon. */
        void wake();

        /** Something threw: what is in memory cannot be relied on. */
        void onBug(Throwable bug);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Conveyor.class);
    private static final int SENDS_PER_STEP = 128;
    private static final int READS_PER_STEP = 128;
    private static final long TURN_NANOS = 2_000_000;
    private static final int STEPS_PER_TURN = 16;
    /** A lane that holds messages and has not moved for so long gives them up when memory is short. */
    private static final long HALTED_MS = 1_000;

    private final MessageLog log;
    private final BridgeConfig config;
    private final Peer peer;
    private final RandomGenerator random;
    private final Clock clock;
    private final BridgeMeters meters;
    private final FaultLog faults;
    private final Events events;

    private final Flight.Table flights = new Flight.Table();
    private final Pass pass = new Pass();
    private final PriorityQueue<Lane> inBackoff = new PriorityQueue<>(Comparator.comparingLong(lane -> lane.retryAtMs));
    private final ReadAhead readAhead;
    private final Outlets outlets;
    private final Lanes lanes;
    private final HeadReader head;
    private final CatchUp catchUp;

    private boolean connected;
    private long connectionChangedAtMs = System.currentTimeMillis();
    private boolean stopping;
    private boolean unflushed;
    private long forgotten;
    private long watermarkAtMs;
    private long reliefAtMs;

    Conveyor(
            MessageLog log,
            long from,
            BridgeConfig config,
            Peer peer,
            RandomGenerator random,
            Clock clock,
            BridgeMeters meters,
            FaultLog faults,
            Events events) {
        this.log = log;
        this.config = config;
        this.peer = peer;
        this.random = random;
        this.clock = clock;
        this.meters = meters;
        this.faults = faults;
        this.events = events;
        this.forgotten = from;
        BridgeLimits limits = config.limits();
        readAhead = new ReadAhead(limits.readAheadMessages(), limits.readAheadBytes());
        outlets = new Outlets(config, peer, random, clock.nowMs(), this, faults);
        lanes = new Lanes(readAhead, outlets, pass);
        LogCursor headCursor = log.cursor(from);
        head = new HeadReader(headCursor, lanes, readAhead, limits.lanesMax());
        catchUp = new CatchUp(log.cursor(from), head, lanes, pass, readAhead, clock.nanos());
    }

    /**
     * Sends and reads as much as may be done in one go.
     *
     * @return whether there is more to do at once
     */
    boolean turn() {
        if (!connected || stopping) {
            return false;
        }
        long began = clock.nanos().getAsLong();
        boolean more = true;
        for (int step = 0; more && step < STEPS_PER_TURN; step++) {
            more = step();
            if (clock.nanos().getAsLong() - began > TURN_NANOS) {
                break;
            }
        }
        flush();
        return more;
    }

    private boolean step() {
        long now = clock.nowMs().getAsLong();
        boolean full = send(now);
        if (full || outlets.canSend() || !outlets.worthReading()) {
            return !full && outlets.canSend();
        }
        // Both get their share: a long way to catch up must not stop what is new, nor the other way round.
        int looked = catchUp.read(READS_PER_STEP, now);
        int read = head.read(READS_PER_STEP, now);
        return looked + read > 0;
    }

    /** @return whether the window is full */
    private boolean send(long now) {
        int unsettledMax = config.limits().unsettledMax();
        int sent = 0;
        while (sent < SENDS_PER_STEP && flights.size() < unsettledMax) {
            Outlet outlet = outlets.poll();
            if (outlet == null) {
                break;
            }
            int share = SENDS_PER_STEP / 8;
            while (share > 0 && flights.size() < unsettledMax && outlet.canSend()) {
                share--;
                sent++;
                launch(outlet, outlet.ready.poll(), now);
            }
            outlets.activate(outlet);
        }
        return flights.size() >= unsettledMax;
    }

    private void launch(Outlet outlet, Lane lane, long now) {
        lane.queued = false;
        if (!lane.hasWaiting()) {
            return; // It gave up what it had while it stood in line.
        }
        Flight flight = new Flight(lane, lane.poll(), now, clock.nanos().getAsLong());
        lane.flight = flight;
        lane.movedAtMs = now;
        flights.add(flight);
        unflushed = true;
        outlet.link.send(flight.entry.position, flight.entry.message, outcome -> onOutcome(flight, outcome));
    }

    private void onOutcome(Flight flight, Outcome outcome) {
        if (!flight.isOpen()) {
            return;
        }
        flights.remove(flight);
        meters.onOutcome(outcome, flight.sentAtNanos);
        flight.lane.outlet.onOutcome(flight, clock.nowMs().getAsLong());
        switch (outcome.next()) {
            case ADVANCE -> {
                flight.lane.outlet.attempts = 0;
                flight.lane.movedAtMs = clock.nowMs().getAsLong();
                lanes.settle(flight);
            }
            case RETRY -> backOff(flight, outcome);
        }
        events.wake();
    }

    private void backOff(Flight flight, Outcome outcome) {
        Lane lane = flight.lane;
        lane.attempts++;
        lane.inBackoff = true;
        lane.retryAtMs = clock.nowMs().getAsLong() + config.retry().delayMs(lane.attempts, random);
        inBackoff.add(lane);
        faults.warn(LOG, Refusals.sentence(outcome), Refusals.keys(flight, outcome));
        lanes.evict(flight);
    }

    /** To be called every few milliseconds: everything that happens because time passes. */
    void tick() {
        long now = clock.nowMs().getAsLong();
        while (!inBackoff.isEmpty() && inBackoff.peek().retryAtMs <= now) {
            inBackoff.poll().inBackoff = false;
            pass.recheck();
        }
        boolean linksAnswered = outlets.tick(now, config.settleTimeoutMs());
        if (connected) {
            checkSilence(now, linksAnswered);
        }
        if (now >= reliefAtMs && readAhead.nearlyFull()) {
            reliefAtMs = now + HALTED_MS / 4;
            relieve(now);
        }
        if (now >= watermarkAtMs) {
            watermarkAtMs = now + config.watermarkEveryMs();
            forget();
        }
    }

    private void checkSilence(long now, boolean linksAnswered) {
        if (!linksAnswered) {
            peer.reset("no answer to a link in " + config.settleTimeoutMs() + " ms");
            return;
        }
        for (Flight flight = flights.oldest(); flight != null; flight = flights.after(flight)) {
            if (now - flight.sentAtMs <= config.settleTimeoutMs()) {
                return;
            }
            if (flight.lane.outlet.isSilentAbout(flight, now, config.settleTimeoutMs())) {
                peer.reset("no outcome for a message in " + config.settleTimeoutMs() + " ms");
                return;
            }
        }
    }

    /** Lanes that have come to a halt, on a link without credit or behind a message without outcome, make room. */
    private void relieve(long now) {
        if (!connected || flights.size() >= config.limits().unsettledMax() || !outlets.worthReading()) {
            return;
        }
        for (Lane lane : lanes.all()) {
            if (lane.hasWaiting() && now - lane.movedAtMs > HALTED_MS) {
                if (lane.flight != null) {
                    lane.slow = true;
                } else {
                    lane.outlet.starve();
                }
                lanes.evictWaiting(lane);
            }
        }
        events.wake();
    }

    /** Tells the log what is settled. */
    void forget() {
        long settled = watermark();
        if (settled > forgotten) {
            forgotten = settled;
            log.forgetBefore(settled);
        }
    }

    /** Everything before is settled. */
    long watermark() {
        return lanes.firstUnsettled(head.position());
    }

    @Override
    public void onConnected() {
        connected = true;
        connectionChangedAtMs = System.currentTimeMillis();
        outlets.onConnected();
        unflushed = true;
        events.wake();
    }

    @Override
    public void onDisconnected(String why) {
        connected = false;
        connectionChangedAtMs = System.currentTimeMillis();
        outlets.onDisconnected(why);
        meters.onReconnect();
        meters.onLost(flights.size());
        for (Flight flight = flights.oldest(); flight != null; flight = flights.oldest()) {
            flights.remove(flight);
            lanes.putBack(flight);
        }
        faults.warn(LOG, "The connection to the broker is lost: " + why, "backlog=" + backlog());
    }

    @Override
    public void onConnectFailed(String why) {
        faults.warn(LOG, "The broker cannot be reached: " + why, "backlog=" + backlog());
    }

    @Override
    public void onBug(Throwable bug) {
        events.onBug(bug);
    }

    private long backlog() {
        return log.recordsBetween(forgotten, log.durableEnd());
    }

    @Override
    public void onLinkLost(Outlet outlet) {
        List<Flight> lost = new ArrayList<>();
        for (Flight flight = flights.oldest(); flight != null; flight = flights.after(flight)) {
            if (flight.lane.outlet == outlet) {
                lost.add(flight);
            }
        }
        meters.onLost(lost.size());
        for (Flight flight : lost) {
            flights.remove(flight);
            lanes.evict(flight);
        }
        for (Lane lane : outlet.ready) {
            lane.queued = false;
            lanes.evictWaiting(lane);
        }
        outlet.ready.clear();
    }

    @Override
    public void wake() {
        pass.recheck();
        unflushed = true;
        events.wake();
    }

    private void flush() {
        if (unflushed) {
            unflushed = false;
            peer.flush();
        }
    }

    /** Sends nothing more; outcomes are still heard. */
    void stop() {
        stopping = true;
    }

    boolean isConnected() {
        return connected;
    }

    /** Wall clock. */
    long connectionChangedAtMs() {
        return connectionChangedAtMs;
    }

    /** What the log was last told to forget. */
    long forgotten() {
        return forgotten;
    }

    int unsettled() {
        return flights.size();
    }

    int lanes() {
        return lanes.size();
    }

    int spilledLanes() {
        return lanes.spilledCount();
    }

    List<String> refusedAddresses() {
        return outlets.refused();
    }

    int links() {
        return outlets.links();
    }

    ReadAhead readAhead() {
        return readAhead;
    }

    @Override
    public void close() {
        head.close();
        catchUp.close();
    }
}
