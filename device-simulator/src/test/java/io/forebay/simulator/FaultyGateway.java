package io.forebay.simulator;

import io.forebay.simulator.ledger.Stamp;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Between {@link FakeMqttBroker} and {@link FakeAmqpPeer}: carries payloads badly, as its seed wills, and remembers what it
 * sent, so that what a judge should find can be counted without the judge. Owned by the event loop of the two.
 */
final class FaultyGateway {
    /** One payload as it left. */
    private record Sent(Stamp stamp, String id, boolean intact) {}

    private final Vertx vertx;
    private final FakeAmqpPeer peer;
    private final Random random;
    private final double faultShare;
    private final long delayMs;
    private final List<Sent> sent = new ArrayList<>();
    private final Set<Stamp> received = new HashSet<>();
    private final Set<Stamp> resent = new HashSet<>();
    private byte[] heldBack;
    private long records;
    long foreign;
    long invented;

    FaultyGateway(Vertx vertx, FakeAmqpPeer peer, long seed, double faultShare, long delayMs) {
        this.vertx = vertx;
        this.peer = peer;
        this.faultShare = faultShare;
        this.delayMs = delayMs;
        random = new Random(seed);
    }

    void carry(byte[] payload) {
        Stamp stamp = Stamp.read(payload, 0, payload.length).stamp();
        if (!received.add(stamp)) {
            resent.add(stamp);
        }
        if (random.nextDouble() >= faultShare) {
            send(payload, nextId());
            return;
        }
        switch (random.nextInt(8)) {
            case 0 -> {} // lost
            case 1 -> send(damaged(payload), nextId());
            case 2 -> repeat(payload, nextId(), 1 + random.nextInt(3));
            case 3 -> {
                send(payload, nextId());
                send(payload, nextId());
            }
            case 4 -> swap(payload);
            case 5 -> {
                foreign++;
                send(new byte[random.nextInt(100)], "strange");
                send(payload, nextId());
            }
            case 6 -> {
                invented++;
                Stamp future = new Stamp(stamp.runId(), stamp.device(), stamp.topic(), 1L << 40, stamp.sentAtUs());
                send(future.toPayload(payload.length), "invented");
                send(payload, nextId());
            }
            default -> repeatLater(payload);
        }
    }

    private void repeat(byte[] payload, String id, int times) {
        for (int i = 0; i <= times; i++) {
            send(payload, id);
        }
    }

    private void repeatLater(byte[] payload) {
        String id = nextId();
        send(payload, id);
        vertx.setTimer(1 + random.nextInt(100), timer -> send(payload, id));
    }

    /** The one that is held back goes behind the next one that is, or is lost if there is none. */
    private void swap(byte[] payload) {
        byte[] before = heldBack;
        heldBack = payload;
        if (before != null) {
            send(before, nextId());
        }
    }

    private byte[] damaged(byte[] payload) {
        byte[] damaged = payload.clone();
        // Not in what says that it is of this run: it would be a stranger then.
        damaged[12 + random.nextInt(payload.length - 12)] ^= (byte) (1 << random.nextInt(8));
        return damaged;
    }

    private String nextId() {
        return "record-" + records++;
    }

    private void send(byte[] payload, String id) {
        Stamp.Reading reading = Stamp.read(payload, 0, payload.length);
        if (delayMs == 0) {
            note(reading, id);
            peer.send(payload, id);
        } else {
            vertx.setTimer(delayMs, timer -> {
                note(reading, id);
                peer.send(payload, id);
            });
        }
    }

    private void note(Stamp.Reading reading, String id) {
        if (reading != null) {
            sent.add(new Sent(reading.stamp(), id, reading.intact()));
        }
    }

    /** What a judge should find, the slow and simple way. */
    Found expected() {
        Map<String, TreeSet<Long>> arrived = new HashMap<>();
        Map<Stamp, String> firstIds = new HashMap<>();
        Found found = new Found();
        for (Sent message : sent) {
            Stamp stamp = message.stamp();
            TreeSet<Long> lane = arrived.computeIfAbsent(stamp.device() + "/" + stamp.topic(), key -> new TreeSet<>());
            boolean known = received.contains(stamp);
            found.corrupt += message.intact() ? 0 : 1;
            if (!message.intact() || !known) {
                continue;
            }
            if (lane.add(stamp.sequence())) {
                found.arrived++;
                found.outOfOrder += lane.higher(stamp.sequence()) == null ? 0 : 1;
                firstIds.put(stamp, message.id());
            } else if (message.id().equals(firstIds.get(stamp))) {
                found.sameId++;
            } else if (resent.contains(stamp)) {
                found.byDevice++;
            } else {
                found.otherId++;
            }
        }
        for (Stamp stamp : received) {
            found.lost += firstIds.containsKey(stamp) ? 0 : 1;
        }
        return found;
    }

    /** Counts by kind. */
    static final class Found {
        long arrived;
        long lost;
        long corrupt;
        long outOfOrder;
        long sameId;
        long otherId;
        long byDevice;
    }
}
