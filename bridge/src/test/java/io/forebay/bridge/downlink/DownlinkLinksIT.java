package io.forebay.bridge.downlink;

import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.AmqpConfig;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Links, connections and hosts that come and go, and the end. */
class DownlinkLinksIT extends DownlinkFixture {
    @Test
    void deadAddressesDoNotHoldUpOthers() throws Exception {
        broker.refuse("refused"::equals);
        broker.endSessionOver("ends.session"::equals);
        broker.ignore("mute"::equals);
        put("alive", 0, 100);
        start(quick(
                300,
                DownlinkAddress.of("mute"),
                DownlinkAddress.of("refused"),
                DownlinkAddress.of("ends.session"),
                DownlinkAddress.of("alive").withCredit(3)));
        broker.await("all of the good one are accepted", () -> broker.accepted() == 100);
        broker.await("the others are tried again", () -> broker.linksRefused() >= 6);

        assertEquals(1, broker.connectionsSeen());
        broker.refuse(address -> false);
        broker.endSessionOver(address -> false);
        broker.ignore(address -> false);
        put("refused", 0, 1);
        put("ends.session", 0, 1);
        put("mute", 0, 1);
        broker.await("they have come alive", () -> broker.accepted() == 103);
    }

    @Test
    void statusNamesWhatTheBrokerDoesNotGive() throws Exception {
        broker.refuse("refused"::equals);
        start(DownlinkAddress.of("refused"), DownlinkAddress.of("alive"));
        broker.await(
                "it is tried",
                () -> broker.linksRefused() >= 2 && broker.links().size() == 1);
        broker.await(
                "the status says so",
                () -> downlink.status().refusedAddresses().equals(List.of("refused: amqp:not-found: no such address"))
                        && downlink.status().links() == 1);
        assertTrue(downlink.status().connected());
    }

    @Test
    void linkThatIsDetachedComesBack() throws Exception {
        start(DownlinkAddress.of("downlink"));
        put("downlink", 0, 10);
        broker.await("the first are accepted", () -> broker.accepted() == 10);
        broker.detach("downlink");
        // Else some may go over the first link yet, and come twice.
        broker.await("there is another link", () -> broker.linksOpened() == 2);
        put("downlink", 10, 20);
        broker.await("all are accepted", () -> broker.accepted() == 20);

        assertEquals(1, broker.connectionsSeen());
        assertEquals(numbers(20), durableTexts());
    }

    @Test
    void otherHostsOfTheBrokerAreTriedToo() throws Exception {
        put("downlink", 0, 1);
        // Nobody listens there: loopback, but not the address of "localhost".
        start(
                quick(DownlinkAddress.of("downlink")),
                "127.0.0.77",
                List.of(new AmqpConfig.Endpoint("localhost", broker.port())));
        broker.await("it is accepted", () -> broker.accepted() == 1);
    }

    @Test
    void brokerThatIsAwayAtTheStartAndLaterIsWaitedFor() throws Exception {
        broker.shutDown();
        start(DownlinkAddress.of("downlink"));
        put("downlink", 0, 10);
        broker.listen();
        broker.await("all are accepted", () -> broker.accepted() == 10);

        broker.shutDown();
        put("downlink", 10, 20);
        broker.listen();
        broker.await("all are accepted", () -> broker.accepted() == 20);
        assertEquals(numbers(20), durableTexts());
    }

    @Test
    void stopSettlesWhatTheLogHasAndGivesBackTheRest() throws Exception {
        log.syncs(false);
        put("downlink", 0, 10);
        start(withStopTimeout(60_000, quick(DownlinkAddress.of("downlink"))));
        broker.await("all are with the log", () -> log.pending() == 10);
        log.hasRoom(false);
        put("downlink", 10, 20);
        broker.await("the rest has arrived", () -> broker.transfers() == 20);

        Future<Void> stopped = downlink.stop();
        assertFalse(stopped.isComplete());
        log.syncs(true);
        get(stopped);

        // The connection is closed after a second whether the broker has heard or not.
        broker.await("what the log has is accepted", () -> broker.accepted() == 10);
        broker.await("the rest is back", () -> broker.waiting("downlink") == 10);
        assertEquals(10, log.durable().size());
    }

    @Test
    void stopDoesNotWaitForALogThatIsFull() throws Exception {
        log.syncs(false);
        put("downlink", 0, 10);
        start(withStopTimeout(200, quick(DownlinkAddress.of("downlink"))));
        broker.await("all are with the log", () -> log.pending() == 10);
        get(downlink.stop());

        assertEquals(0, broker.accepted());
        broker.await("all are back", () -> broker.waiting("downlink") == 10);
    }
}
