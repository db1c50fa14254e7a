package io.forebay.bridge.downlink;

import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.Test;

/** What becomes of a message on its way from the broker into the log, and what the broker is told of it. */
class DownlinkIT extends DownlinkFixture {
    @Test
    void whatIsDurableIsAcceptedInOrder() throws Exception {
        put("downlink", 0, 1_000);
        start(DownlinkAddress.of("downlink").withCredit(100));
        broker.await("all are accepted", () -> broker.accepted() == 1_000);

        assertEquals(numbers(1_000), durableTexts());
        io.forebay.storage.Message first = log.durable().get(0);
        assertEquals("t/0", first.topic());
        assertTrue(first.fromAmqp());
        assertEquals(
                1_000,
                meters.get("forebay.downlink.messages")
                        .tag("outcome", "accepted")
                        .counter()
                        .count());
    }

    @Test
    void nothingIsSettledBeforeItIsDurableAndCreditBoundsWhatIsOut() throws Exception {
        log.syncs(false);
        put("downlink", 0, 100);
        start(DownlinkAddress.of("downlink").withCredit(7));
        broker.await("the window is out", () -> log.pending() == 7);

        assertEquals(List.of(), broker.heard());
        assertEquals(7, broker.transfers());
        log.syncs(true);
        broker.await("all are accepted", () -> broker.accepted() == 100);
        assertEquals(numbers(100), durableTexts());
        assertTrue(log.pendingMost() <= 7);
    }

    @Test
    void killedBeforeTheSyncTheBrokerDeliversAgain() throws Exception {
        log.syncs(false);
        put("downlink", 0, 10);
        start(DownlinkAddress.of("downlink"));
        broker.await("all are with the log", () -> log.pending() == 10);

        log.crash();
        broker.dropConnections();
        broker.await("it is back", () -> log.pending() == 10);
        assertEquals(List.of(), durableTexts());
        log.syncs(true);
        broker.await("all are accepted", () -> broker.accepted() == 10);
        assertEquals(numbers(10), durableTexts());
    }

    @Test
    void connectionThatIsLostAfterTheSyncCostsARepeatAndNoMessage() throws Exception {
        log.syncs(false);
        put("downlink", 0, 10);
        start(DownlinkAddress.of("downlink"));
        broker.await("all are with the log", () -> log.pending() == 10);

        broker.dropConnections();
        broker.await("they come again", () -> log.pending() == 20);
        log.syncs(true);
        broker.await("all are accepted", () -> broker.accepted() == 10);
        assertEquals(
                10,
                meters.get("forebay.downlink.messages")
                        .tag("outcome", "unheard")
                        .counter()
                        .count());
        assertEquals(20, log.durable().size());
    }

    @Test
    void logWithoutRoomIsNotFilledFurther() throws Exception {
        start(DownlinkAddress.of("downlink").withCredit(20));
        broker.await("there is credit", () -> broker.links().size() == 1 && broker.credit("downlink") == 20);
        log.hasRoom(false);
        put("downlink", 0, 50);
        broker.await("the window is out", () -> broker.transfers() == 20);

        assertEquals(0, log.pending() + log.durable().size());
        log.hasRoom(true);
        broker.await("all are accepted", () -> broker.accepted() == 50);
        assertEquals(numbers(50), durableTexts());
    }

    @Test
    void bytesThatWaitForTheLogAreBounded() throws Exception {
        log.syncs(false);
        String large = "x".repeat(100_000);
        for (int i = 0; i < 30; i++) {
            broker.put("downlink", "t", large);
        }
        start(quick(DownlinkAddress.of("downlink")).withLimits(2 << 20, 1_000_000, 1));
        broker.await("the bound is reached", () -> log.pending() == 10);
        broker.await("all that the session's window takes are sent", () -> broker.transfers() >= 25);
        assertEquals(10, log.pending());

        log.syncs(true);
        broker.await("all are accepted", () -> broker.accepted() == 30);
    }

    @Test
    void whatCanNeverBeDeliveredIsRejectedWithAReason() throws Exception {
        start(quick(DownlinkAddress.of("downlink")).withLimits(1 << 20, 1 << 24, 1));
        broker.put("downlink", "a/#", "wildcard");
        Message noTopic = Proton.message();
        noTopic.setBody(new AmqpValue("?"));
        broker.put("downlink", "no topic", noTopic);
        broker.put("downlink", "broken", new byte[] {1, 2, 3}, 0);
        broker.put("downlink", "foreign", new byte[] {1, 2, 3}, 0x00b0_0100);
        broker.put("downlink", "t", "x".repeat((1 << 20) + 1));
        broker.put("downlink", "t", "x".repeat(5 << 20));
        broker.put("downlink", "t", "good");
        broker.await("all are settled", () -> broker.heard().size() == 7);

        assertEquals("amqp:invalid-field", broker.heardOf("wildcard").condition());
        assertEquals(
                "The MQTT topic has a wildcard, + or #",
                broker.heardOf("wildcard").description());
        assertEquals("amqp:invalid-field", broker.heardOf("no topic").condition());
        assertEquals("amqp:decode-error", broker.heardOf("broken").condition());
        assertEquals("amqp:not-implemented", broker.heardOf("foreign").condition());
        assertEquals(
                2,
                broker.heard().stream()
                        .filter(heard -> !heard.isAccepted() && heard.text().startsWith("x"))
                        .filter(heard -> heard.condition().equals("amqp:link:message-size-exceeded"))
                        .count());
        assertEquals(List.of("good"), durableTexts());
    }

    private static long msSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    private long heardOf(String start) {
        return broker.heard().stream()
                .filter(heard -> heard.text().startsWith(start))
                .count();
    }

