package io.forebay.storage.chronicle;

import io.forebay.storage.LogFindings;
import io.forebay.storage.LogFindings.Damage;
import io.forebay.storage.Position;
import io.forebay.storage.ProbableLanes;
import io.forebay.storage.StoredLogReader;
import io.forebay.storage.StoredRecord;
import io.forebay.storage.StoredSegment;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks at all of a stored log for what is not as it was written. Owned by the thread that made it.
 *
 * <p>That a whole segment is missing, or the end of one, shows in the next: each record tells what was durable when it was
 * appended, so the first of a segment tells where the one before it ended.
 */
final class LogCheck {
    private final LogArchive archive;
    private final List<Damage> damage = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    /** Those that a repair has to write again. */
    private final Set<Integer> damagedSegments = new TreeSet<>();

    private final List<Long> missing = new ArrayList<>();
    private final Set<Integer> present = new HashSet<>();
    private long records;
    private long messages;
    private long lost;
    /** By an earlier repair. */
    private long markedAsLost;

    private boolean positionUsable = true;
    /** Where the segment ended that is before the one being read, and what the first record of that says of it. */
    private long endBefore = Position.START;

    private int reading;
    private long messagesInSegment;
    private long lostInSegment;
    private boolean begun;

    LogCheck(LogArchive archive) {
        this.archive = archive;
        archive.segments().forEach(segment -> present.add(segment.number()));
    }

    LogFindings run(StoredLogReader watcher) throws IOException {
        archive.read(Position.START, Long.MAX_VALUE, new Watching(watcher));
        finishSegment();
        checkSeals();
        checkSnapshot();
        checkPosition();
        if (markedAsLost > 0) {
            remarks.add(markedAsLost + " records are marked as lost: a repair did not find them readable.");
        }
        return new LogFindings(present.size(), records, messages, lost, List.copyOf(damage), List.copyOf(remarks));
    }

    Set<Integer> damagedSegments() {
        return damagedSegments;
    }

    /** The ends of segments that are not there at all. */
    List<Long> missing() {
        return missing;
    }

    boolean isPositionUsable() {
        return positionUsable;
    }

    private final class Watching implements StoredLogReader {
        private final StoredLogReader watcher;

        Watching(StoredLogReader watcher) {
            this.watcher = watcher;
        }

        @Override
        public boolean onRecord(StoredRecord record) {
            enter(Position.segment(record.position()));
            if (!begun) {
                begun = true;
                checkBefore(record);
            }
            records++;
            if (record.isMessage()) {
                messages++;
                messagesInSegment++;
            }
            markedAsLost += ((ViewedRecord) record).view().kind() == RecordKind.LOST ? 1 : 0;
            return watcher.onRecord(record);
        }

        @Override
        public void onLost(long from, long to, ProbableLanes lanes) {
            enter(Position.segment(from));
            lost += to - from;
            lostInSegment += to - from;
            damagedSegments.add(reading);
            damage.add(
                    new Damage(from, to, (to - from) + " records that were once safe cannot be read" + lanes.words()));
            watcher.onLost(from, to, lanes);
        }

        @Override
        public void onProgress(long bytes, long ofBytes) {
            watcher.onProgress(bytes, ofBytes);
        }
    }

    private void enter(int segment) {
        if (segment != reading) {
            finishSegment();
            reading = segment;
            begun = false;
            messagesInSegment = 0;
            lostInSegment = 0;
        }
    }

    private void finishSegment() {
        Optional<StoredSegment> finished = archive.segments().stream()
                .filter(segment -> segment.number() == reading)
                .findFirst();
        finished.ifPresent(segment -> {
            endBefore = segment.end();
            checkCount(segment);
        });
    }

    private void checkCount(StoredSegment segment) {
        OptionalLong sealed = sealedMessages(segment);
        if (lostInSegment == 0 && sealed.isPresent() && sealed.getAsLong() != messagesInSegment) {
            damagedSegments.add(segment.number());
            damage.add(new Damage(
                    segment.begin(),
                    segment.end(),
                    "the seal says " + sealed.getAsLong() + " messages, there are " + messagesInSegment));
        }
    }

