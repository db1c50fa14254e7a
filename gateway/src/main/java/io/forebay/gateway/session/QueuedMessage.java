package io.forebay.gateway.session;

/**
 * One QoS 1 or 2 message in the queue of one session or shared group. Owned by the thread forebay-sessions.
 *
 * <p>What was sent keeps its content only if it may have to be handed to another member of its group; a stored one is read
 * again when its device comes back.
 */
final class QueuedMessage {
    static final int[] NO_IDS = {};

    /** What one message takes beside its content, in memory and on disk. */
    private static final int OVERHEAD = 48;

    private final int qos;
    private final boolean retain;
    private final int[] subscriptionIds;
    private final int bytes;
    private Content content;
    private long sequence;
    private boolean received;
    private SharedGroup group;
    private QueuedMessage kept;

    QueuedMessage(Content content, int qos, boolean retain, int[] subscriptionIds) {
        this(content, qos, retain, subscriptionIds, OVERHEAD + content.bytes());
    }

    private QueuedMessage(Content content, int qos, boolean retain, int[] subscriptionIds, int bytes) {
        this.content = content;
        this.qos = qos;
        this.retain = retain;
        this.subscriptionIds = subscriptionIds;
        this.bytes = bytes;
    }

    /** A QoS 2 message of which only the packet id is still of interest. */
    static QueuedMessage receivedBefore(int bytes) {
        QueuedMessage message = new QueuedMessage(null, 2, false, NO_IDS, bytes);
        message.received = true;
        return message;
    }

    Content content() {
        return content;
    }

    void dropContent() {
        content = null;
    }

    int qos() {
        return qos;
    }

    boolean retain() {
        return retain;
    }

    int[] subscriptionIds() {
        return subscriptionIds;
    }

    int bytes() {
        return bytes;
    }

    long sequence() {
        return sequence;
    }

    void sequence(long given) {
        sequence = given;
    }

    /** So that no packet id is used twice among 65 535 messages that follow each other, and none has to be stored. */
    int packetId() {
        return packetId(sequence);
    }

    static int packetId(long sequence) {
        return (int) (sequence % 65_535) + 1;
    }

    /** QoS 2: whether the device has it (PUBREC), so that only PUBREL is still to be sent. */
    boolean received() {
        return received;
    }

    void markReceived() {
        received = true;
        content = null;
    }

    /** The shared group that it was taken from, or null. */
    SharedGroup group() {
        return group;
    }

    void takenFrom(SharedGroup origin) {
        group = origin;
    }

    /** The group's own entry of it, if that stays until this one is acknowledged; or null. */
    QueuedMessage kept() {
        return kept;
    }

    void keep(QueuedMessage entryOfGroup) {
        kept = entryOfGroup;
    }
}
