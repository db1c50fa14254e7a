package io.forebay.storage;

/**
 * Where a record stands in the log: the number of its segment in the upper 32 bits, its index within the segment in the
 * lower 32. A plain {@code long}, because there is one for each message; positions of later records are greater.
 */
public final class Position {
    /** Before every record. */
    public static final long START = 0;

    private Position() {}

    /** The position of record {@code index} (0 to 2^32 - 1) of segment {@code segment} (1 to 2^31 - 1). */
    public static long of(int segment, long index) {
        return (long) segment << 32 | index;
    }

    public static int segment(long position) {
        return (int) (position >>> 32);
    }

    public static long index(long position) {
        return position & 0xFFFF_FFFFL;
    }

    /** Sixteen hexadecimal digits, sorting as the positions do: the part of a message-id that names the record. */
    public static String text(long position) {
        String hex = Long.toHexString(position);
        return "0".repeat(16 - hex.length()) + hex;
    }

    /** What {@link #text} has written, with or without the gateway's id and a hyphen before it. */
    public static long parse(String text) {
        String hex = text.substring(text.lastIndexOf('-') + 1);
        if (!hex.matches("[0-7][0-9a-fA-F]{15}")) {
            throw new IllegalArgumentException("a position is sixteen hexadecimal digits, not '" + text + "'");
        }
        return Long.parseLong(hex, 16);
    }
}
