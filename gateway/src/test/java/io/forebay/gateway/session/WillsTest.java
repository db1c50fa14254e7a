package io.forebay.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.session.SessionHold.WillFate;
import io.forebay.storage.Message;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WillsTest {
    private final Fixture fixture = new Fixture();
    private final Device device = fixture.device("d");

    private Message will(String payload) {
        return Fixture.message(fixture.nowMs, "d", "will", 0, false, new byte[0], payload);
    }

    private List<String> published() {
        return fixture.log.messages().stream()
                .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void mqtt_3_1_2_8_willIsPublishedThroughTheLogWhenTheConnectionIsLost() {
        Device watcher = fixture.device("w").connectClean().subscribe("will", 0);
        device.connect(true, 0, will("gone"), 0);
        assertEquals(1, fixture.store.size(Tables.WILLS));

        fixture.nowMs += 5_000;
        device.lose(0);
        fixture.run();

        assertEquals(List.of("gone"), watcher.payloads());
        assertEquals(fixture.nowMs, watcher.only().arrivedAtMs());
        assertEquals(0, fixture.store.size(Tables.WILLS));
        assertEquals(0, fixture.status().willsWaiting());
    }

    @Test
    void aWillIsJudgedWhenItIsPublishedByTheGroupsThatItsDeviceWasInAcrossACrash() {
        List<Set<String>> asked = new ArrayList<>();
        connect("groups", Set.of("crew", "night"));
        device.lose();
        fixture.crash();
        fixture.loop.judgeWills((will, groups) -> {
            asked.add(groups);
            return Future.succeededFuture(false);
        });
        fixture.passSeconds(3_600);

        assertEquals(List.of(Set.of("crew", "night")), asked);
        assertEquals(List.of(), published());
        assertEquals(1, fixture.dropped(Drop.WILL_DENIED));
        assertEquals(0, fixture.store.size(Tables.WILLS));
        assertEquals(0, fixture.status().willsWaiting());
    }

    @Test
    void aWillWaitsWhileNobodyCanSayWhetherItMayBePublished() {
        List<Boolean> answers = new ArrayList<>();
        fixture.loop.judgeWills((will, groups) ->
                answers.isEmpty() ? Future.failedFuture("nobody is there") : Future.succeededFuture(answers.get(0)));
        connect("gone", Set.of());
        device.lose();
        fixture.passSeconds(3_600);
        assertEquals(List.of(), published());
        assertEquals(1, fixture.status().willsWaiting());

        answers.add(true);
        fixture.passSeconds(2);
        assertEquals(List.of("gone"), published());
        assertEquals(0, fixture.store.size(Tables.WILLS));
        assertEquals(0, fixture.dropped(Drop.WILL_DENIED));
    }

    private void connect(String payload, Set<String> groups) {
        device.hold = fixture.now(fixture.loop.open(
                        new SessionRequest("d", false, Device.LONG, 10, will(payload), 10, groups, ""), device))
                .hold();
    }

    @Test
    void mqtt_3_14_4_3_willIsDiscardedWhenTheDeviceSaysGoodbye() {
        device.connect(true, 0, will("gone"), 0);
        int durable = fixture.store.durableCommits();

        fixture.now(device.hold.close(0, WillFate.DISCARD));

        assertEquals(List.of(), published());
        assertEquals(0, fixture.store.size(Tables.WILLS));
        assertEquals(durable + 1, fixture.store.durableCommits());
    }

    @Test
    void mqtt_3_1_3_9_delayedWillIsNotPublishedIfTheDeviceComesBack() {
        device.connect(false, Device.LONG, will("gone"), 10);
        device.lose();
        fixture.passSeconds(9);
        assertEquals(List.of(), published());

        device.connect();
        fixture.passSeconds(60);

        assertEquals(List.of(), published());
        assertEquals(0, fixture.store.size(Tables.WILLS));
    }

    @Test
    void delayedWillIsPublishedAfterItsDelay() {
        device.connect(false, Device.LONG, will("gone"), 10);
        device.lose();
        fixture.passSeconds(10);
        fixture.run();
        assertEquals(List.of("gone"), published());
    }

    @Test
    void delayedWillIsPublishedWhenItsSessionEndsBefore() {
        device.connect(false, Device.LONG, will("gone"), 10);
        device.lose(5);
        fixture.passSeconds(5);
        assertEquals(List.of("gone"), published());

        Device other = fixture.device("e");
        other.connect(false, Device.LONG, Fixture.message(0, "e", "will", 0, false, new byte[0], "clean"), 10);
        other.lose();
        other.connect(true, Device.LONG, null, 0);
        fixture.run();
        assertEquals(List.of("gone", "clean"), published());
    }

    @Test
    void willIsTriedAgainUntilTheLogTakesIt() {
        device.connect(true, 0, will("gone"), 0);
        fixture.log.refuse(true);
        device.lose(0);
        fixture.passSeconds(5);
        assertEquals(1, fixture.status().willsWaiting());

        fixture.log.refuse(false);
        fixture.passSeconds(1);
        fixture.run();

        assertEquals(List.of("gone"), published());
        assertEquals(0, fixture.store.size(Tables.WILLS));
    }

    @Test
    void willStaysStoredUntilTheLogHasIt() {
        device.connect(true, 0, will("gone"), 0);
        fixture.log.refuse(true);
        device.lose(0);
        fixture.log.refuse(false);

        fixture.crash();
        fixture.run();

        assertEquals(List.of("gone"), published());
    }

    @Test
    void afterACrashWillsWaitForTheFleet() {
        Device silent = fixture.device("silent");
        device.connect(true, 0, will("d"), 0);
        silent.connect(true, 0, Fixture.message(0, "silent", "will", 0, false, new byte[0], "silent"), 0);

        fixture.crash();
        fixture.passSeconds(10);
        device.connectClean();
        fixture.passSeconds(Fixture.CONFIG.willGraceSeconds() - 11);
        assertEquals(List.of(), published());
        fixture.passSeconds(1);
        fixture.run();

        assertEquals(List.of("silent"), published());
        assertEquals(0, fixture.store.size(Tables.WILLS));
    }

    @Test
    void willThatIsKeptOverAStopIsPublishedAfterTheStart() {
        device.connect(false, Device.LONG, will("persistent"), 60);
        Device clean = fixture.device("c");
        clean.connect(true, 0, Fixture.message(0, "c", "will", 0, false, new byte[0], "clean"), 0);
        fixture.now(device.hold.close(Device.LONG, WillFate.KEEP));
        fixture.now(clean.hold.close(0, WillFate.KEEP));

        fixture.restart();
        fixture.passSeconds(59);
        fixture.run();
        assertEquals(List.of("clean"), published());
        fixture.passSeconds(1);
        fixture.run();

        assertEquals(List.of("clean", "persistent"), published());
    }

    @Test
    void willOfASessionThatExpiredMeanwhileIsPublishedNoLaterThanThat() {
        device.connect(false, 40, will("gone"), 100);
        fixture.crash();
        fixture.passSeconds(39);
        assertEquals(List.of(), published());
        fixture.passSeconds(1);
        fixture.run();
        assertEquals(List.of("gone"), published());
        assertEquals(0, fixture.status().sessions());
    }

    @Test
    void newWillTakesThePlaceOfTheOld() {
        device.connect(false, Device.LONG, will("old"), 10);
        device.lose();
        device.connect(false, Device.LONG, will("new"), 0);
        device.lose();
        fixture.run();
        assertEquals(List.of("new"), published());
        assertTrue(fixture.status().willsWaiting() == 0);
    }
}
