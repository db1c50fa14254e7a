package io.forebay.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.session.Delivery.Publication;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionLoopTest {
    private final Fixture fixture = new Fixture();

    @Test
    void subscriberGetsWhatMatchesAtTheLesserQos() {
        Device device = fixture.device("d").connectClean().subscribe("a/+", 1);

        fixture.publish("a/b", 2, "m1");
        fixture.publish("b", 1, "m2");
        fixture.publish("a/c", 0, "m3");

        assertEquals(List.of("m1", "m3"), device.payloads());
        assertEquals(List.of(1, 0), device.publications().map(Publication::qos).toList());
        assertEquals(List.of(1, 0), device.packetIds());
    }

    @Test
    void nothingIsDeliveredBeforeItIsDurable() {
        Device device = fixture.device("d").connectClean().subscribe("a", 0);
        fixture.log.hold();

        fixture.publish("a", 0, "m");
        assertEquals(List.of(), device.got);

        fixture.log.sync();
        fixture.run();
        assertEquals(List.of("m"), device.payloads());
    }

    @Test
    void overlappingSubscriptionsGiveOneCopyWithAllIdentifiers() {
        Device device = fixture.device("d").connectClean();
        device.subscribe(new Subscription("a/#", 0, false, false, 0, 7));
        device.subscribe(new Subscription("a/+", 2, false, true, 0, 9));
        device.subscribe(new Subscription("a/b", 1, false, false, 0, 0));

        fixture.publish("p", "a/b", 2, true, "m");

        assertEquals(2, device.only().qos());
        assertTrue(device.only().retain());
        int[] ids = device.only().subscriptionIds().clone();
        java.util.Arrays.sort(ids);
        assertEquals(List.of(7, 9), List.of(ids[0], ids[1]));
    }

    @Test
    void noLocalKeepsOwnMessagesAway() {
        Device device = fixture.device("d").connectClean();
        device.subscribe(new Subscription("a", 0, true, false, 0, 0));

        fixture.publish("d", "a", 0, false, "own");
        fixture.publish("other", "a", 0, false, "other");

        assertEquals(List.of("other"), device.payloads());
    }

    @Test
    void retainFlagIsPassedOnOnlyIfAsked() {
        Device plain = fixture.device("d1").connectClean().subscribe("a", 0);
        Device asPublished = fixture.device("d2").connectClean();
        asPublished.subscribe(new Subscription("a", 0, false, true, 0, 0));

        fixture.retain("a", 0, "m");

        assertFalse(plain.only().retain());
        assertTrue(asPublished.only().retain());
    }

    @Test
    void queueOfPersistentSessionWaitsForItsDeviceInOrder() {
        Device device = fixture.device("d").connect().subscribe("a", 2);
        device.lose();
        for (int i = 0; i < 300; i++) {
            fixture.publish("a", i % 3, "m" + i);
        }
        assertEquals(200, fixture.status().queuedMessages());

        device.connect();
        assertTrue(device.present);
        while (fixture.status().queuedMessages() > 0) {
            int seen = device.got.size();
            for (Publication p : device.publications().toList()) {
                if (p.qos() == 1) {
                    device.hold.acknowledged(p.packetId());
                } else {
                    Future<Boolean> received = device.hold.received(p.packetId());
                    assertTrue(fixture.now(received) || device.got.size() > seen);
                    device.hold.completed(p.packetId());
                }
            }
            fixture.run();
        }

        List<String> expected = java.util.stream.IntStream.range(0, 300)
                .filter(i -> i % 3 > 0)
                .mapToObj(i -> "m" + i)
                .toList();
        assertEquals(expected, device.payloads());
        assertTrue(device.publications().noneMatch(Publication::dup));
        assertEquals(0, fixture.store.size(Tables.QUEUES));
    }

    @Test
    void windowIsNeverExceeded() {
        Device device = fixture.device("d").receiveMaximum(2).connectClean().subscribe("a", 1);
        for (int i = 0; i < 5; i++) {
            fixture.publish("a", 1, "m" + i);
        }
        assertEquals(List.of("m0", "m1"), device.payloads());

        device.acknowledge(2);
        assertEquals(List.of("m0", "m1", "m2"), device.payloads());
        device.acknowledge(2);
        assertEquals(3, device.got.size());
        device.acknowledge(1);
        device.acknowledge(3);
        assertEquals(List.of("m0", "m1", "m2", "m3", "m4"), device.payloads());
    }

    @Test
    void whatWasInFlightIsSentAgainFirstAndMarked() {
        Device device = fixture.device("d").receiveMaximum(3).connect().subscribe("a", 2);
        for (int i = 0; i < 5; i++) {
            fixture.publish("a", 2, "m" + i);
        }
        assertTrue(fixture.now(device.hold.received(2)));
        device.lose();

        device.connect();

        assertEquals(List.of("m0", "m2"), device.payloads());
        assertEquals(List.of(2), device.releases());
        assertEquals(
                List.of(Publication.class, Delivery.Release.class, Publication.class),
                device.got.stream().map(Object::getClass).toList());
        assertTrue(device.publications().allMatch(Publication::dup));

        device.hold.completed(2);
        fixture.run();
        assertEquals(List.of("m0", "m2", "m3"), device.payloads());
        assertFalse(device.publications().toList().get(2).dup());
    }

    @Test
    void crashKeepsQueueAndHandshakes() {
        Device device = fixture.device("d").receiveMaximum(3).connect().subscribe("a", 2);
        for (int i = 0; i < 5; i++) {
            fixture.publish("a", 2, "m" + i);
        }
        assertTrue(fixture.now(device.hold.received(1)));

        fixture.crash();
        device.connect();

        assertTrue(device.present);
        assertEquals(List.of(1), device.releases());
        assertEquals(List.of("m1", "m2"), device.payloads());
        assertTrue(device.publications().allMatch(Publication::dup));
        assertTrue(fixture.now(device.hold.received(2)));
        device.hold.completed(2);
        device.hold.completed(1);
        fixture.run();
        assertEquals(List.of("m1", "m2", "m3", "m4"), device.payloads());
        assertEquals(
                List.of(true, true, false, false),
                device.publications().map(Publication::dup).toList());
    }

    @Test
    void powerCutTakesNothingThatWasSent() {
        Device device = fixture.device("d").receiveMaximum(2).connect().subscribe("a", 1);
        for (int i = 0; i < 6; i++) {
            fixture.publish("a", 1, "m" + i);
        }
        device.acknowledge(1);
        device.acknowledge(2);
        assertEquals(List.of("m0", "m1", "m2", "m3"), device.payloads());

        fixture.powerCut();
        device.connect();

        assertEquals(List.of("m2", "m3"), device.payloads());
        assertTrue(device.publications().allMatch(Publication::dup));
    }

    @Test
    void fanOutGoesOnWhereItStood() {
        Device device = fixture.device("d").connect().subscribe("a", 1);
        device.lose();
        fixture.publish("a", 1, "m0");
        fixture.log.hold();
        fixture.publish("a", 1, "m1");

        fixture.crash();
        fixture.log.sync();
        fixture.crash();
        device.connect();

        assertEquals(List.of("m0", "m1"), device.payloads());
    }

    @Test
    void sessionWithoutExpiryEndsWithItsConnection() {
        Device device = fixture.device("d").connectClean().subscribe("a", 1);
        fixture.publish("a", 1, "m0");
        int commits = fixture.store.durableCommits();
        device.lose(0);

        assertEquals(0, fixture.status().sessions());
        assertEquals(commits, fixture.store.durableCommits());
        assertFalse(fixture.loop.hasSubscriber("a"));
        device.connectClean();
        assertFalse(device.present);
        assertEquals(List.of(), device.got);
    }

    @Test
    void sessionEndsWhenItsExpiryHasPassed() {
        Device device = fixture.device("d").connect().subscribe("a", 1);
        device.lose(10);
        fixture.publish("a", 1, "m0");
        fixture.passSeconds(9);
        assertEquals(1, fixture.status().sessions());

        fixture.passSeconds(1);

        assertEquals(0, fixture.status().sessions());
        assertEquals(0, fixture.status().queuedMessages());
        for (String table : List.of(Tables.SESSIONS, Tables.SUBSCRIPTIONS, Tables.QUEUES)) {
            assertEquals(0, fixture.store.size(table), table);
        }
    }

    @Test
    void cleanStartEndsTheEarlierSession() {
        Device device = fixture.device("d").connect().subscribe("a", 1);
        device.lose();
        fixture.publish("a", 1, "m0");

        device.connect(true, Device.LONG, null, 0);

        assertFalse(device.present);
        assertEquals(List.of(), device.got);
        fixture.publish("a", 1, "m1");
        assertEquals(List.of(), device.got);
        assertEquals(0, fixture.status().queuedMessages());
    }

    @Test
    void lateEventsOfAnOldConnectionDoNothing() {
        Device device = fixture.device("d").connect().subscribe("a", 1);
        fixture.publish("a", 1, "m0");
        SessionHold old = device.hold;
        device.lose();
        device.connect();

        old.acknowledged(1);
        fixture.now(old.close(0, SessionHold.WillFate.PUBLISH));
        assertFalse(fixture.now(old.received(1)));
        assertEquals(
                1,
                fixture.now(old.subscribe(List.of(new Subscription("b", 1, false, false, 0, 0))))
                        .size());

        assertEquals(1, fixture.status().sessions());
        assertEquals(1, fixture.status().queuedMessages());
        assertEquals(1, fixture.status().subscriptions());
    }

    @Test
    void unsubscribedTopicIsNotDeliveredButWhatWaitsIs() {
        Device device = fixture.device("d").receiveMaximum(1).connect().subscribe("a", 1);
        fixture.publish("a", 1, "m0");
        fixture.publish("a", 1, "m1");
        assertTrue(device.unsubscribe("a"));
        assertFalse(device.unsubscribe("a"));
        fixture.publish("a", 1, "m2");

        device.acknowledge(1);
        device.acknowledge(2);

        assertEquals(List.of("m0", "m1"), device.payloads());
    }

    @Test
    void orderlyRestartKnowsWhatWasSent() {
        Device device = fixture.device("d").receiveMaximum(2).connect().subscribe("a", 1);
        fixture.publish("a", 1, "m0");
        fixture.now(device.hold.close(Device.LONG, SessionHold.WillFate.KEEP));
        fixture.publish("a", 1, "m1");

        fixture.restart();
        assertEquals(2, fixture.status().queuedMessages());
        device.connect();

        assertEquals(
                List.of(true, false),
                device.publications().map(Publication::dup).toList());
    }
}
