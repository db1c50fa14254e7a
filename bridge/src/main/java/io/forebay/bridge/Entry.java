package io.forebay.bridge;

import io.forebay.storage.Message;

/** Owned by the bridge's thread: a message in memory, in the queue of its lane. */
final class Entry {
    /** What an entry and its message cost beside the bytes that vary. */
    private static final int OVERHEAD_BYTES = 200;

    final long position;
    final Message message;
    final int bytes;
    /** Null unless it was sent in vain before. */
    Trouble trouble;
    /** The next one of the lane. */
    Entry next;

    Entry(long position, Message message) {
        this.position = position;
        this.message = message;
        long size = OVERHEAD_BYTES
                + (long) message.payload().length
                + message.properties().length
                + message.topic().length()
                + message.clientId().length();
        this.bytes = (int) Math.min(size, Integer.MAX_VALUE);
    }

    /** How often the peer ended a link or connection over it, perhaps. */
    int losses() {
        return trouble == null ? 0 : trouble.losses;
    }
}
