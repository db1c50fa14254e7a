package io.forebay.bridge;

import io.forebay.storage.LogCursor;
import io.forebay.storage.ReadableLog;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owned by the bridge's thread: carries messages from the log to the peer, in turns of bounded length. Knows neither Vert.x
 * nor sockets, so that tests can put any clock and any peer around it.
 */
final class Conveyor implements Peer.Listener, Outlets.Listener, Suspects.Court, AutoCloseable {
    /** The clocks: monotonic milliseconds and nanoseconds, and milliseconds since 1970. */
    record Clock(LongSupplier nowMs, LongSupplier nanos, LongSupplier wallMs) {
        static Clock system() {
            return new Clock(() -> System.nanoTime() / 1_000_000, System::nanoTime, System::currentTimeMillis);
        }
    }

    /**
     * What it works with.
     *
     * @param target whose messages it carries
     * @param quarantine completes on the bridge's thread
     * @param sequences so does this
     */
    record Setup(
            ReadableLog log,
            BridgeConfig config,
            String target,
            Peer peer,
            Quarantine quarantine,
            SequenceStore sequences,
            RandomGenerator random,
            Clock clock,
            BridgeMeters meters,
            FaultLog faults,
            Settlements settlements,
            Shares shares,
            Events events) {}

    /** What the conveyor asks of who runs it. */
    interface Events {
        /** Let there be a {@link #turn} soon. */
        void wake();

        /** Everything before that goes to the target is settled, and that is saved. */
        void onForgotten(long position);

        /** The same of segments that stand after that position: they hold nothing that is not settled. */
        void onUnneeded(List<Integer> segments);

        /** A message is in the quarantine, durably. */
        default void onQuarantined(QuarantinedMessage kept, long sequence, RouteOptions options) {}

        /** Something threw: what is in memory cannot be relied on. */
        void onBug(Throwable bug);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Conveyor.class);
    private static final int SENDS_PER_STEP = 128;
    private static final int READS_PER_STEP = 128;
    private static final long TURN_NANOS = 2_000_000;
    private static final int STEPS_PER_TURN = 16;
    /** In each tick, beside sending, or where there is nobody to send to. */
    private static final long COUNT_NANOS = 300_000;

    private static final long COUNT_ALONE_NANOS = 5_000_000;
    /** A lane that holds messages and has not moved for so long gives them up when memory is short. */
    private static final long HALTED_MS = 1_000;

    private final Setup setup;
    private final Peer peer;
    private final Clock clock;
    private final Flight.Table flights;
    private final Pass pass = new Pass();
    private final Pass dropsPass = new Pass();
    private final ReadAhead readAhead;
    private final Outlets outlets;
    private final Lanes lanes;
    private final Suspects suspects;
    private final Landings landings;
    private final Endings endings;
    private final QuarantinedEarlier quarantined;
    private final Batches batches;
    private final SilenceWatch silence;
    private final HeadReader head;
    private final CatchUp catchUp;
    private final Census census;
    private final Drops drops;
    private final Watermark watermark;
    private final int unsettledMax;

    private boolean connected;
    private long connectionChangedAtMs = System.currentTimeMillis();
    private boolean stopping;
    private boolean unflushed;
    private long watermarkAtMs;
    private long reliefAtMs;

