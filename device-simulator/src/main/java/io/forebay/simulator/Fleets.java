package io.forebay.simulator;

import io.forebay.simulator.ledger.Ledger;
import io.forebay.simulator.scenario.FleetSpec;
import io.forebay.simulator.scenario.PhaseSpec;
import io.forebay.simulator.scenario.Scenario;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * All fleets of a run and the clock by which they publish. Owned by the event loop of the run; every method is called
 * there.
 */
final class Fleets {
    private static final long TICK_MS = 1;
    private static final long KEEP_ALIVE_SWEEP_MS = 5_000;

    private final Vertx vertx;
    private final Ledger ledger;
    private final MicroClock clock;
    private final PhaseClock phases;
    private final FleetStatistics statistics = new FleetStatistics();
    private final List<Fleet> fleets = new ArrayList<>();
    private final List<HostileDevice> hostile = new ArrayList<>();
    private final List<Long> timers = new ArrayList<>();
    private int honest;
    private long startUs;
    private boolean publishing;
    private int stormPhase = -1;
    private double stormedAt;

    Fleets(Vertx vertx, Scenario scenario, MqttTarget target, Ledger ledger, MicroClock clock) {
        this.vertx = vertx;
        this.ledger = ledger;
        this.clock = clock;
        phases = new PhaseClock(scenario.phases());
        ConnectGate gate = new ConnectGate(scenario.limits().handshakesMax());
        Random seeds = new Random(scenario.seed());
        List<FleetSetup> setups = new ArrayList<>();
        int firstDevice = 0;
        for (FleetSpec spec : scenario.fleets()) {
            setups.add(new FleetSetup(
                    vertx,
                    new Dialler(
                            vertx, target, spec.connection(), scenario.limits().connect()),
                    spec,
                    firstDevice,
                    scenario.limits().dueMax(),
                    ledger,
                    clock,
                    gate,
                    statistics,
                    new Random(seeds.nextLong())));
            firstDevice += spec.devices();
        }
        setups.forEach(setup -> add(setup, setups, seeds.nextLong()));
    }

    private void add(FleetSetup setup, List<FleetSetup> all, long seed) {
        if (setup.spec().behaviour().misbehaviour().publishes()) {
            fleets.add(new Fleet(setup, seed));
            honest += setup.spec().devices();
            return;
        }
        FleetSetup victims = all.stream()
                .filter(other -> other.spec().behaviour().misbehaviour().publishes())
                .findFirst()
                .orElse(setup);
        for (int number = 0; number < setup.spec().devices(); number++) {
            hostile.add(new HostileDevice(setup, victims, number));
        }
    }

    /**
     * Connects the first device, and when it is accepted all others. Fails if it is not accepted; any later trouble is met
     * with reconnects and counted.
     */
    Future<Void> start() {
        Future<Void> first =
                fleets.isEmpty() ? Future.succeededFuture() : fleets.get(0).connectFirst();
        return first.map(accepted -> {
            fleets.get(0).connectOthers();
            for (Fleet fleet : fleets.subList(1, fleets.size())) {
                fleet.connectFirst().onFailure(failure -> {});
                fleet.connectOthers();
            }
            timers.add(vertx.setPeriodic(KEEP_ALIVE_SWEEP_MS, id -> fleets.forEach(Fleet::keepAlive)));
            return null;
        });
    }

    /** Devices that should be online. */
    int honest() {
        return honest;
    }

    /** The phases begin. */
    void begin() {
        publishing = true;
        startUs = clock.nowUs();
        fleets.forEach(Fleet::begin);
        hostile.forEach(HostileDevice::start);
        timers.add(vertx.setPeriodic(TICK_MS, id -> tick()));
        tick();
    }

    double elapsedS() {
        return (clock.nowUs() - startUs) / 1e6;
    }

    PhaseClock phases() {
        return phases;
    }

    private void tick() {
        double seconds = elapsedS();
        if (!publishing) {
            return;
        }
        double until = phases.isEmpty() ? seconds : Math.min(seconds, phases.end());
        fleets.forEach(fleet -> fleet.handOut(until, phases, startUs));
        if (seconds < phases.end()) {
            storm(seconds);
        }
        boolean timeIsOver = !phases.isEmpty() && seconds >= phases.end();
        if (timeIsOver || fleets.stream().allMatch(Fleet::handedAllOut)) {
            stopPublishing(timeIsOver);
        }
    }

    private void storm(double seconds) {
        fleets.forEach(fleet -> fleet.storm(seconds));
        int number = phases.at(seconds);
        PhaseSpec phase = phases.phase(number);
        if (phase.kind() != PhaseSpec.Kind.STORM) {
            return;
        }
        double every = phase.stormEvery().toNanos() / 1e9;
        if (number != stormPhase || (every > 0 && seconds - stormedAt >= every)) {
            stormPhase = number;
            stormedAt = seconds;
            fleets.forEach(fleet -> fleet.stormNow(phase.stormShare()));
        }
    }

    /** Nothing new is due from now on. What is due goes on until it is sent and acknowledged. */
    private void stopPublishing(boolean timeIsOver) {
        publishing = false;
        if (timeIsOver) {
            fleets.forEach(Fleet::stopPublishing);
        }
    }

    boolean publishing() {
        return publishing;
    }

    /** Whether everything that was due is published and acknowledged. */
    boolean done() {
        return !publishing && statistics.due == 0 && ledger.tally().unacknowledged() == 0;
    }

    /** How many messages there will be, or -1 if only the time decides. */
    long messagesInAll() {
        long all = 0;
        for (Fleet fleet : fleets) {
            if (fleet.messagesInAll() == Outbox.FOR_EVER) {
                return -1;
            }
            all += fleet.messagesInAll();
        }
        return all;
    }

    FleetStatistics statistics() {
        return statistics;
    }

    /** The run is over: what goes on and on is counted now. */
    void sumUp() {
        hostile.forEach(HostileDevice::sumUp);
    }

    /** Disconnects all devices; succeeds always, after a few seconds at most. */
    Future<Void> leave() {
        publishing = false;
        timers.forEach(vertx::cancelTimer);
        hostile.forEach(HostileDevice::leave);
        return Future.join(fleets.stream().map(Fleet::leave).toList()).mapEmpty();
    }
}
