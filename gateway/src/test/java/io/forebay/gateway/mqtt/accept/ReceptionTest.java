package io.forebay.gateway.mqtt.accept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReceptionTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long START = Long.MAX_VALUE - 5 * MS; // Clocks may overflow.

    private static final int OPEN_MAX = 3_500;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> told = new ArrayList<>();
    private final Map<String, Arrival> arrivals = new HashMap<>();
    private Reception reception;
    private long now = START;
    private boolean behind;

    private void limits(int handshakes, int waiting, int perAddress, int rate, int ratePerAddress) {
        AcceptLimits limits = new AcceptLimits(handshakes, 100, waiting, 1_000, perAddress, rate, ratePerAddress, 10);
        reception = new Reception(limits, OPEN_MAX, new AcceptMeters(meters), now);
    }

    private void arrive(String name, int address) {
        Arrival arrival = new Arrival(new SourceAddress(false, address), new Arrival.Outcome() {
            @Override
            public void admitted() {
                told.add(name);
            }

            @Override
            public void refused() {
                told.add("-" + name);
            }
        });
        arrivals.put(name, arrival);
        reception.arrive(arrival, now);
        reception.serve(now, behind);
    }

    private void served(String name) {
        reception.served(arrivals.get(name));
        reception.serve(now, behind);
    }

    private double refused(String limit) {
        return meters.counter("forebay.mqtt.accept.refused", "limit", limit).count();
    }

    @Test
    void onlySoManyAreInTurnAndTheOthersFollowInOrder() {
        limits(2, 10, 0, 0, 0);
        for (String name : List.of("a", "b", "c", "d")) {
            arrive(name, 1);
        }
        assertEquals(List.of("a", "b"), told);

        served("b");
        assertEquals(List.of("a", "b", "c"), told);
        reception.gone(arrivals.get("a"), now);
        reception.serve(now, behind);
        assertEquals(List.of("a", "b", "c", "d"), told);
    }

    @Test
    void whileTheyWaitForUsNobodysTurnEndsByItself() {
        limits(1, 10, 0, 0, 0);
        behind = true;
        arrive("waits for us", 1);
        arrive("next", 1);

        now += 300 * MS;
        assertEquals(5 * MS, reception.serve(now, behind));
        assertEquals(List.of("waits for us"), told);

        behind = false;
        reception.serve(now, behind);
        assertEquals(List.of("waits for us", "next"), told);
    }

    @Test
    void anAddressWithManyHoldsUpNobodyOfAnother() {
        limits(1, 1_000, 0, 0, 0);
        for (int i = 0; i < 500; i++) {
            arrive("flood" + i, 1);
        }
        arrive("quiet", 2);
        served("flood0");
        served("flood1");

        assertEquals(List.of("flood0", "flood1", "quiet"), told);
    }

    @Test
    void whoIsSlowCountsForItsTurnOnly() {
        limits(1, 10, 0, 0, 0);
        arrive("slow", 1);
        arrive("next", 1);
        now += 99 * MS;
        assertEquals(MS, reception.serve(now, behind));
        assertEquals(List.of("slow"), told);

        now += MS;
        reception.serve(now, behind);
        assertEquals(List.of("slow", "next"), told);
        served("slow"); // Gives nothing back a second time.
        arrive("third", 1);
        assertEquals(List.of("slow", "next"), told);
    }

    @Test
    void beyondWaitingMaxOneIsClosedAtOnce() {
        limits(1, 1, 0, 0, 0);
        arrive("in", 1);
        arrive("waits", 1);
        arrive("closed", 2);

        assertEquals(List.of("in", "-closed"), told);
        assertEquals(1, refused("waiting-max"));
    }

    @Test
    void whoHasWaitedForTooLongIsClosed() {
        limits(10, 10, 0, 1, 0); // One in a second: the second one would be let in when its time is over.
        arrive("in", 1);
        arrive("waits", 1);
        now += 999 * MS;
        assertEquals(MS, reception.serve(now, behind));
        now += MS;
        reception.serve(now, behind);

        assertEquals(List.of("in", "-waits"), told);
        assertEquals(1, refused("wait-max-s"));
    }

    @Test
    void anAddressHasSoManyConnectionsAndNoMore() {
        limits(10, 10, 2, 0, 0);
        arrive("a", 1);
        arrive("b", 1);
        arrive("c", 1);
        arrive("other", 2);
        assertEquals(List.of("a", "b", "-c", "other"), told);
        assertEquals(1, refused("connections-per-address-max"));

        reception.gone(arrivals.get("a"), now);
        reception.gone(arrivals.get("a"), now); // Told twice, counted once.
        arrive("d", 1);
        arrive("e", 1);
        assertEquals(List.of("a", "b", "-c", "other", "d", "-e"), told);
    }

    @Test
    void whatComesFasterThanTheRateWaitsForIt() {
        limits(100, 100, 0, 0, 10);
        for (int i = 0; i < 12; i++) {
            arrive("n" + i, 1);
        }
        assertEquals(10, told.size());
        arrive("other", 2);
        assertEquals("other", told.get(10), "the rate is of one address");

        now += 100 * MS;
        assertTrue(reception.serve(now, behind) <= 100 * MS);
        assertEquals(12, told.size());
        now += 100 * MS;
        reception.serve(now, behind);
        assertEquals(13, told.size());
    }

    @Test
    void theRateOfAllHoldsOverAllAddresses() {
        limits(100, 100, 0, 5, 0);
        for (int i = 0; i < 7; i++) {
            arrive("n" + i, i);
        }
        assertEquals(5, told.size());
        now += 200 * MS;
        reception.serve(now, behind);
        assertEquals(6, told.size());
    }

    @Test
    void filesAreKeptForTheLogWhateverTheLimitsSay() {
        limits(10_000, 10_000, 0, 0, 0);
        for (int i = 0; i <= OPEN_MAX; i++) {
            arrive("n" + i, 1);
        }
        assertEquals("-n" + OPEN_MAX, told.get(OPEN_MAX));
        assertEquals(1, refused("open-files"));

        assertEquals(18_976, OpenFiles.left(20_000));
        assertEquals(512, OpenFiles.left(1_024));
        assertEquals(Integer.MAX_VALUE, OpenFiles.left(Long.MAX_VALUE));
    }

    @Test
    void whoGivesUpWhileWaitingLeavesNothingBehind() {
        limits(1, 2, 0, 0, 0);
        arrive("in", 1);
        for (int i = 0; i < 1_000; i++) {
            arrive("gives up" + i, 1);
            reception.gone(arrivals.get("gives up" + i), now);
        }
        arrive("waits", 1);
        served("in");

        assertEquals(List.of("in", "waits"), told);
    }

    @Test
    void addressesThatCameAndWentAreForgotten() {
        AcceptLimits limits = new AcceptLimits(1, 100, 10, 1_000, 0, 0, 1, 10);
        Sources sources = new Sources(limits);
        for (int i = 0; i < 10_000; i++) {
            SourceAddress address = new SourceAddress(true, i);
            sources.enter(address, START).rate.take(1, START);
            sources.leave(address, START);
        }
        assertEquals(10, sources.size());
    }

    @Test
    void nobodyIsLostOrServedTwiceWhateverHappens() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        limits(3, 20, 8, 200, 50);
        for (int i = 0; i < 3_000; i++) {
            arrive("n" + i, random.nextInt(5));
            now += random.nextInt(20) * MS / 4;
            if (random.nextInt(3) == 0) {
                reception.gone(arrivals.get("n" + random.nextInt(i + 1)), now);
            }
            served("n" + random.nextInt(i + 1));
        }
        for (int i = 0; i < 100; i++) {
            now += 100 * MS;
            arrivals.values().stream()
                    .filter(arrival -> arrival.state == Arrival.State.IN_TURN)
                    .forEach(arrival -> reception.gone(arrival, now));
            reception.serve(now, behind);
        }

        assertEquals(told.size(), told.stream().distinct().count(), "seed " + seed);
        assertTrue(
                arrivals.values().stream().noneMatch(arrival -> arrival.state == Arrival.State.WAITING),
                "seed " + seed);
        assertEquals(Reception.NEVER, reception.serve(now, behind));
    }

    @Test
    void anAddressIsAnIpv4AddressOrThe64OfAnIpv6Address() throws Exception {
        assertEquals("192.0.2.200", of("192.0.2.200").toString());
        assertEquals("2001:db8:1:2::/64", of("2001:db8:1:2:3:4:5:6").toString());
        assertEquals(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::"));
        assertEquals(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assertTrue(!of("2001:db8:1:3::1").equals(of("2001:db8:1:2::1")));
    }

    private static SourceAddress of(String address) throws Exception {
        return SourceAddress.of(InetAddress.getByName(address));
    }
}