    /** @param quarantined what the quarantine held by now, from that position on: it is not sent again */
    Conveyor(Setup setup, long from, QuarantinedEarlier quarantined) {
        this.setup = setup;
        this.quarantined = quarantined;
        this.peer = setup.peer();
        this.clock = setup.clock();
        BridgeConfig config = setup.config();
        BridgeLimits limits = config.limits();
        unsettledMax = limits.unsettledMax();
        readAhead = new ReadAhead(limits.readAheadMessages(), limits.readAheadBytes());
        outlets = new Outlets(config, setup.target(), peer, setup.random(), clock.nowMs(), this, setup.faults());
        suspects = new Suspects(outlets, config.rejectedRetry(), setup.random(), clock.nowMs());
        Sequences sequences = new Sequences(
                setup.sequences(),
                config.sequences(),
                setup.log().durableEnd(),
                setup.target(),
                outlets.routes().fingerprint());
        lanes = new Lanes(
                readAhead,
                outlets,
                pass,
                dropsPass,
                sequences,
                new Tally(setup.shares().all().size(), from));
        endings = new Endings(config.outcomesKeptMax(), setup.log().durableEnd());
        landings = new Landings(setup, lanes, suspects, pass, endings);
        flights = landings.flights();
        batches = new Batches(setup, lanes, landings, quarantined, this::wroteSome);
        silence = new SilenceWatch(flights, batches, peer, config.settleTimeoutMs());
        LogCursor headCursor = setup.log().cursor(from);
        head = new HeadReader(
                headCursor,
                lanes,
                readAhead,
                sequences,
                limits.lanesMax(),
                setup.log()::durableEnd,
                setup.target().equals(BridgeConfig.DEFAULT_TARGET) ? setup.meters()::onUnrouted : () -> {});
        catchUp = new CatchUp(setup.log().cursor(from), head, lanes, pass, readAhead, clock.nanos(), this::forgotten);
        census = new Census(
                setup.log().cursor(from),
                lanes,
                setup.shares(),
                setup.target(),
                setup.log()::durableEnd,
                clock.nanos());
        drops = new Drops(
                setup, setup.log().cursor(from), head, lanes, dropsPass, endings, this::tellWaiting, this::forgotten);
        watermark = new Watermark(
                from,
                sequences,
                lanes.tally(),
                this::settledUpTo,
                setup.events()::onForgotten,
                setup.events()::onUnneeded,
                setup.faults(),
                setup.events()::wake);
    }

    /**
     * Sends and reads as much as may be done in one go.
     *
     * @return whether there is more to do at once
     */
    boolean turn() {
        tellWaiting();
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
        // While all is busy sending, too, it goes on to what is new.
        if (!more
                && outlets.worthReading()
                && head.read(READS_PER_STEP, clock.nowMs().getAsLong()) > 0) {
            setup.events().wake();
        }
        flush();
        return more;
    }

    private void tellWaiting() {
        setup.settlements().tell(this::settledBefore);
    }

    /** Before this the lane has nothing unsettled. */
    private long settledBefore(Object laneKey) {
        Lane lane = lanes.byKey(laneKey);
        return lane == null ? head.position() : Math.min(head.position(), lane.firstUnsettled());
    }

    /** What tells lanes apart, for a message of client id, NUL, topic. */
    Object laneKey(String clientAndTopic) {
        return outlets.routes().laneKey(clientAndTopic);
    }

    /** What is known of a message with this key. */
    MessageFate fate(String key, long position) {
        Routes.Place place = lanes.placeOf(key);
        if (place == null) {
            return MessageFate.of(MessageFate.State.UNROUTED, setup.target(), "");
        }
        Lane lane = lanes.of(key);
        long since = clock.wallMs().getAsLong() - clock.nowMs().getAsLong();
        MessageFate.State otherwise =
                position < head.position() ? MessageFate.State.SETTLED : MessageFate.State.ON_DISK;
        MessageFate unlisted = MessageFate.of(otherwise, setup.target(), place.address());
        MessageFate fate = lane == null ? unlisted : lane.fate(position, since, unlisted);
        return fate.state() == MessageFate.State.SETTLED ? endings.tell(fate, position) : fate;
    }

    /** A settled message has ended in another way since. */
    void onLater(long position, Endings.Ending ending) {
        endings.add(position, ending);
    }

    private boolean step() {
        long now = clock.nowMs().getAsLong();
        boolean full = send();
        if (full || outlets.canSend() || !outlets.worthReading()) {
            return !full && outlets.canSend();
        }
        // Both get their share: a long way to catch up must not stop what is new, nor the other way round.
        int looked = catchUp.read(READS_PER_STEP, now);
        int read = head.read(READS_PER_STEP, now);
        return looked + read > 0;
    }

    /** @return whether the window is full */
    private boolean send() {
        int sent = 0;
        while (sent < SENDS_PER_STEP && unsettled() < unsettledMax) {
            Outlet outlet = outlets.poll();
            if (outlet == null) {
                break;
            }
            int share = SENDS_PER_STEP / 8;
            while (share > 0 && unsettled() < unsettledMax && outlet.canSend()) {
                share--;
                sent++;
                launch(outlet, outlet.ready.poll());
            }
            outlets.activate(outlet);
        }
        return unsettled() >= unsettledMax;
    }

