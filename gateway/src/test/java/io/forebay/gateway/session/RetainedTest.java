package io.forebay.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.session.Delivery.Publication;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetainedTest {
    private final Fixture fixture = new Fixture();

    private Device subscriber(String filter, int qos) {
        return fixture.device("d").connectClean().subscribe(filter, qos);
    }

    @Test
    void mqtt_3_3_1_5_newSubscriberGetsTheLastOneOfEachTopicWithTheFlag() {
        fixture.retain("a/x", 1, "old");
        fixture.retain("a/x", 1, "new");
        fixture.retain("a/y", 2, "y");
        fixture.retain("$a/z", 0, "hidden");

        Device device = subscriber("#", 1);

        assertEquals(List.of("new", "y"), device.payloads());
        assertTrue(device.publications().allMatch(p -> p.retain() && p.qos() == 1));
    }

    @Test
    void mqtt_3_3_1_6_emptyPayloadRemovesIt() {
        Device live = fixture.device("l").connectClean().subscribe("a", 0);
        fixture.retain("a", 0, "m");
        fixture.retain("a", 0, "");

        assertEquals(List.of("m", ""), live.payloads());
        assertEquals(List.of(), subscriber("a", 0).got);
        assertEquals(0, fixture.status().retained());
        assertEquals(0, fixture.status().retainedBytes());
    }

    @Test
    void retainHandlingDecidesWhenTheyAreSent() {
        fixture.retain("a", 0, "m");
        Device device = fixture.device("d").connectClean();

        device.subscribe(new Subscription("a", 0, false, false, 2, 0));
        assertEquals(0, device.got.size());
        device.subscribe(new Subscription("a", 0, false, false, 1, 0));
        assertEquals(0, device.got.size());
        assertTrue(device.unsubscribe("a"));
        device.subscribe(new Subscription("a", 0, false, false, 1, 0));
        assertEquals(1, device.got.size());
        device.subscribe(new Subscription("a", 0, false, false, 0, 0));
        assertEquals(2, device.got.size());
    }

    @Test
    void expiredOnesAreNotSentAndDisappear() {
        fixture.append(Fixture.message(fixture.nowMs, "p", "a", 1, true, Fixture.expiry(10), "m"));
        fixture.run();
        fixture.nowMs += 10_000;

        assertEquals(List.of(), subscriber("a", 1).got);
        assertEquals(0, fixture.status().retained());

        fixture.append(Fixture.message(fixture.nowMs, "p", "b", 1, true, Fixture.expiry(10), "m"));
        fixture.run();
        fixture.passSeconds(60);
        assertEquals(0, fixture.status().retained());
        assertEquals(0, fixture.store.size(Tables.RETAINED));
    }

    @Test
    void theyOutliveACrash() {
        fixture.retain("a", 1, "m");
        long bytes = fixture.status().retainedBytes();
        fixture.crash();

        assertEquals(1, fixture.status().retained());
        assertEquals(bytes, fixture.status().retainedBytes());
        assertEquals(List.of("m"), subscriber("+", 1).payloads());
    }

    @Test
    void whatWasAcknowledgedBeforeASubscribeIsRetainedAndNotLive() {
        Device device = fixture.device("d").connectClean();
        fixture.append(Fixture.message(fixture.nowMs, "p", "a", 1, true, new byte[0], "m"));

        device.subscribe("a", 1);

        assertTrue(device.only().retain());
    }

    @Test
    void ownOnesAreKeptAwayByNoLocal() {
        fixture.publish("d", "a", 0, true, "own");
        Device device = fixture.device("d").connectClean();
        device.subscribe(new Subscription("a", 0, true, false, 0, 0));
        assertEquals(List.of(), device.got);
    }

    @Test
    void limitOfTopicsIsObserved() {
        fixture.config = Configs.retainedMax(2);
        fixture.crash();
        for (int i = 0; i < 4; i++) {
            fixture.retain("t" + i, 0, "m" + i);
        }
        fixture.retain("t0", 0, "again");

        assertEquals(2, fixture.status().retained());
        assertEquals(2, fixture.dropped(Drop.RETAINED_FULL));
        assertEquals(List.of("again", "m1"), subscriber("#", 0).payloads());
    }

    @Test
    void manyOfThemAreSpreadOverTurnsAndComeBeforeLiveOnesOfTheirTopic() {
        int count = 5_000;
        IntStream.range(0, count)
                .forEach(i -> fixture.append(
                        Fixture.message(fixture.nowMs, "p", "t/" + i, 1, true, new byte[0], "retained")));
        fixture.run();
        Device device = fixture.device("d").connectClean();
        var subscribed = device.hold.subscribe(List.of(new Subscription("t/#", 0, false, true, 0, 0)));
        while (!subscribed.isComplete() || device.got.isEmpty()) {
            boolean unused = fixture.loop.turn();
        }
        assertTrue(device.got.size() < 1_000, "too many in one turn: " + device.got.size());

        Set<String> before =
                device.publications().map(Publication::topic).collect(Collectors.toCollection(HashSet::new));
        String late = IntStream.range(0, count)
                .mapToObj(i -> "t/" + i)
                .filter(topic -> !before.contains(topic))
                .reduce((first, second) -> second)
                .orElseThrow();
        fixture.publish(late, 0, "live");

        List<String> ofLate = device.publications()
                .filter(p -> p.topic().equals(late))
                .map(Device::text)
                .toList();
        assertEquals(List.of("retained", "live"), ofLate);
        assertEquals(count + 1, device.got.size());
    }

    @Test
    void persistentSessionGetsThemThroughItsQueueWithoutOverflow() {
        int count = 2_000;
        for (int i = 0; i < count; i++) {
            fixture.append(Fixture.message(fixture.nowMs, "p", "t/" + i, 1, true, new byte[0], "r"));
        }
        fixture.run();
        Device device = fixture.device("d").receiveMaximum(10).connect().subscribe("#", 1);
        assertEquals(10, device.got.size());
        assertTrue(fixture.status().queuedMessages() < 1_000);

        int seen = 0;
        while (seen < device.got.size()) {
            int now = device.got.size();
            device.publications().skip(seen).forEach(p -> device.hold.acknowledged(p.packetId()));
            seen = now;
            fixture.run();
        }

        assertEquals(count, device.got.size());
        assertEquals(0, fixture.dropped(Drop.QUEUE_FULL));
    }

    @Test
    void routeWithoutLocalDeliveryRetainsNothing() {
        fixture.local = topic -> !topic.startsWith("away");
        fixture.retain("away/a", 0, "m");
        assertEquals(List.of(), subscriber("#", 0).got);
    }
}
