package io.forebay.simulator;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * All devices of a run and the clock by which they publish. Owned by the event loop of the run; every method is called
 * there.
 *
 * <p>With a rate, message number n of the fleet is due n / rate seconds after the start and belongs to device n modulo the
 * number of devices, whether the broker keeps up or not.
 */
final class Fleet {
    private static final int HANDSHAKES_MAX = 128;
    private static final int CONNECT_TIMEOUT_MS = 10_000;
    private static final long TICK_MS = 1;
    private static final long KEEP_ALIVE_SWEEP_MS = 5_000;
    private static final long FAREWELL_MS = 5_000;
    private static final long FOR_EVER = Long.MAX_VALUE;

    private final FleetSetup setup;
    private final List<VirtualDevice> devices = new ArrayList<>();
    private final List<Long> timers = new ArrayList<>();
    private final long messagesInAll;

    private long startNanos;
    private long handedOut;
    private boolean publishing;

    Fleet(Vertx vertx, MqttTarget target, FleetLoad load, Ledger ledger, MicroClock clock, long seed) {
        NetClient net = vertx.createNetClient(
                new NetClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MS).setTcpNoDelay(true));
        setup = new FleetSetup(
                vertx,
                net,
                target,
                load,
                ledger,
                clock,
                new ConnectGate(HANDSHAKES_MAX),
                new FleetStatistics(),
                new Random(seed));
        messagesInAll = load.messagesInAll() < 0 ? FOR_EVER : load.messagesInAll();
        for (int device = 0; device < load.devices(); device++) {
            devices.add(new VirtualDevice(setup, device));
        }
    }

    /**
     * Connects the first device, and when it is accepted all others, and begins to publish. Fails if the first device is
     * not accepted; any later trouble is met with reconnects and counted.
     */
    Future<Void> start() {
        return devices.get(0).connect().map(accepted -> {
            begin();
            return null;
        });
    }

    private void begin() {
        publishing = true;
        startNanos = System.nanoTime();
        for (VirtualDevice device : devices.subList(1, devices.size())) {
            // How it goes is in the statistics.
            device.connect().onFailure(failure -> {});
        }
        timers.add(setup.vertx().setPeriodic(KEEP_ALIVE_SWEEP_MS, id -> devices.forEach(VirtualDevice::keepAlive)));
        if (setup.load().seconds() > 0) {
            long ms = TimeUnit.SECONDS.toMillis(setup.load().seconds());
            timers.add(setup.vertx().setTimer(ms, id -> stopPublishing()));
        }
        if (setup.load().ratePerSecond() > 0) {
            timers.add(setup.vertx().setPeriodic(TICK_MS, id -> handOutWhatIsDue()));
        } else {
            handedOut = messagesInAll;
            long each = setup.load().messagesPerDevice();
            devices.forEach(device -> device.owe(each == 0 ? FOR_EVER : each));
            endOfPlan();
        }
    }

    private void handOutWhatIsDue() {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        long due = Math.min(messagesInAll, (long) (seconds * setup.load().ratePerSecond()));
        while (publishing && handedOut < due) {
            devices.get((int) (handedOut % devices.size())).owe(1);
            handedOut++;
        }
        endOfPlan();
    }

    private void endOfPlan() {
        if (handedOut == messagesInAll && messagesInAll != FOR_EVER) {
            publishing = false;
        }
    }

    /** Publishes nothing new. What is in flight goes on until it is acknowledged. */
    void stopPublishing() {
        publishing = false;
        if (handedOut != setup.ledger().tally().published()) {
            devices.forEach(VirtualDevice::stopPublishing);
            handedOut = setup.ledger().tally().published();
        }
    }

    /** Whether everything planned is published and acknowledged. */
    boolean done() {
        Tally tally = setup.ledger().tally();
        return !publishing && tally.published() == handedOut && tally.unacknowledged() == 0;
    }

    FleetStatistics statistics() {
        return setup.statistics();
    }

    /** Disconnects all devices; succeeds always, after a few seconds at most. */
    Future<Void> leave() {
        timers.forEach(setup.vertx()::cancelTimer);
        stopPublishing();
        List<Future<Void>> leaving = devices.stream().map(VirtualDevice::leave).toList();
        return Future.join(leaving)
                .timeout(FAREWELL_MS + devices.size(), TimeUnit.MILLISECONDS)
                .transform(done -> setup.net().close())
                .otherwiseEmpty();
    }
}
