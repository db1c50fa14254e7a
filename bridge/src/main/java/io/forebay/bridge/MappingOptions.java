package io.forebay.bridge;

/**
 * What the AMQP message of an MQTT message looks like; the mapping itself says what goes where.
 *
 * @param profile whose conventions are followed
 * @param annotations whether what AMQP has no field for goes into message annotations. If not, it goes into application
 *     properties, the names with underscores: IBM MQ refuses messages with annotations, and names with hyphens.
 * @param groupId whether {@code group-id} names the lane: brokers with message groups then keep its order across competing
 *     consumers
 * @param duplicateId whether {@code _AMQ_DUPL_ID} is set, by which Artemis drops repeats
 * @param laneSequence whether the messages of each lane are counted, and each carries its number
 * @param replay the id of the replay that sends the message; empty if none does. A consumer knows such messages by it; they
 *     do not expire, and Artemis does not take them for repeats of what it had.
 */
public record MappingOptions(
        Profile profile,
        boolean annotations,
        boolean groupId,
        boolean duplicateId,
        boolean laneSequence,
        String replay) {
    public static final MappingOptions USUAL = new MappingOptions(Profile.RABBITMQ, true, true, false, true);

    /** Whose consumers are to feel at home. */
    public enum Profile {
        /** RabbitMQ's conversion of MQTT 5 to AMQP 1.0, and in annotations what it loses. */
        RABBITMQ,
        /** The same with the properties by which an MQTT subscriber of the same Artemis sees the original. */
        ARTEMIS,
        /** What consumers of an Eclipse Hono MQTT adapter expect. */
        HONO,
        /** CloudEvents in binary mode; those that arrive as such are passed through. */
        CLOUDEVENTS
    }

    /** Of what no replay sends. */
    public MappingOptions(
            Profile profile, boolean annotations, boolean groupId, boolean duplicateId, boolean laneSequence) {
        this(profile, annotations, groupId, duplicateId, laneSequence, "");
    }

    /** As usual for a profile. */
    public static MappingOptions of(Profile profile) {
        return new MappingOptions(profile, true, true, profile == Profile.ARTEMIS, true);
    }

    /** The same, without numbers. */
    MappingOptions uncounted() {
        return new MappingOptions(profile, annotations, groupId, duplicateId, false, replay);
    }

    /** The same for a replay, which does not know the numbers that messages had. */
    MappingOptions replayed(String id) {
        return new MappingOptions(profile, annotations, groupId, duplicateId, false, id);
    }

    public boolean isReplay() {
        return !replay.isEmpty();
    }
}
