package io.forebay.bridge.downlink;

import io.forebay.bridge.FaultLog;
import io.forebay.bridge.Peer;
import io.forebay.bridge.amqp.AmqpPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.qpid.proton.amqp.Symbol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owned by the downlink's thread: all inlets, and the connection that they are attached on. */
final class Inlets implements Peer.Listener, Inlet.Surroundings {
    private static final Logger LOG = LoggerFactory.getLogger(Inlets.class);
    private static final int REFUSED_SHOWN = 10;
    /** A message that arrives in parts must fit into the window beside what is not read yet. */
    private static final int SESSION_SLACK_BYTES = 1 << 20;

    private final AmqpPeer peer;
    private final Symbol[] capabilities;
    private final Consumer<Runnable> atEndOfTurn;
    private final Consumer<Throwable> onBug;
    private final LongSupplier nowMs;
    private final DownlinkMeters meters;
    private final FaultLog faults;

    private final List<InletSession> fixed = new ArrayList<>();
    private final DeviceInlets devices;
    private final List<Inlet> unflushed = new ArrayList<>();
    private Intake intake;
    private boolean isConnected;
    private boolean isStopping;
    private long connectionChangedAtMs = System.currentTimeMillis();

    Inlets(
            AmqpPeer peer,
            DownlinkConfig config,
            List<String> sourceCapabilities,
            Consumer<Runnable> atEndOfTurn,
            Consumer<Throwable> onBug,
            LongSupplier nowMs,
            RandomGenerator random,
            DownlinkMeters meters,
            FaultLog faults) {
        this.peer = peer;
        this.capabilities = sourceCapabilities.stream().map(Symbol::valueOf).toArray(Symbol[]::new);
        this.atEndOfTurn = atEndOfTurn;
        this.onBug = onBug;
        this.nowMs = nowMs;
        this.meters = meters;
        this.faults = faults;
        for (DownlinkAddress address : config.addresses()) {
            if (!address.isPerDevice()) {
                InletSession session = new InletSession(config.messageBytesMax() + SESSION_SLACK_BYTES);
                session.add(new Inlet(address, Optional.empty(), config, this, random));
                fixed.add(session);
            }
        }
        devices = new DeviceInlets(config, this, random);
    }

    DeviceInlets devices() {
        return devices;
    }

    private Stream<InletSession> sessions() {
        return Stream.concat(fixed.stream(), devices.sessions().stream());
    }

    private Stream<Inlet> all() {
        return sessions().flatMap(session -> session.inlets().stream());
    }

    void start(Intake into) {
        intake = into;
        peer.connect(this);
    }

    /** To be called every few milliseconds: everything that happens because time passes. */
    void tick() {
        onConnection(devices::tick);
        sessions().forEach(this::tick);
    }

    private void tick(InletSession session) {
        boolean mayAttach = isConnected && !isStopping;
        onConnection(() -> session.tick(mayAttach ? peer.connection() : null, capabilities, this));
    }

    /** There is room in the log again. */
    void onRoom() {
        all().forEach(Inlet::readOn);
        all().forEach(this::flushSoon);
    }

    @Override
    public long nowMs() {
        return nowMs.getAsLong();
    }

    @Override
    public boolean mayTake() {
        return !isStopping && intake.mayTake();
    }

    @Override
    public void take(Receipt receipt, InletLink.Arrival arrival) {
        peer.onDecided();
        intake.take(receipt, arrival);
    }

    @Override
    public void flushSoon(Inlet inlet) {
        if (unflushed.isEmpty()) {
            atEndOfTurn.accept(this::flush);
        }
        if (!inlet.isUnflushed()) {
            inlet.markUnflushed();
            unflushed.add(inlet);
        }
    }

    private void flush() {
        boolean mayTake = mayTake();
        List<Inlet> those = List.copyOf(unflushed);
        unflushed.clear();
        onConnection(() -> those.forEach(inlet -> inlet.flush(mayTake)));
        peer.flush();
    }

    /** Proton writes to the socket at once, and that may be closed before anybody has said so. */
    private void onConnection(Runnable work) {
        try {
            work.run();
        } catch (IllegalStateException socketClosed) {
            peer.reset("the socket is closed");
        }
    }

    /** Links to devices are attached one after the other: not one for each tick. */
    @Override
    public void onLinkOpen(Inlet inlet) {
        InletSession session = devices.sessionOf(inlet);
        if (session != null) {
            tick(session);
        }
    }

    @Override
    public void onLinkEnded(Inlet inlet, String why) {
        faults.warn(LOG, "The broker does not let us listen to an address: " + why, "address=" + inlet.name());
    }

    @Override
    public void guarded(Runnable callback) {
        peer.guarded(callback);
    }

    // ---- the connection ----

    @Override
    public void onConnected() {
        isConnected = true;
        connectionChangedAtMs = System.currentTimeMillis();
        tick();
    }

    @Override
    public void onDisconnected(String why) {
        isConnected = false;
        connectionChangedAtMs = System.currentTimeMillis();
        meters.onReconnect();
        sessions().forEach(InletSession::forget);
        faults.warn(LOG, "The connection to the broker is lost: " + why, "for=downlink");
    }

    @Override
    public void onConnectFailed(String why) {
        faults.warn(LOG, "The broker cannot be reached: " + why, "for=downlink");
    }

    @Override
    public void onBug(Throwable bug) {
        onBug.accept(bug);
    }

    // ---- the end ----

    /** Takes nothing more; what is with the log is still settled. */
    void stop() {
        isStopping = true;
    }

    /** Whether everything that was taken is settled. */
    boolean isDone() {
        return intake.waiting() == 0;
    }

    void close() {
        onConnection(() -> {
            all().forEach(Inlet::releaseArrived);
            sessions().forEach(InletSession::close);
        });
    }

    // ---- for the status ----

    boolean isConnected() {
        return isConnected;
    }

    /** Wall clock. */
    long connectionChangedAtMs() {
        return connectionChangedAtMs;
    }

    int links() {
        return (int) all().filter(inlet -> inlet.state() == Inlet.State.OPEN).count();
    }

    int unsettled() {
        return all().mapToInt(Inlet::unsettled).sum();
    }

    List<String> refused() {
        return all().filter(inlet -> inlet.state() == Inlet.State.RESTING)
                .limit(REFUSED_SHOWN)
                .map(inlet -> inlet.name() + ": " + inlet.trouble())
                .toList();
    }
}
