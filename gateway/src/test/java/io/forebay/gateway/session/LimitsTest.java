package io.forebay.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.gateway.session.SessionConfig.QueueFull;
import io.forebay.gateway.session.SessionHold.Grant;
import io.forebay.gateway.session.SessionHold.WillFate;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LimitsTest {
    private Fixture fixture;
    private SessionHold last;

    @CanIgnoreReturnValue
    private Device sleeping(String filter) {
        Device device = fixture.device("d").connect().subscribe(filter, 1);
        device.lose();
        return device;
    }

    private void publish(int from, int to) {
        for (int i = from; i < to; i++) {
            fixture.publish("a", 1, "m" + i);
        }
    }

    @ParameterizedTest
    @CsvSource({"DROP_NEWEST, m0 m1 m2", "DROP_OLDEST, m4 m5 m6"})
    void fullQueueDropsAsConfigured(QueueFull policy, String left) {
        fixture = new Fixture(Configs.queueMax(3, policy));
        Device device = sleeping("a");
        publish(0, 7);

        assertEquals(4, fixture.dropped(Drop.QUEUE_FULL));
        assertEquals(3, fixture.status().queuedMessages());
        assertEquals(3, fixture.store.size(Tables.QUEUES));
        assertEquals(List.of(left.split(" ")), device.connect().payloads());
    }

    @ParameterizedTest
    @EnumSource(QueueFull.class)
    void fullQueueOfOneTurnDropsAsConfigured(QueueFull policy) {
        fixture = new Fixture(Configs.queueMax(3, policy));
        Device device = sleeping("a");
        publish(0, 2);
        for (int i = 2; i < 20; i++) {
            fixture.append(Fixture.message(fixture.nowMs, "p", "a", 1, false, new byte[0], "m" + i));
        }
        fixture.run();

        assertEquals(3, fixture.store.size(Tables.QUEUES));
        assertEquals(
                policy == QueueFull.DROP_NEWEST ? List.of("m0", "m1", "m2") : List.of("m17", "m18", "m19"),
                device.connect().payloads());
    }

    @ParameterizedTest
    @EnumSource(QueueFull.class)
    void whatIsInFlightIsNeverDropped(QueueFull policy) {
        fixture = new Fixture(Configs.queueMax(4, policy));
        Device device = fixture.device("d").receiveMaximum(2).connect().subscribe("a", 1);
        publish(0, 8);
        assertEquals(List.of("m0", "m1"), device.payloads());

        device.lose();
        publish(8, 9);
        device.connect();

        assertEquals(List.of("m0", "m1"), device.payloads());
        device.acknowledgeAll();
        assertEquals(
                policy == QueueFull.DROP_NEWEST ? List.of("m0", "m1", "m2", "m3") : List.of("m0", "m1", "m7", "m8"),
                device.payloads());
    }

    @Test
    void bytesAreBoundedToo() {
        fixture = new Fixture(
                Configs.queue(1_000, 200, 1_000, QueueFull.DROP_NEWEST, SessionConfig.DEFAULT.memoryBytesMax()));
        sleeping("a");
        publish(0, 10);
        assertTrue(fixture.status().queuedBytes() <= 200);
        assertTrue(fixture.status().queuedMessages() >= 2);
        assertEquals(10, fixture.status().queuedMessages() + fixture.dropped(Drop.QUEUE_FULL));
    }

    @Test
    void expiredMessagesMakeRoom() {
        fixture = new Fixture(Configs.queueMax(3, QueueFull.DROP_NEWEST));
        Device device = sleeping("a");
        fixture.publishExpiring("a", 1, "long", 1_000);
        fixture.publishExpiring("a", 1, "short", 5);
        fixture.publishExpiring("a", 1, "short", 5);
        fixture.passSeconds(5);
        publish(0, 3);

        assertEquals(2, fixture.dropped(Drop.EXPIRED));
        assertEquals(1, fixture.dropped(Drop.QUEUE_FULL));
        assertEquals(List.of("long", "m0", "m1"), device.connect().payloads());
    }

    @Test
    void mqtt_3_3_2_5_expiredMessageIsNotDeliveredButOneInFlightIs() {
        fixture = new Fixture();
        Device device = fixture.device("d").receiveMaximum(1).connect().subscribe("a", 1);
        fixture.publishExpiring("a", 1, "m0", 5);
        fixture.publishExpiring("a", 1, "m1", 5);
        fixture.publishExpiring("a", 1, "m2", 50);
        device.lose();
        fixture.passSeconds(5);

        device.connect();

        assertEquals(List.of("m0"), device.payloads());
        assertTrue(device.only().dup());
        device.acknowledge(1);
        assertEquals(List.of("m0", "m2"), device.payloads());
        assertEquals(1, fixture.dropped(Drop.EXPIRED));
    }

    @Test
    void ageInTheQueueIsBounded() {
        fixture = new Fixture(
                Configs.queue(100, 1_000_000, 60, QueueFull.DROP_NEWEST, SessionConfig.DEFAULT.memoryBytesMax()));
        Device device = sleeping("a");
        publish(0, 1);
        fixture.passSeconds(59);
        publish(1, 2);
        fixture.passSeconds(1);
        assertEquals(List.of("m1"), device.connect().payloads());
    }

    @Test
    void aUserHasSoManySessionsConnectedOrNotAndAcrossACrash() {
        fixture = new Fixture(Configs.perUserMax(2));
        assertTrue(opens("a", "anna", Device.LONG) && opens("b", "anna", Device.LONG));
        assertFalse(opens("c", "anna", Device.LONG));
        assertTrue(opens("a", "anna", Device.LONG), "it takes its own place");
        assertTrue(opens("c", "ben", Device.LONG) && opens("n", "", 0) && opens("o", "", 0) && opens("p", "", 0));

        fixture.crash();
        assertFalse(opens("d", "anna", 0), "it was forgotten how many there are");
        assertTrue(opens("b", "ben", Device.LONG), "the session is another's now");
        assertTrue(opens("d", "anna", 1));
        assertFalse(opens("e", "anna", 0));
        fixture.now(last.close(0, WillFate.PUBLISH));
        assertTrue(opens("e", "anna", 0), "one has ended");
        assertFalse(opens("f", "ben", 0));
    }

    private boolean opens(String clientId, String user, long expirySeconds) {
        Future<Sessions.Opened> opening = fixture.loop.open(
                new SessionRequest(clientId, false, expirySeconds, 10, null, 0, Set.of(), user),
                fixture.device(clientId));
        fixture.run();
        if (opening.succeeded()) {
            last = opening.result().hold();
        } else {
            assertEquals(SessionException.Kind.TOO_MANY_OF_USER, ((SessionException) opening.cause()).kind());
        }
        return opening.succeeded();
    }

    @Test
    void sessionsAndSubscriptionsAreBounded() {
        fixture = new Fixture(Configs.sessions(2, 2, 3));
        Device one = fixture.device("one").connect();
        Device two = fixture.device("two").connectClean();
        Future<?> refused =
                fixture.loop.open(new SessionRequest("three", true, 0, 10, null, 0), fixture.device("three"));
        fixture.run();
        assertEquals(SessionException.Kind.TOO_MANY_SESSIONS, ((SessionException) refused.cause()).kind());
        one.connect(true, Device.LONG, null, 0);

        assertEquals(
                List.of(Grant.QOS_1, Grant.QOS_1, Grant.QUOTA_EXCEEDED, Grant.QOS_0),
                fixture.now(one.hold.subscribe(List.of(
                        new Subscription("a", 1, false, false, 0, 0),
                        new Subscription("b", 1, false, false, 0, 0),
                        new Subscription("c", 1, false, false, 0, 0),
                        new Subscription("a", 0, false, false, 0, 0)))));
        assertEquals(
                List.of(Grant.QOS_1, Grant.QUOTA_EXCEEDED),
                fixture.now(two.hold.subscribe(List.of(
                        new Subscription("a", 1, false, false, 0, 0), new Subscription("b", 1, false, false, 0, 0)))));
        assertEquals(3, fixture.status().subscriptions());
        two.lose(0);
        assertEquals(2, fixture.status().subscriptions());
    }

    @Test
    void queuesInMemoryAreBoundedTogether() {
        fixture = new Fixture(Configs.queue(1_000, 1_000_000, 1_000, QueueFull.DROP_NEWEST, 500));
        Device passing = fixture.device("p").receiveMaximum(1).connectClean().subscribe("a", 1);
        Device stored = fixture.device("s").receiveMaximum(1).connect().subscribe("a", 1);
        publish(0, 50);

        assertTrue(fixture.dropped(Drop.MEMORY_FULL) > 30);
        int seen = 0;
        while (seen < stored.got.size()) {
            seen = stored.got.size();
            stored.acknowledge(stored.packetIds().get(seen - 1));
        }
        assertEquals(50, stored.got.size());
        passing.lose(0);
        assertEquals(0, fixture.status().queuedMessages());
    }

    @Test
    void qos0IsNotQueued() {
        fixture = new Fixture();
        Device device = fixture.device("d").connect().subscribe("a", 1);
        device.hold.writable(false);
        fixture.publish("a", 0, "m0");
        fixture.publish("a", 1, "m1");
        assertEquals(List.of(), device.got);
        device.hold.writable(true);
        fixture.run();
        assertEquals(List.of("m1"), device.payloads());
        device.lose();
        fixture.publish("a", 0, "m2");

        assertEquals(1, fixture.dropped(Drop.NOT_READING));
        assertEquals(1, fixture.dropped(Drop.NOT_CONNECTED));
    }

    @Test
    void withoutSpaceEverythingWaitsAndNothingIsLost() {
        fixture = new Fixture();
        Device device = fixture.device("d").connect().subscribe("a", 1);
        fixture.store.full(true);
        publish(0, 3);
        assertEquals(List.of(), device.got);
        assertFalse(fixture.loop.status().takesCommits());
        Future<?> refused = fixture.loop.open(new SessionRequest("e", true, 10, 10, null, 0), fixture.device("e"));
        assertEquals(SessionException.Kind.UNAVAILABLE, ((SessionException) refused.cause()).kind());

        fixture.store.full(false);
        fixture.run();

        assertEquals(List.of("m0", "m1", "m2"), device.payloads());
        assertTrue(fixture.status().takesCommits());
        device.lose();
        device.connect();
        assertEquals(List.of("m0", "m1", "m2"), device.payloads());
    }

    @Test
    void withoutSpaceACrashRepeatsWhatWasNotCommitted() {
        fixture = new Fixture();
        Device device = sleeping("a");
        publish(0, 1);
        fixture.store.full(true);
        publish(1, 3);

        fixture.crash();
        fixture.run();

        assertEquals(List.of("m0", "m1", "m2"), device.connect().payloads());
    }

    @Test
    void logIsKeptUntilTheFanOutIsDurable() {
        fixture = new Fixture();
        sleeping("a");
        long before = fixture.log.retained();
        publish(0, 3);
        assertEquals(before, fixture.log.retained());

        fixture.passSeconds(1);

        assertEquals(fixture.log.durableEnd(), fixture.log.retained());
    }

    @Test
    void positionBeyondTheLogStartsAtItsEnd() {
        fixture = new Fixture();
        sleeping("a");
        publish(0, 3);
        Fixture other = new Fixture();
        other.store = fixture.store.afterKill();
        other.start();
        other.publish("a", 1, "m3");
        assertEquals(
                List.of("m0", "m1", "m2", "m3"), other.device("d").connect().payloads());
    }
}
