package io.forebay.simulator;

import io.forebay.simulator.payload.PayloadMaker;
import io.forebay.simulator.scenario.RateSpec;
import io.forebay.simulator.scenario.TrafficSpec;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The devices of one kind, their coming up and the messages that are due at them. Owned by the event loop of the run; every
 * method is called there.
 */
final class Fleet {
    private static final long RAMP_TICK_MS = 10;
    private static final long FAREWELL_MS = 5_000;

    private final FleetSetup setup;
    private final List<VirtualDevice> devices = new ArrayList<>();
    private final Arrivals arrivals;
    private final long messagesInAll;
    private long handedOut;
    private long rampTimer = -1;
    private double stormedAt;

    Fleet(FleetSetup setup, long seed) {
        this.setup = setup;
        TrafficSpec traffic = setup.traffic();
        arrivals = new Arrivals(traffic.rate(), seed);
        messagesInAll = traffic.messagesPerDevice() == 0
                ? Outbox.FOR_EVER
                : traffic.messagesPerDevice() * setup.spec().devices();
        Random seeds = new Random(seed);
        long skewUs = TimeUnit.MILLISECONDS.toMicros(
                setup.spec().behaviour().clockSkew().toMillis());
        for (int number = 0; number < setup.spec().devices(); number++) {
            long skew = Math.round(skewUs * (2 * seeds.nextDouble() - 1));
            PayloadMaker payloads = PayloadMaker.of(traffic.payload(), number, seeds.nextLong(), skew);
            devices.add(new VirtualDevice(setup, number, payloads));
        }
    }

    /** Connects the first device; fails if it is not accepted. */
    Future<Void> connectFirst() {
        return devices.get(0).connect();
    }

    /** Connects all others, at once or one after the other. How it goes is in the statistics. */
    void connectOthers() {
        double perSecond = setup.spec().connectsPerSecond();
        if (perSecond == 0) {
            devices.stream().skip(1).forEach(Fleet::connect);
            return;
        }
        long startNanos = System.nanoTime();
        int[] next = {1};
        rampTimer = setup.vertx().setPeriodic(RAMP_TICK_MS, id -> {
            double up = (System.nanoTime() - startNanos) / 1e9 * perSecond;
            while (next[0] < devices.size() && next[0] <= up) {
                connect(devices.get(next[0]++));
            }
            if (next[0] == devices.size()) {
                setup.vertx().cancelTimer(id);
            }
        });
    }

    private static void connect(VirtualDevice device) {
        device.connect().onFailure(failure -> {});
    }

    /** The phases begin: what has no rate is due at once. */
    void begin() {
        if (!setup.traffic().rate().open()) {
            handedOut = messagesInAll;
            long each = setup.traffic().messagesPerDevice();
            devices.forEach(device -> device.owe(each == 0 ? Outbox.FOR_EVER : each));
        }
    }

    /** @param startUs when the phases began, by the clock of the run */
    void handOut(double seconds, PhaseClock phases, long startUs) {
        if (setup.traffic().rate().open() && handedOut < messagesInAll) {
            arrivals.until(seconds, phases::factor, at -> {
                if (handedOut < messagesInAll) {
                    pick().due(startUs + Math.round(at * 1e6));
                    handedOut++;
                }
            });
        }
    }

    private VirtualDevice pick() {
        boolean anyone = setup.traffic().rate().kind() == RateSpec.Kind.POISSON;
        int number = anyone ? setup.random().nextInt(devices.size()) : (int) (handedOut % devices.size());
        return devices.get(number);
    }

    /** Storms of its own accord. */
    void storm(double seconds) {
        double every = setup.spec().behaviour().stormEvery().toNanos() / 1e9;
        if (every > 0 && seconds - stormedAt >= every) {
            stormedAt = seconds;
            stormNow(setup.spec().behaviour().stormShare());
        }
    }

    void stormNow(double share) {
        for (VirtualDevice device : devices) {
            if (share >= 1 || setup.random().nextDouble() < share) {
                device.storm();
            }
        }
    }

    void keepAlive() {
        devices.forEach(VirtualDevice::keepAlive);
    }

    /** Whether everything that it is to publish has been handed to its devices. */
    boolean handedAllOut() {
        return handedOut == messagesInAll && messagesInAll != Outbox.FOR_EVER;
    }

    /** How many messages there will be; {@link Outbox#FOR_EVER} if only the time decides. */
    long messagesInAll() {
        return messagesInAll;
    }

    /** Publishes nothing more that has no time of its own. What is due is still sent. */
    void stopPublishing() {
        devices.forEach(VirtualDevice::stopPublishing);
    }

    /** Disconnects all devices; succeeds always, after a few seconds at most. */
    Future<Void> leave() {
        setup.vertx().cancelTimer(rampTimer);
        stopPublishing();
        List<Future<Void>> leaving = devices.stream().map(VirtualDevice::leave).toList();
        return Future.join(leaving)
                .timeout(FAREWELL_MS + devices.size(), TimeUnit.MILLISECONDS)
                .transform(done -> setup.dialler().close())
                .otherwiseEmpty();
    }
}
