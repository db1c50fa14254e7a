package io.forebay.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.session.SessionConfig.QueueFull;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random devices, random faults: what they get is held against the standard by {@link ModelDevice}, and in the end each has
 * to have everything. {@code -Dsessions.model.seed} repeats one run, {@code -Dsessions.model.runs} makes more.
 */
class SessionModelTest {
    private static final int STEPS = 1_500;
    private static final String[] FILTERS = {"t/0", "t/1", "t/+", "#"};

    @Test
    void everySubscriberGetsWhatItMustWhateverHappens() {
        Long seed = Long.getLong("sessions.model.seed");
        int runs = seed == null ? Integer.getInteger("sessions.model.runs", 60) : 1;
        long first = seed == null ? System.nanoTime() : seed;
        for (int i = 0; i < runs; i++) {
            try {
                new Run(first + i).play();
            } catch (Throwable fault) {
                throw new AssertionError("-Dsessions.model.seed=" + (first + i), fault);
            }
        }
    }

    /** A message that was published, and which devices must get it. */
    private record Published(String text, Set<ModelDevice> by) {}

    private static final class Run {
        private final Random random;
        private final FakeLog log = new FakeLog();
        private final List<ModelDevice> devices = new ArrayList<>();
        private final List<Published> published = new ArrayList<>();
        private final Map<String, Long> lanes = new LinkedHashMap<>();
        private final List<AssertionError> faults = new ArrayList<>();
        private final boolean bounded;
        private final SessionConfig config;
        private CrashingStore store = new CrashingStore(new MemoryStateStore());
        private SessionLoop loop;
        private long nowMs = 1_700_000_000_000L;

        Run(long seed) {
            random = new Random(seed);
            bounded = random.nextInt(4) == 0;
            QueueFull full = random.nextBoolean() ? QueueFull.DROP_NEWEST : QueueFull.DROP_OLDEST;
            config =
                    bounded ? Configs.queueMax(8, full) : Configs.windows(1 + random.nextInt(8), 1 + random.nextInt(3));
            for (int i = 0; i < 6; i++) {
                Map<String, Integer> filters = new LinkedHashMap<>();
                for (String filter : FILTERS) {
                    filters.put(filter, random.nextInt(3));
                }
                devices.add(new ModelDevice("d" + i, i != 5, filters, random, faults));
            }
            for (int i = 0; i < 3; i++) {
                devices.add(new ModelDevice("g" + i, true, Map.of("$share/g/t/+", 2), random, faults));
            }
        }

        void play() {
            start();
            for (int step = 0; step < STEPS; step++) {
                try {
                    step();
                } catch (CrashingStore.Crash crash) {
                    crash();
                }
                failOnFaults();
            }
            settle();
        }

        private void failOnFaults() {
            if (!faults.isEmpty()) {
                throw faults.get(0);
            }
        }

        private void start() {
            loop = new SessionLoop(log, store, config, new SimpleMeterRegistry(), topic -> true, () -> nowMs, fault -> {
                throw new AssertionError(fault);
            });
            loop.restore();
        }

        private void step() {
            nowMs += random.nextInt(40);
            ModelDevice device = devices.get(random.nextInt(devices.size()));
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4 -> publish();
                case 5, 6, 7, 8 -> turn();
                case 9 -> log.sync();
                case 10 -> {
                    if (random.nextInt(40) == 0) {
                        crash();
                    } else if (random.nextInt(20) == 0) {
                        store.crashAt(1 + random.nextInt(5), random.nextBoolean());
                    } else if (random.nextInt(40) == 0) {
                        restart();
                    }
                }
                default -> act(device);
            }
        }

        private void turn() {
            boolean unused = loop.turn();
        }

        private void publish() {
            log.hold();
            String topic = "t/" + random.nextInt(3);
            int qos = random.nextInt(3);
            String lane = "p" + random.nextInt(2) + ":" + topic + ":";
            String text = lane + lanes.merge(lane, 1L, Long::sum);
            Set<ModelDevice> by = new HashSet<>();
            devices.stream().filter(device -> device.mustGet(topic, qos)).forEach(by::add);
            published.add(new Published(text, by));
            var unused = log.append(Fixture.message(nowMs, "p", topic, qos, false, new byte[0], text));
        }

        private void act(ModelDevice device) {
            if (device.hold == null) {
                if (!device.opening) {
                    device.open(loop);
                }
                return;
            }
            switch (random.nextInt(12)) {
                case 0 -> device.close();
                case 1 -> device.toggleWritable();
                case 2 -> {
                    if (device.group() || random.nextInt(3) > 0) {
                        subscribe(device);
                    } else {
                        unsubscribe(device);
                    }
                }
                default -> {
                    boolean unused = device.doChore();
                }
            }
        }

        private void subscribe(ModelDevice device) {
            List<String> filters = List.copyOf(device.filters.keySet());
            device.subscribe(filters.get(random.nextInt(filters.size())));
        }

        /** All that was published before has reached the queues then, so it stays due. */
        private void unsubscribe(ModelDevice device) {
            quiesce();
            if (device.hold != null) {
                device.unsubscribe(FILTERS[random.nextInt(FILTERS.length)]);
                quiesce();
            }
        }

        private void quiesce() {
            log.sync();
            for (int i = 0; loop.turn(); i++) {
                assertTrue(i < 10_000, "does not come to rest");
            }
        }

        private void crash() {
            int left = log.crash();
            published.subList(left, published.size()).clear();
            List<String> texts = published.stream().map(Published::text).toList();
            devices.forEach(device -> device.crash(texts));
            MemoryStateStore before = store.store();
            store = new CrashingStore(random.nextBoolean() ? before.afterKill() : before.afterPowerCut());
            start();
        }

        private void restart() {
            quiesce();
            for (ModelDevice device : devices) {
                if (device.hold != null) {
                    device.close();
                }
            }
            quiesce();
            loop.finish();
            store = new CrashingStore(store.store().afterKill());
            start();
        }

        /** Everybody comes back, and takes what there is. */
        private void settle() {
            store.crashAt(Integer.MAX_VALUE, false);
            quiesce();
            boolean busy = true;
            for (int round = 0; busy; round++) {
                assertTrue(round < 100_000, "does not come to an end");
                busy = false;
                for (ModelDevice device : devices) {
                    if (device.hold == null && !device.opening) {
                        device.open(loop);
                        busy = true;
                    } else if (device.hold != null) {
                        device.becomeWritable();
                        busy |= device.doChore();
                    }
                }
                quiesce();
            }
            failOnFaults();
            checkAllThere();
        }

        private void checkAllThere() {
            loop.publishStatus();
            assertEquals(0, loop.status().queuedMessages());
            assertEquals(0, store.store().size(Tables.QUEUES));
            if (bounded) {
                return;
            }
            Set<String> byGroup = new HashSet<>();
            devices.stream().filter(ModelDevice::group).forEach(device -> byGroup.addAll(device.received));
            for (Published message : published) {
                for (ModelDevice device : message.by()) {
                    boolean there = device.group()
                            ? byGroup.contains(message.text())
                            : device.received.contains(message.text());
                    assertTrue(there, device.clientId + " never got " + message.text());
                }
            }
        }
    }
}
