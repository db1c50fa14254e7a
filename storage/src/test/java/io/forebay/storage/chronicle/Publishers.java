package io.forebay.storage.chronicle;

import io.forebay.storage.LogCursor;
import io.forebay.storage.Message;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Devices that publish to a log and know what was acknowledged to them, for the tests of its faults: even ones at QoS 1 with
 * several messages on their way, odd ones at QoS 2 with the same packet id again and again. What a device does next it
 * decides from its acknowledgements alone, as after a reconnect. Guarded by itself.
 */
final class Publishers {
    static final int DEVICES = 6;

    private final int[] acknowledged = new int[DEVICES];
    private final int[] sent = new int[DEVICES];
    private final boolean[] toRelease = new boolean[DEVICES];
    private final boolean[] busy = new boolean[DEVICES];
    private final boolean[] opened = new boolean[DEVICES];
    /** Where the acknowledged messages stand. */
    private final TreeMap<Long, String> positions = new TreeMap<>();

    private final int payloadBytes;
    private String failed = "";

    /** What a reading of the log came to. */
    record Counts(int acknowledged, int lost, int repeated, int repeatedQos2, int outOfOrder) {
        static final Counts NONE = new Counts(0, 0, 0, 0, 0);

        Counts plus(Counts more) {
            return new Counts(
                    acknowledged + more.acknowledged,
                    lost + more.lost,
                    repeated + more.repeated,
                    repeatedQos2 + more.repeatedQos2,
                    outOfOrder + more.outOfOrder);
        }

        boolean isFaultless() {
            return lost == 0 && repeatedQos2 == 0 && outOfOrder == 0;
        }
    }

    Publishers(int payloadBytes) {
        this.payloadBytes = payloadBytes;
    }

    /** The same devices after their connections were lost at this moment. */
    synchronized Publishers reconnected() {
        Publishers again = new Publishers(payloadBytes);
        System.arraycopy(acknowledged, 0, again.acknowledged, 0, DEVICES);
        System.arraycopy(acknowledged, 0, again.sent, 0, DEVICES);
        System.arraycopy(toRelease, 0, again.toRelease, 0, DEVICES);
        System.arraycopy(opened, 0, again.opened, 0, DEVICES);
        again.positions.putAll(positions);
        return again;
    }

    private static boolean isExactlyOnce(int device) {
        return device % 2 == 1;
    }

    private static String client(int device) {
        return "device-" + device;
    }

    void connect(ChronicleMessageLog log) {
        for (int device = 1; device < DEVICES; device += 2) {
            int number = device;
            log.openSession(client(device), false, 1_000_000).onSuccess(present -> onOpened(number, present));
        }
    }

    private synchronized void onOpened(int device, boolean present) {
        if (opened[device] && !present) {
            failed = client(device) + " has lost its session";
        }
        opened[device] = true;
    }

    /** One device does what comes next for it. @return succeeds when the log has answered */
    Future<?> act(ChronicleMessageLog log, Random random) {
        int device = random.nextInt(DEVICES);
        if (!isExactlyOnce(device)) {
            return publish(log, device);
        }
        boolean releases;
        synchronized (this) {
            if (busy[device]) {
                return Future.succeededFuture();
            }
            busy[device] = true;
            releases = toRelease[device];
        }
        return releases ? release(log, device) : publish(log, device);
    }

    private Future<?> publish(ChronicleMessageLog log, int device) {
        int number;
        synchronized (this) {
            number = sent[device]++;
        }
        byte[] payload = (number + " " + "x".repeat(payloadBytes)).getBytes(StandardCharsets.US_ASCII);
        Message message = new Message(
                0, client(device), "t", isExactlyOnce(device) ? 2 : 1, false, false, 5, 1, new byte[0], payload);
        return log.append(message).onSuccess(stored -> {
            synchronized (this) {
                acknowledged[device] = number + 1;
                toRelease[device] = isExactlyOnce(device);
                busy[device] = false;
                if (!stored.repeated()) {
                    positions.put(stored.position(), client(device) + " " + number);
                }
            }
        });
    }

    private Future<?> release(ChronicleMessageLog log, int device) {
        return log.release(client(device), 1).onSuccess(released -> {
            synchronized (this) {
                toRelease[device] = false;
                busy[device] = false;
            }
        });
    }

    /** A position somewhere in what is acknowledged, 0 if nothing is. */
    synchronized long somePosition(Random random) {
        if (positions.isEmpty()) {
            return 0;
        }
        long between =
                positions.firstKey() + (long) (random.nextDouble() * (positions.lastKey() - positions.firstKey()));
        return positions.floorKey(between);
    }

    /** Reads the log from {@code from} on and compares it with what was acknowledged. */
    synchronized Counts check(ChronicleMessageLog log, long from, List<String> wrong) {
        int repeated = 0;
        int repeatedQos2 = 0;
        int outOfOrder = 0;
        int[] seen = new int[DEVICES];
        Arrays.fill(seen, -1);
        Map<Long, String> missing = new TreeMap<>(positions.tailMap(from));
        try (LogCursor cursor = log.cursor(from)) {
            while (cursor.next()) {
                Message message = cursor.message();
                int device = Integer.parseInt(message.clientId().substring("device-".length()));
                String text = new String(message.payload(), StandardCharsets.US_ASCII);
                int number = Integer.parseInt(text.substring(0, text.indexOf(' ')));
                missing.remove(cursor.position(), client(device) + " " + number);
                boolean first = (seen[device] < 0 && from > 0) || number == seen[device] + 1;
                if (first) {
                    seen[device] = number;
                } else if (number > seen[device]) {
                    outOfOrder++;
                    wrong.add(client(device) + ": " + number + " after " + seen[device]);
                    seen[device] = number;
                } else if (isExactlyOnce(device)) {
                    repeatedQos2++;
                    wrong.add(client(device) + ": " + number + " again at QoS 2");
                } else {
                    repeated++;
                }
            }
        }
        int lost = missing.size();
        missing.forEach((position, message) -> wrong.add(message + " is lost"));
        int all = 0;
        for (int device = 0; device < DEVICES; device++) {
            all += acknowledged[device];
            if (from == 0 && seen[device] + 1 < acknowledged[device]) {
                lost += acknowledged[device] - seen[device] - 1;
                wrong.add(client(device) + ": " + (seen[device] + 1) + " of " + acknowledged[device]);
            }
        }
        if (!failed.isEmpty()) {
            wrong.add(failed);
        }
        return new Counts(all, lost, repeated, repeatedQos2, outOfOrder);
    }
}
