package io.forebay.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What whoever appended a message from AMQP hears of it. */
class FateTest {
    private static final byte[] NOTHING = {};

    private final Fixture fixture = new Fixture();
    private final List<String> told = new ArrayList<>();
    private int number;

    private void listen(int copiesMax) {
        fixture.loop.onFate((arrivedAtMs, which, fate) -> told.add(which + " " + fate), copiesMax);
    }

    private void command(String topic, int qos, byte[] properties) {
        number++;
        fixture.append(new Message(
                fixture.nowMs,
                "amqp",
                topic,
                qos,
                false,
                false,
                Message.FROM_AMQP,
                number,
                properties,
                "x".getBytes(StandardCharsets.UTF_8)));
        fixture.run();
    }

    @Test
    void pubackIsToldAndNothingBeforeOrAfterIt() {
        listen(100);
        Device device = fixture.device("d").connect().subscribe("a", 1);
        Device other = fixture.device("e").connect().subscribe("a", 1);
        command("a", 1, NOTHING);
        assertEquals(List.of(), told);

        device.acknowledgeAll();
        other.acknowledgeAll();

        assertEquals(List.of("1 ACKNOWLEDGED"), told);
    }

    @Test
    void ofQos2ItIsThePubcomp() {
        listen(100);
        Device device = fixture.device("d").connect().subscribe("a", 2);
        command("a", 2, NOTHING);
        assertTrue(fixture.now(device.hold.received(1)));
        assertEquals(List.of(), told);

        device.hold.completed(1);
        fixture.run();

        assertEquals(List.of("1 ACKNOWLEDGED"), told);
    }

    @Test
    void ofQos0ItIsWhetherSomebodyWasThere() {
        listen(100);
        Device device = fixture.device("d").connect().subscribe("a", 0);
        command("a", 1, NOTHING);
        command("a", 0, NOTHING);
        device.lose();
        command("a", 0, NOTHING);

        assertEquals(List.of("1 ACKNOWLEDGED", "2 ACKNOWLEDGED", "3 GONE"), told);
    }

    @Test
    void whatNobodySubscribedToIsUnwanted() {
        listen(100);
        command("a", 1, NOTHING);
        fixture.device("d").connect().subscribe("b", 1);
        command("a", 1, NOTHING);

        assertEquals(List.of("1 UNWANTED", "2 UNWANTED"), told);
    }

    @Test
    void sleepingDeviceAcknowledgesWhatWasReadAgainFromTheStore() {
        listen(100);
        Device device = fixture.device("d").connect().subscribe("a", 1);
        device.lose();
        command("a", 1, NOTHING);
        command("a", 1, NOTHING);
        assertEquals(List.of(), told);

        device.connect();
        device.acknowledge(1);
        device.lose();
        assertEquals(List.of("1 ACKNOWLEDGED"), told);
        device.connect();
        device.acknowledgeAll();

        assertEquals(List.of("1 ACKNOWLEDGED", "2 ACKNOWLEDGED"), told);
    }

    @Test
    void whatExpiresInAQueueIsGone() {
        listen(100);
        Device device = fixture.device("d").connect().subscribe("a", 1);
        device.lose();
        command("a", 1, Fixture.expiry(10));
        fixture.passSeconds(11);
        device.connect();
        fixture.run();

        assertEquals(List.of("1 GONE"), told);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatASessionLeavesIsGone(boolean persistent) {
        listen(100);
        Device device = fixture.device("d");
        (persistent ? device.connect() : device.connectClean()).subscribe("a", 1);
        command("a", 1, NOTHING);
        device.lose(persistent ? 5 : 0);
        assertEquals(persistent ? List.of() : List.of("1 GONE"), told);
        fixture.passSeconds(6);

        assertEquals(List.of("1 GONE"), told);
    }

    @Test
    void whatADeviceRefusesOrHasNoRoomForIsGone() {
        fixture.config = Configs.queueMax(1, SessionConfig.QueueFull.DROP_NEWEST);
        fixture.start();
        listen(100);
        Device device = fixture.device("d").connect().subscribe("a", 1);
        command("a", 1, NOTHING);
        command("a", 1, NOTHING);
        assertEquals(List.of("2 GONE"), told);

        device.hold.refused(1);
        fixture.run();

        assertEquals(List.of("2 GONE", "1 GONE"), told);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void memberOfAGroupThatGoesLeavesItToAnother(boolean persistent) {
        listen(100);
        Device one = fixture.device("one");
        Device two = fixture.device("two");
        (persistent ? one.connect() : one.connectClean()).subscribe("$share/g/a", 1);
        command("a", 1, NOTHING);
        (persistent ? two.connect() : two.connectClean()).subscribe("$share/g/a", 1);
        one.lose(persistent ? Device.LONG : 0);
        assertEquals(List.of(), told);
        assertEquals(1, two.got.size());

        two.acknowledgeAll();

        assertEquals(List.of("1 ACKNOWLEDGED"), told);
    }

    @Test
    void groupKeepsWatchOfWhatWaitsForAMember() {
        listen(100);
        Device member = fixture.device("one").connect().subscribe("$share/g/a", 1);
        member.lose();
        command("a", 1, NOTHING);
        assertEquals(List.of(), told);

        member.connect();
        member.acknowledgeAll();

        assertEquals(List.of("1 ACKNOWLEDGED"), told);
    }

    @Test
    void beyondTheLimitNothingIsToldButWhatIsCertain() {
        listen(1);
        Device one = fixture.device("one").connect().subscribe("a", 1);
        Device two = fixture.device("two").connect().subscribe("a", 1);
        command("a", 1, NOTHING);
        command("a", 1, NOTHING);
        one.lose(0);
        two.lose(0);
        assertEquals(List.of(), told);
        assertEquals(
                3, fixture.registry.get("forebay.sessions.unwatched").counter().count());

        Device three = fixture.device("three").connect().subscribe("a", 1);
        command("a", 1, NOTHING);
        three.acknowledgeAll();

        assertEquals(List.of("3 ACKNOWLEDGED"), told);
    }

    @Test
    void afterARestartNothingIsToldOfWhatWaited() {
        listen(100);
        Device device = fixture.device("d").connect().subscribe("a", 1);
        command("a", 1, NOTHING);
        device.lose();
        fixture.restart();
        listen(100);
        device.connect();
        device.acknowledgeAll();

        assertEquals(List.of(), told);
    }
}
