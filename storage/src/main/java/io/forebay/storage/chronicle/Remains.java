package io.forebay.storage.chronicle;

import io.forebay.storage.Position;
import io.forebay.storage.ProbableLanes;
import io.forebay.storage.ProbableLanes.Lane;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What can still be read of records that are not sound: the lanes of messages, where enough of a header is left. Owned by
 * the thread that reads the segment. Encrypted records leave nothing.
 *
 * <p>Bytes are taken for a header only where a record has to begin, or where its trailer names a position that is lost:
 * else whoever publishes something that looks like a record would be believed.
 */
final class Remains {
    private static final int FRAME = 4;
    private static final int STEP = 4;
    private static final int HEADER = RecordCodec.CLIENT;

    /** Of its own: what is in the reader's is asked for still. */
    private final FileWindow window;

    private long lostFrom;
    private long lostTo;
    private long told;
    private final Set<Lane> lanes = new LinkedHashSet<>();
    private long more;

    Remains(FileChannel channel, Disk disk) {
        window = new FileWindow(channel, disk);
    }

    /**
     * Looks at the bytes from {@code from} to {@code to} of the file.
     *
     * @param newLostFrom the positions that are lost there, to {@code newLostTo} (exclusive)
     */
    ProbableLanes lanes(long from, long to, long newLostFrom, long newLostTo) throws IOException {
        lostFrom = newLostFrom;
        lostTo = newLostTo;
        told = 0;
        lanes.clear();
        more = 0;
        window.refill();
        long expected = from;
        long frame = from;
        while (frame + FRAME + RecordCodec.MESSAGE_OVERHEAD <= to && told < lostTo - lostFrom) {
            long behind = messageAt(frame, to, frame == expected);
            expected = behind > 0 ? behind : expected;
            frame = behind > 0 ? behind : frame + STEP;
        }
        return lanes.isEmpty() ? ProbableLanes.NONE : new ProbableLanes(List.copyOf(lanes), more);
    }

    /** @return where the next record should begin, 0 if there is none here */
    private long messageAt(long frame, long to, boolean expected) throws IOException {
        int at = window.show(frame + FRAME, HEADER);
        byte[] bytes = window.bytes();
        int length = RecordCodec.getInt(bytes, at + 4);
        int client = RecordCodec.getShort(bytes, at + 20);
        int topic = RecordCodec.getShort(bytes, at + 22);
        boolean plausible = RecordView.mayStartAt(bytes, at)
                && RecordKind.of(bytes[at + 3]) == RecordKind.MESSAGE
                && bytes[at + 2] != RecordCodec.ENCRYPTED_VERSION
                && length >= RecordCodec.MESSAGE_OVERHEAD + client + topic
                && length <= to - frame - FRAME;
        if (!plausible) {
            return 0;
        }
        Lane lane = lane(frame, client, topic);
        long position = positionAt(frame + FRAME + length - RecordCodec.TRAILER);
        boolean elsewhere = Position.segment(position) == Position.segment(lostFrom);
        boolean lost = position >= lostFrom && position < lostTo;
        if (lane == null || !(lost || (expected && !elsewhere))) {
            return 0;
        }
        add(lane);
        return (frame + FRAME + length + FRAME - 1) & -FRAME;
    }

    private void add(Lane lane) {
        told++;
        if (!lanes.contains(lane)) {
            if (lanes.size() < ProbableLanes.NAMED_MAX) {
                lanes.add(lane);
            } else {
                more++;
            }
        }
    }

    private long positionAt(long offset) throws IOException {
        int at = window.show(offset, Long.BYTES);
        return RecordCodec.getLong(window.bytes(), at);
    }

    /** Null if it is none. */
    private Lane lane(long frame, int client, int topic) throws IOException {
        int at = window.show(frame + FRAME + HEADER, client + 1 + topic);
        byte[] bytes = window.bytes();
        if (topic == 0 || bytes[at + client] != 0) {
            return null;
        }
        try {
            return new Lane(text(bytes, at, client), text(bytes, at + client + 1, topic));
        } catch (CharacterCodingException damaged) {
            return null;
        }
    }

    private static String text(byte[] bytes, int from, int count) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes, from, count))
                .toString();
    }
}