    @Test
    void whatIsRejectedAndRepeatedWithoutACountComesEverMoreSeldomAndOthersGoPast() throws Exception {
        broker.repeatTheRejected();
        start(quick(DownlinkAddress.of("downlink").withCredit(8)).withLimits(1 << 20, 1 << 24, 1));
        long beganAt = System.nanoTime();
        broker.put("downlink", "a/#", "wildcard");
        broker.put("downlink", "t", "x".repeat(3 << 19));
        broker.put("downlink", "broken", new byte[] {1, 2, 3}, 0);
        put("downlink", 0, 100);
        broker.await("the good ones came", () -> broker.accepted() == 100);
        broker.await(
                "each of the others came again and again",
                () -> heardOf("wildcard") >= 4 && heardOf("x") >= 4 && heardOf("broken") >= 4);

        // At once, after 50 to 100 ms, after 100 to 200, and so on.
        for (String each : List.of("wildcard", "x", "broken")) {
            long times = heardOf(each);
            long tookMs = msSince(beganAt); // Not before it is counted: meanwhile it comes again.
            assertTrue(tookMs >= 250, "4 deliveries in " + tookMs + " ms");
            assertTrue(times <= 2 + tookMs / 50, each + ": " + times + " deliveries in " + tookMs + " ms");
        }
        assertEquals(numbers(100), durableTexts());
    }

    @Test
    void withoutASubscriberItIsReleasedIfItIsNotToBeHeldButNotOverAndOver() throws Exception {
        start(DownlinkAddress.of("downlink").withHold(false).withCredit(4));
        long beganAt = System.nanoTime();
        put("downlink", 0, 4);
        broker.await("all came back", () -> broker.heard().size() >= 16);
        List<StubSource.Heard> heard = broker.heard();
        long tookMs = msSince(beganAt);
        assertTrue(heard.stream().allMatch(each -> each.outcome() instanceof Released));
        // At once, after 50 to 100 ms, after 100 to 200, and so on.
        assertTrue(heard.size() <= 4 * (2 + tookMs / 50), heard.size() + " deliveries in " + tookMs + " ms");

        subscribed.addAll(List.of("t/0", "t/1", "t/2", "t/3"));
        broker.await("all are accepted", () -> broker.accepted() == 4);
        assertEquals(4, log.durable().size());
    }

    private void tell(int index, Downlink.Fate fate) {
        io.forebay.storage.Message appended = log.durable().get(index);
        downlink.onFate(appended.arrivedAtMs(), appended.packetId(), fate);
    }

    @Test
    void whatIsSettledWhenDeliveredWaitsForItsFate() throws Exception {
        subscribed.addAll(List.of("t/0", "t/1", "t/2"));
        start(DownlinkAddress.of("downlink").settledWhenDelivered(60_000));
        put("downlink", 0, 3);
        broker.await("all are durable", () -> log.durable().size() == 3);
        assertEquals(List.of(), broker.heard());

        tell(1, Downlink.Fate.ACKNOWLEDGED);
        tell(1, Downlink.Fate.ACKNOWLEDGED);
        tell(2, Downlink.Fate.GONE);
        broker.await("one is accepted and one comes again", () -> log.durable().size() == 4);
        downlink.onFate(0, log.durable().get(0).packetId(), Downlink.Fate.ACKNOWLEDGED); // Of an earlier start.
        tell(3, Downlink.Fate.ACKNOWLEDGED);
        broker.await("that one is accepted", () -> broker.accepted() == 2);

        assertEquals(
                List.of("1", "2", "2"),
                broker.heard().stream().map(StubSource.Heard::text).toList());
        assertTrue(broker.heard().get(1).outcome() instanceof Released);
        assertEquals(1, broker.unsettled("downlink"));
        get(downlink.stop());
        broker.await("what nobody acknowledged waits at the broker", () -> broker.waiting("downlink") == 1);
    }

    @Test
    void whatNobodyAcknowledgesInTimeIsReleasedAndExpires() throws Exception {
        subscribed.add("t/0");
        start(DownlinkAddress.of("downlink").settledWhenDelivered(400));
        put("downlink", 0, 1);
        broker.await("it comes again", () -> log.durable().size() >= 2);

        assertTrue(broker.heard().get(0).outcome() instanceof Released);
        assertArrayEquals(new byte[] {2, 0, 0, 0, 1}, log.durable().get(0).properties());
        double released = meters.get("forebay.downlink.messages")
                .tag("outcome", "released")
                .tag("condition", "deadline")
                .counter()
                .count();
        assertTrue(released >= 1, "it is counted each time");
        tell(0, Downlink.Fate.ACKNOWLEDGED); // Too late.
        broker.await("a repeat is accepted", () -> {
            tell(log.durable().size() - 1, Downlink.Fate.ACKNOWLEDGED);
            return broker.accepted() == 1;
        });
    }

    @Test
    void retainedMessageWithoutASubscriberIsAcceptedAllTheSame() throws Exception {
        start(DownlinkAddress.of("downlink").settledWhenDelivered(60_000));
        Message retained = Proton.message();
        retained.setSubject("t");
        retained.setMessageAnnotations(new MessageAnnotations(Map.of(Symbol.valueOf("x-opt-mqtt-retain"), true)));
        retained.setBody(new AmqpValue("x"));
        broker.put("downlink", "retained", retained);
        broker.await("it is durable", () -> log.durable().size() == 1);

        tell(0, Downlink.Fate.UNWANTED);
        broker.await("it is accepted", () -> broker.accepted() == 1);
    }
}
