package io.forebay.storage;

/** One record of a stored log, messages and others. Valid only until the next one is read. */
public interface StoredRecord {
    long position();

    /** What it is, in lower case: message, release, session-opened, ... */
    String kind();

    boolean isMessage();

    /** Its length in the log. */
    int bytes();

    /** What was durable when it was appended. */
    long syncedBefore();

    /** Whose it is; empty for what belongs to no one client. */
    String clientId();

    /** Of a message or a release; else 0. */
    int packetId();

    /** Of a message, without reading the rest. */
    String topic();

    /** Of a message, without reading the rest. */
    long arrivedAtMs();

    /** Only of a message. */
    Message message();
}