    private void launch(Outlet outlet, Lane lane) {
        lane.queued = false;
        if (!lane.maySend()) {
            return; // It gave up what it had while it stood in line.
        }
        if (quarantined.holds(lane.peek())) {
            landings.passOver(lane);
            return;
        }
        if (drops.mustNotSend(lane) || !suspects.passes(lane)) {
            return; // It gives up what it has, or has to wait for a trial.
        }
        if (batches.begin(lane)) {
            unflushed = true;
            return;
        }
        Flight flight = landings.launch(lane);
        lanes.offer(lane);
        unflushed = true;
        outlet.link.send(flight.entry, outcome -> landings.onOutcome(flight, outcome));
    }

    @Override
    public boolean isQuiet() {
        return flights.size() == 0;
    }

    @Override
    public boolean hasRoom() {
        return unsettled() < unsettledMax;
    }

    @Override
    public void launch(Lane lane) {
        launch(lane.outlet, lane);
        setup.events().wake();
    }

    /** To be called every few milliseconds: everything that happens because time passes. */
    void tick() {
        long now = clock.nowMs().getAsLong();
        landings.tick(now);
        boolean linksAnswered = outlets.tick(now, silence.timeoutMs());
        if (connected) {
            silence.check(now, linksAnswered);
        }
        if (connected && !stopping) {
            suspects.tick(this);
        }
        if (now >= reliefAtMs && readAhead.nearlyFull()) {
            reliefAtMs = now + HALTED_MS / 4;
            relieve(now);
        }
        census.catchUp(connected ? COUNT_NANOS : COUNT_ALONE_NANOS);
        drops.tick(now);
        lanes.letGoAhead();
        census.publish();
        if (now >= watermarkAtMs) {
            watermarkAtMs = now + setup.config().watermarkEveryMs();
            watermark.advance();
        }
    }

    /** Lanes that have come to a halt, on a link without credit or behind a message without outcome, make room. */
    private void relieve(long now) {
        if (!connected || unsettled() >= unsettledMax || !outlets.worthReading()) {
            return;
        }
        for (Lane lane : lanes.all()) {
            if (lane.hasWaiting() && now - lane.movedAtMs > HALTED_MS) {
                if (lane.inFlight() > 0) {
                    lane.slow = true;
                    lanes.evictWaiting(lane);
                } else {
                    lane.outlet.starve();
                    lanes.evictAll(lane);
                }
            }
        }
        setup.events().wake();
    }

    /** @return completes when all that is settled by now is saved, or cannot be */
    Future<Void> forget() {
        return watermark.advanceAll();
    }

    /** Everything before is settled. */
    long settledUpTo() {
        return lanes.firstUnsettled(head.position());
    }

    @Override
    public void onConnected() {
        connected = true;
        connectionChangedAtMs = System.currentTimeMillis();
        head.freshFrom(setup.log().durableEnd());
        outlets.onConnected();
        suspects.onConnected();
        unflushed = true;
        setup.events().wake();
    }

    @Override
    public void onDisconnected(String why) {
        connected = false;
        connectionChangedAtMs = System.currentTimeMillis();
        outlets.onDisconnected(why);
        suspects.onGone(null);
        setup.meters().onReconnect();
        batches.onDisconnected();
        landings.onDisconnected(why);
        setup.faults().warn(LOG, "The connection to the broker is lost: " + why, "backlog=" + backlog());
    }

    @Override
    public void onConnectFailed(String why) {
        setup.faults().warn(LOG, "The broker cannot be reached: " + why, "backlog=" + backlog());
    }

    @Override
    public void onBug(Throwable bug) {
        setup.events().onBug(bug);
    }

    private long backlog() {
        return setup.log().recordsBetween(watermark.forgotten(), setup.log().durableEnd());
    }

    @Override
    public void onLinkLost(Outlet outlet, String why) {
        suspects.onGone(outlet);
        batches.onLinkLost(outlet);
        landings.onLinkLost(outlet, why);
        for (Lane lane : outlet.ready) {
            lane.queued = false;
            lanes.evictAll(lane);
        }
        outlet.ready.clear();
    }

    @Override
    public void wake() {
        pass.recheck();
        unflushed = true;
        setup.events().wake();
    }

    private void wroteSome() {
        unflushed = true;
        setup.events().wake();
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
        return watermark.forgotten();
    }

    int unsettled() {
        return landings.unsettled();
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
        watermark.close();
        landings.close();
        head.close();
        catchUp.close();
        census.close();
        drops.close();
    }
}
