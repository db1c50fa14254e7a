package io.forebay.bridge;

/**
 * Owned by the bridge's thread: the bound on messages in memory. Messages and bytes are counted in one unit, so that one
 * comparison keeps both bounds: a unit is one message of at most the mean size that the two bounds allow.
 */
final class ReadAhead {
    private final int unitsMax;
    private final long bytesPerUnit;
    private long units;
    private int messages;
    private long bytes;
    private int lanes;

    ReadAhead(int messagesMax, long bytesMax) {
        this.unitsMax = messagesMax;
        this.bytesPerUnit = bytesMax / messagesMax;
    }

    /** Whether one more message may be read, whatever its size: the bound is exceeded by at most that one. */
    boolean hasRoom() {
        return units < unitsMax;
    }

    /** The same for messages that come back from disk: the last quarter is for those that are read for the first time. */
    boolean hasRoomForOld() {
        return units < unitsForOld();
    }

    private int unitsForOld() {
        return unitsMax - unitsMax / 4;
    }

    boolean nearlyFull() {
        return units > unitsForOld() - unitsForOld() / 10 - 1;
    }

    /**
     * How many units a lane may hold: twice its share, so that uneven lanes rarely go to disk, and never so much that a
     * few lanes that have come to a halt take all.
     */
    long laneUnitsMax() {
        return Math.max(1, Math.min(2L * unitsMax / (lanes + 1), unitsMax / 16));
    }

    long units(Entry entry) {
        return 1 + entry.bytes / bytesPerUnit;
    }

    void add(Lane lane, Entry entry) {
        if (lane.units == 0) {
            lanes++;
        }
        long cost = units(entry);
        lane.units += cost;
        units += cost;
        messages++;
        bytes += entry.bytes;
    }

    void remove(Lane lane, Entry entry) {
        long cost = units(entry);
        lane.units -= cost;
        units -= cost;
        messages--;
        bytes -= entry.bytes;
        if (lane.units == 0) {
            lanes--;
        }
    }

    int messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }
}