    private OptionalLong sealedMessages(StoredSegment segment) {
        return LogArchive.reading(
                        archive.directory(),
                        () -> Segment.readSeal(archive.directoryOf(segment.number()), segment.number()))
                .map(seal -> OptionalLong.of(seal.messages()))
                .orElse(OptionalLong.empty());
    }

    private void checkBefore(StoredRecord first) {
        long endThen = first.syncedBefore();
        if (endBefore == Position.START) {
            checkSettled(endThen);
            return;
        }
        if (endThen <= endBefore
                || archive.isForgotten(Position.segment(endThen))
                || Position.segment(endThen) >= Position.segment(first.position())
                || hasMoved(Position.segment(endThen))) {
            return;
        }
        boolean whole = !present.contains(Position.segment(endThen));
        long from = whole ? Position.of(Position.segment(endThen), 0) : endBefore;
        if (whole) {
            missing.add(endThen);
        } else {
            damagedSegments.add(Position.segment(endThen));
        }
        lost += Math.max(0, endThen - from);
        damage.add(new Damage(
                from,
                endThen,
                whole ? "the segment is missing, with all its records" : "the end of the segment is missing"));
    }

    /** Whether a gateway that runs has written on there, or has deleted it, since the segments were listed. */
    private boolean hasMoved(int segment) {
        return archive.isInUse()
                && (Files.notExists(archive.directoryOf(segment))
                        || archive.segments().stream().anyMatch(each -> each.number() == segment && !each.sealed()));
    }

    /** @param endThen before the oldest segment that is there */
    private void checkSettled(long endThen) {
        OptionalLong settled = archive.settledBefore();
        if (settled.isPresent() && settled.getAsLong() > Position.START && settled.getAsLong() < endThen) {
            positionUsable = false;
            damage.add(new Damage(settled.getAsLong(), endThen, "the segments with what was not settled are missing"));
        }
    }

    private void checkSeals() throws IOException {
        int last = present.stream().mapToInt(number -> number).max().orElse(0);
        for (StoredSegment segment : archive.segments()) {
            if (segment.sealed()) {
                continue;
            }
            if (Files.exists(archive.directoryOf(segment.number()).resolve("sealed"))) {
                damagedSegments.add(segment.number());
                damage.add(new Damage(segment.begin(), segment.end(), "the seal cannot be read"));
            } else if (segment.records() > 0 && !archive.isInUse()) {
                remarks.add("Segment " + segment.number()
                        + (segment.number() == last ? "" : ", which is not the last,")
                        + " was left by a process that did not close it; the next start seals it.");
            }
        }
    }

    private void checkSnapshot() {
        List<StoredSegment> used = archive.segments().stream()
                .filter(segment -> segment.records() > 0)
                .toList();
        if (used.isEmpty()) {
            return;
        }
        boolean[] found = {false};
        StoredSegment newest = used.get(used.size() - 1);
        archive.read(newest.begin(), newest.begin() + 1, record -> {
            found[0] = record.kind().equals("snapshot");
            return false;
        });
        if (!found[0]) {
            damage.add(new Damage(
                    newest.begin(),
                    newest.begin() + 1,
                    "the newest segment does not begin with a snapshot of the sessions"));
        }
    }

    private void checkPosition() {
        OptionalLong settled = archive.settledBefore();
        if (settled.isEmpty() && Files.exists(archive.directory().resolve("position"))) {
            positionUsable = false;
            damage.add(new Damage(0, 0, "the position of the bridge cannot be read: what is there is carried again"));
        } else if (settled.isEmpty()) {
            remarks.add("There is no position of the bridge: what is there is carried again.");
        } else if (!archive.isInUse() && settled.getAsLong() > Math.max(archive.end(), Position.START)) {
            remarks.add("The bridge stands at " + Position.text(settled.getAsLong()) + ", behind the end of the log at "
                    + Position.text(archive.end()) + ": what the log held in between is gone.");
        }
        if (archive.gatewayId().isEmpty()) {
            damage.add(new Damage(
                    0, 0, "gateway-id cannot be read: message-ids would change, and repeats not be recognised"));
        }
    }
}
