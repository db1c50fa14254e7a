package io.forebay.storage;

/** What must have happened to a message before its publisher is told that it arrived (PUBACK, PUBREC). */
public enum AckLevel {
    /** It is in the memory of the gateway: whatever ends the process may lose it. */
    ACCEPTED,
    /** It is in the log, with the operating system: {@code kill -9} does not lose it, a power cut may. */
    APPENDED,
    /** It is durable in the log: neither loses it. */
    SYNCED,
    /** The AMQP broker has accepted it as well, so there are two copies. A broker that is away leaves devices waiting. */
    BROKERED
}
