package io.forebay.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.session.Delivery.Publication;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedSubscriptionTest {
    private static final String FILTER = "$share/g/a";
    private final Fixture fixture = new Fixture(Configs.windows(256, 4));

    private Device member(String clientId, boolean persistent, int qos) {
        Device device = fixture.device(clientId);
        return (persistent ? device.connect() : device.connectClean()).subscribe(FILTER, qos);
    }

    private void publish(int qos, int from, int to) {
        for (int i = from; i < to; i++) {
            fixture.publish("a", qos, "m" + i);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void membersTakeTurns(boolean persistent) {
        Device one = member("one", persistent, 1);
        Device two = member("two", persistent, 1);

        publish(1, 0, 4);

        assertEquals(List.of("m0", "m2"), one.payloads());
        assertEquals(List.of("m1", "m3"), two.payloads());
        assertEquals(List.of(1, 2), one.packetIds());
    }

    @Test
    void groupAndOrdinarySubscriptionEachGetIt() {
        Device one = member("one", true, 1);
        one.subscribe("a", 1);
        publish(1, 0, 1);
        assertEquals(List.of("m0", "m0"), one.payloads());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void slowMemberHoldsUpOnlyWhatIsInFlight(boolean persistent) {
        Device slow = member("slow", persistent, 1);
        Device fast = member("fast", persistent, 1);

        for (int i = 0; i < 100; i++) {
            publish(1, i, i + 1);
            fast.acknowledgeAll();
        }

        assertEquals(4, slow.got.size());
        assertEquals(96, fast.got.size());
        assertEquals(4, fixture.status().queuedMessages());
    }

    @Test
    void memberThatDoesNotReadGetsNothing() {
        Device deaf = member("deaf", true, 1);
        Device other = member("other", true, 1);
        deaf.hold.writable(false);
        publish(1, 0, 2);
        publish(0, 2, 4);
        assertEquals(List.of(), deaf.got);
        assertEquals(4, other.got.size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatALostMemberHadNotAcknowledgedGoesToOthersInOrder(boolean persistent) {
        Device one = member("one", persistent, 1);
        Device two = member("two", persistent, 1);
        publish(1, 0, 10);
        assertEquals(List.of("m0", "m2", "m4", "m6"), one.payloads());
        one.acknowledge(1);
        assertEquals(List.of("m0", "m2", "m4", "m6", "m8"), one.payloads());

        one.lose(persistent ? Device.LONG : 0);
        two.acknowledgeAll();
        two.acknowledgeAll();
        two.acknowledgeAll();

        assertEquals(List.of("m1", "m3", "m5", "m7", "m2", "m4", "m6", "m8", "m9"), two.payloads());
        assertTrue(two.publications().noneMatch(Publication::dup));
        assertEquals(0, fixture.status().queuedMessages());
    }

    @Test
    void mqtt_4_8_2_4_qos2InFlightStaysWithItsMember() {
        Device one = member("one", true, 2);
        Device two = member("two", true, 2);
        publish(2, 0, 2);
        one.lose();
        assertEquals(List.of("m1"), two.payloads());

        one.connect();
        assertEquals(List.of("m0"), one.payloads());
        assertTrue(one.only().dup());
        one.lose(0);
        fixture.run();

        assertEquals(List.of("m1"), two.payloads());
        assertEquals(1, fixture.status().queuedMessages());
    }

    @Test
    void groupQueueOutlivesACrash() {
        Device one = member("one", true, 1);
        Device two = member("two", true, 1);
        one.lose();
        two.lose();
        publish(1, 0, 5);

        fixture.crash();
        two.connect();
        assertEquals(List.of("m0", "m1", "m2", "m3"), two.payloads());
        fixture.crash();
        assertEquals(5, fixture.status().queuedMessages());
        one.connect();

        assertEquals(List.of("m0", "m1", "m2", "m3"), one.payloads());
        one.acknowledgeAll();
        assertEquals(List.of("m0", "m1", "m2", "m3", "m4"), one.payloads());
    }

    @Test
    void whatAPassingMemberOfAStoredGroupHadOutlivesACrash() {
        Device stays = member("stays", true, 1);
        stays.lose();
        Device passing = member("passing", false, 1);
        publish(1, 0, 3);
        assertEquals(List.of("m0", "m1", "m2"), passing.payloads());
        passing.acknowledge(1);

        fixture.crash();
        stays.connect();

        assertEquals(List.of("m1", "m2"), stays.payloads());
    }

    @Test
    void groupEndsWithItsLastMember() {
        Device one = member("one", true, 1);
        one.lose();
        publish(1, 0, 3);
        one.connect();
        one.hold.writable(false);
        fixture.run();
        publish(1, 3, 5);
        assertTrue(one.unsubscribe(FILTER));

        assertFalse(fixture.loop.hasSubscriber("a"));
        assertEquals(0, fixture.store.size(Tables.GROUPS));
        one.lose(0);
        assertEquals(0, fixture.status().queuedMessages());
        assertEquals(0, fixture.store.size(Tables.QUEUES));
    }

    @Test
    void groupGetsNoRetainedMessages() {
        fixture.retain("a", 1, "m");
        assertEquals(List.of(), member("one", true, 1).got);
    }

    @Test
    void memberWithQos0GetsMessagesAtQos0() {
        Device zero = member("zero", true, 0);
        publish(1, 0, 2);
        assertEquals(List.of(0, 0), zero.publications().map(Publication::qos).toList());
        zero.lose();
        publish(1, 2, 3);
        zero.connect();
        assertEquals(List.of("m2"), zero.payloads());
        zero.lose();
        publish(0, 3, 4);
        assertEquals(1, fixture.dropped(Drop.NO_MEMBER));
    }

    @Test
    void nothingIsLostWhileMembersComeAndGo() {
        List<Device> members = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            members.add(member("d" + i, i % 2 == 0, 1));
        }
        List<String> acknowledged = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            publish(1, i, i + 1);
            Device moving = members.get(i % 4);
            if (i % 7 == 0) {
                moving.lose(i % 4 % 2 == 0 ? Device.LONG : 0);
                if (i % 4 % 2 == 0) {
                    moving.connect();
                } else {
                    moving.connectClean().subscribe(FILTER, 1);
                }
            } else {
                moving.publications().toList().forEach(p -> {
                    moving.hold.acknowledged(p.packetId());
                    acknowledged.add(Device.text(p));
                });
                fixture.run();
                moving.got.clear();
            }
        }
        for (int round = 0; round < 100; round++) {
            for (Device device : members) {
                device.publications().forEach(p -> {
                    device.hold.acknowledged(p.packetId());
                    acknowledged.add(Device.text(p));
                });
                device.got.clear();
                fixture.run();
            }
        }
        assertEquals(200, acknowledged.stream().distinct().count());
        assertEquals(200, acknowledged.size());
        assertEquals(0, fixture.status().queuedMessages());
    }
}
