package io.forebay.simulator.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.forebay.simulator.scenario.Behaviour;
import io.forebay.simulator.scenario.ConnectionSpec;
import io.forebay.simulator.scenario.FleetSpec;
import io.forebay.simulator.scenario.PayloadSpec;
import io.forebay.simulator.scenario.QosShares;
import io.forebay.simulator.scenario.RateSpec;
import io.forebay.simulator.scenario.TrafficSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final long RUN = 42;
    private static final int SIZE = 64;

    private final Ledger ledger = ledger(2, 2, QosShares.only(1));

    @Test
    void aCleanFeedIsClean() {
        for (long sequence = 0; sequence < 100; sequence++) {
            publishAndAcknowledge(1, 1);
            arrive(1, 1, sequence, "id-" + sequence);
        }

        Tally tally = ledger.tally();
        assertEquals(100, tally.published());
        assertEquals(100, tally.acknowledged());
        assertEquals(100, tally.arrived());
        assertEquals(0, tally.lost());
        assertEquals(0, tally.outOfOrder());
        assertEquals(0, tally.repeated());
    }

    @Test
    void acknowledgedAndNotArrivedIsLost() {
        publishAndAcknowledge(0, 0);
        publishAndAcknowledge(0, 0);
        publishAndAcknowledge(0, 0);
        arrive(0, 0, 1, "b");

        assertEquals(2, ledger.tally().lost());
        assertEquals(
                List.of("device 0 topic 0 message 0", "device 0 topic 0 message 2"),
                ledger.gaps(5).examples());
    }

    @Test
    void notAcknowledgedIsNeverLost() {
        assertEquals(0, ledger.published(0, 0));

        assertEquals(0, ledger.tally().lost());
        assertEquals(1, ledger.tally().unacknowledged());
    }

    @Test
    void arrivalBeforeTheAcknowledgementCountsAsArrived() {
        long sequence = ledger.published(0, 0);
        arrive(0, 0, sequence, "a");
        ledger.acknowledged(0, 0, sequence, 1);

        assertEquals(0, ledger.tally().lost());
        assertEquals(0, ledger.awaited());
    }

    @Test
    void acknowledgedTwiceCountsOnce() {
        long sequence = ledger.published(0, 0);
        ledger.acknowledged(0, 0, sequence, 1);
        ledger.acknowledged(0, 0, sequence, 1);

        assertEquals(1, ledger.tally().acknowledged());
        assertEquals(1, ledger.tally().lost());
    }

    @Test
    void onlyTheEarlierMessageThatComesLaterIsOutOfOrder() {
        for (int i = 0; i < 4; i++) {
            publishAndAcknowledge(0, 0);
            publishAndAcknowledge(0, 1);
        }

        arrive(0, 0, 0, "a");
        arrive(0, 0, 3, "d");
        arrive(0, 1, 0, "other lane");
        arrive(0, 0, 1, "b");
        arrive(0, 0, 2, "c");
        arrive(0, 0, 1, "b");

        assertEquals(2, ledger.tally().outOfOrder());
        assertEquals(1, ledger.tally().repeated());
    }

    @Test
    void lateAtQosZeroIsCountedApart() {
        Ledger mixed = ledger(1, 1, QosShares.MIX);
        for (int i = 0; i < 6; i++) {
            publishAndAcknowledge(mixed, 0, 0);
        }

        for (long sequence : new long[] {0, 5, 2, 1}) {
            mixed.arrived(new Stamp(RUN, 0, 0, sequence, 0).toPayload(SIZE), 0, SIZE, "id", 0);
        }

        assertEquals(1, mixed.tally().outOfOrderAtQos0());
        assertEquals(1, mixed.tally().outOfOrder());
    }

    @Test
    void repeatsAreToldApartByTheirMessageId() {
        for (int i = 0; i < 4; i++) {
            publishAndAcknowledge(0, 0);
        }
        ledger.resent(0, 0, 1, true);
        for (long sequence = 0; sequence < 4; sequence++) {
            arrive(0, 0, sequence, sequence == 3 ? null : "id-" + sequence);
        }

        arrive(0, 0, 0, "id-0");
        arrive(0, 0, 1, "second record of a resent message");
        arrive(0, 0, 2, "no excuse");
        arrive(0, 0, 3, null);

        Tally tally = ledger.tally();
        assertEquals(1, tally.repeatedSameId());
        assertEquals(1, tally.repeatedByDevice());
        assertEquals(1, tally.repeatedOtherId());
        assertEquals(1, tally.repeatedUnknownId());
        assertEquals(4, tally.arrived());
    }

    @Test
    void aResendAtQos2IsNoExcuseForASecondMessageId() {
        Ledger exactlyOnce = ledger(1, 1, QosShares.only(2));
        exactlyOnce.resent(0, 0, exactlyOnce.published(0, 0), false);
        byte[] payload = new Stamp(RUN, 0, 0, 0, 0).toPayload(SIZE);

        exactlyOnce.arrived(payload, 0, SIZE, "first", 1);
        exactlyOnce.arrived(payload, 0, SIZE, "second", 1);

        assertEquals(1, exactlyOnce.tally().repeatedOtherId());
    }

    @Test
    void damagedForeignAndInventedMessagesDoNotCountAsArrived() {
        publishAndAcknowledge(0, 0);
        byte[] damaged = new Stamp(RUN, 0, 0, 0, 0).toPayload(SIZE);
        damaged[SIZE - 1] ^= 1;

        ledger.arrived(damaged, 0, SIZE, "a", 0);
        ledger.arrived(new byte[0], 0, 0, "b", 0);
        ledger.arrived(new Stamp(RUN + 1, 0, 0, 0, 0).toPayload(SIZE), 0, SIZE, "c", 0);
        arrive(0, 0, 1, "never published");
        arrive(7, 0, 0, "no such device");
        arrive(0, 2, 0, "no such topic");
        arrive(0, 0, -1, "no such number");

        Tally tally = ledger.tally();
        assertEquals(1, tally.corrupt());
        assertEquals(2, tally.foreign());
        assertEquals(4, tally.invented());
        assertEquals(0, tally.arrived());
        assertEquals(1, tally.lost());
    }

    @Test
    void qosZeroIsCountedApartAndNeverLost() {
        Ledger mixed = ledger(1, 1, QosShares.MIX);
        for (int i = 0; i < 6; i++) {
            int qos = mixed.nextQos(0, 0);
            long sequence = mixed.published(0, 0);
            if (qos > 0) {
                mixed.acknowledged(0, 0, sequence, 1);
            }
        }

        mixed.arrived(new Stamp(RUN, 0, 0, 2, 0).toPayload(SIZE), 0, SIZE, "q0", 0);

        Tally tally = mixed.tally();
        assertEquals(2, tally.publishedAtQos0());
        assertEquals(1, tally.arrivedAtQos0());
        assertEquals(4, tally.acknowledged());
        assertEquals(4, tally.lost());
        assertEquals(0, tally.unacknowledged());
    }

    @Test
    void orderCanBeLookedAtPerQos() {
        Ledger perQos = ledger(1, 1, QosShares.MIX, true);
        for (int i = 0; i < 6; i++) {
            publishAndAcknowledge(perQos, 0, 0);
        }

        // QoS 1 is 0 and 3, QoS 2 is 1 and 4, QoS 0 is 2 and 5.
        for (long sequence : new long[] {3, 1, 4, 2, 0, 5}) {
            perQos.arrived(new Stamp(RUN, 0, 0, sequence, 0).toPayload(SIZE), 0, SIZE, "id", 0);
        }

        assertEquals(1, perQos.tally().outOfOrder());
        assertEquals(0, perQos.tally().outOfOrderAtQos0());
    }

    @Test
    void aGapIsAStretchOfMissingMessagesOfOneTopic() {
        for (int i = 0; i < 10; i++) {
            publishAndAcknowledge(0, 1);
            publishAndAcknowledge(1, 0);
        }
        for (long sequence : new long[] {0, 1, 4, 6, 7, 8, 9}) {
            arrive(0, 1, sequence, "id");
        }
        for (long sequence : new long[] {0, 1, 2, 3, 4, 5, 6}) {
            arrive(1, 0, sequence, "id");
        }

        assertEquals(
                new Gaps(3, 2, 3, List.of("device 0 topic 1 message 2", "device 0 topic 1 message 3")), ledger.gaps(2));
    }

    @Test
    void aWillOfTheRunIsNoStranger() {
        byte[] will = (ledger.willMark() + ".7 gone").getBytes(StandardCharsets.UTF_8);

        ledger.arrived(will, 0, will.length, "id", 0);

        assertEquals(1, ledger.tally().wills());
        assertEquals(0, ledger.tally().foreign());
    }

    @Test
    void latencyIsThatOfFirstArrivals() {
        publishAndAcknowledge(0, 0);
        byte[] payload = new Stamp(RUN, 0, 0, 0, 1_000).toPayload(SIZE);

        ledger.arrived(payload, 0, SIZE, "a", 3_000);
        ledger.arrived(payload, 0, SIZE, "a", 9_000_000);

        assertEquals(2_000, ledger.arriving().all().maxUs());
    }

    /** A broker that loses, repeats, reorders and damages on purpose is caught with exact counts. */
    @Test
    void everyFaultOfARandomBrokerIsCountedExactly() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int messages = 5_000;
        List<Long> feed = new ArrayList<>();
        long lost = 0;
        long damaged = 0;
        long repeated = 0;
        for (long sequence = 0; sequence < messages; sequence++) {
            publishAndAcknowledge(1, 0);
            switch (random.nextInt(10)) {
                case 0 -> lost++;
                case 1 -> {
                    damaged++;
                    lost++;
                    byte[] payload = new Stamp(RUN, 1, 0, sequence, 0).toPayload(SIZE);
                    payload[12 + random.nextInt(SIZE - 12)] ^= (byte) (1 << random.nextInt(8));
                    ledger.arrived(payload, 0, SIZE, "id", 0);
                }
                case 2 -> {
                    repeated++;
                    feed.add(sequence);
                    feed.add(sequence);
                }
                default -> feed.add(sequence);
            }
        }
        for (int from = 0; from + 10 < feed.size(); from += 50) {
            Collections.shuffle(feed.subList(from, from + 10), random);
        }

        feed.forEach(sequence -> arrive(1, 0, sequence, "id-" + sequence));

        Tally tally = ledger.tally();
        assertEquals(lost, tally.lost(), "seed " + seed);
        assertEquals(damaged, tally.corrupt(), "seed " + seed);
        assertEquals(repeated, tally.repeatedSameId(), "seed " + seed);
        assertEquals(repeated, tally.repeated(), "seed " + seed);
        assertEquals(outOfOrder(feed), tally.outOfOrder(), "seed " + seed);
        assertEquals(messages - lost, tally.arrived(), "seed " + seed);
    }

    private static long outOfOrder(List<Long> feed) {
        TreeSet<Long> seen = new TreeSet<>();
        long count = 0;
        for (long sequence : feed) {
            if (seen.add(sequence) && seen.higher(sequence) != null) {
                count++;
            }
        }
        return count;
    }

    private void publishAndAcknowledge(int device, int topic) {
        publishAndAcknowledge(ledger, device, topic);
    }

    private static void publishAndAcknowledge(Ledger ledger, int device, int topic) {
        int qos = ledger.nextQos(device, topic);
        long sequence = ledger.published(device, topic);
        if (qos > 0) {
            ledger.acknowledged(device, topic, sequence, 1);
        }
    }

    private static Ledger ledger(int devices, int topics, QosShares qos) {
        return ledger(devices, topics, qos, false);
    }

    private static Ledger ledger(int devices, int topics, QosShares qos, boolean orderPerQos) {
        TrafficSpec traffic = new TrafficSpec(
                topics,
                TrafficSpec.TOPIC_TEMPLATE,
                qos,
                false,
                PayloadSpec.binary(SIZE, SIZE),
                RateSpec.AS_ACKNOWLEDGED,
                0,
                16,
                List.of(),
                "");
        FleetSpec fleet = new FleetSpec("devices", devices, 0, ConnectionSpec.DEFAULT, traffic, Behaviour.GOOD);
        // Four pages in memory: whatever the tests do has to be right through the file as well.
        MessagePages pages = new MessagePages(Path.of(System.getProperty("java.io.tmpdir")), 4);
        return new Ledger(RUN, List.of(fleet), pages, orderPerQos);
    }

    private void arrive(int device, int topic, long sequence, String messageId) {
        ledger.arrived(new Stamp(RUN, device, topic, sequence, 0).toPayload(SIZE), 0, SIZE, messageId, 0);
    }
}
