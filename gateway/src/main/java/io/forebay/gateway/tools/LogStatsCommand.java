package io.forebay.gateway.tools;

import io.forebay.storage.Position;
import io.forebay.storage.ProbableLanes;
import io.forebay.storage.StoredLogReader;
import io.forebay.storage.StoredRecord;
import io.forebay.storage.StoredSegment;
import io.forebay.storage.chronicle.LogArchive;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code forebay log stats}. */
@Command(
        name = "stats",
        description = "Counts what a log holds, as one JSON object: segments, records by kind, the busiest clients and"
                + " topics, times, what is settled.",
        footer = {Moment.TIMES, Moment.POSITIONS},
        mixinStandardHelpOptions = true)
final class LogStatsCommand implements Callable<Integer> {
    @Mixin
    private LogLocation location;

    @Mixin
    private MessageFilter filter;

    @Option(names = "--top", defaultValue = "10", description = "How many clients and topics (${DEFAULT-VALUE}).")
    private int top;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        LogArchive archive = location.open();
        Count count = new Count(archive.settledBefore().orElse(Position.START));
        long[] range = filter.positions(archive);
        archive.read(range[0], range[1], count);
        count.progress.end();
        spec.commandLine().getOut().println(json(archive, count).encodePrettily());
        return count.lost == 0 ? 0 : 1;
    }

    private JsonObject json(LogArchive archive, Count count) {
        JsonObject json = new JsonObject()
                .put(
                        "directory",
                        archive.directory().toAbsolutePath().normalize().toString())
                .put("in-use", archive.isInUse())
                .put("segments", archive.segments().size())
                .put(
                        "file-bytes",
                        archive.segments().stream()
                                .mapToLong(StoredSegment::bytes)
                                .sum())
                .put("end", Position.text(archive.end()))
                .put("records", new JsonObject(new TreeMap<>(count.byKind)))
                .put("messages", count.messages)
                .put("message-bytes", count.bytes)
                .put("lost", count.lost);
        archive.settledBefore().ifPresent(position -> json.put("settled-before", Position.text(position)));
        json.put("settled", count.messages - count.unsettled).put("unsettled", count.unsettled);
        if (count.messages > 0) {
            json.put("first-arrived", Moment.text(count.firstMs)).put("last-arrived", Moment.text(count.lastMs));
        }
        return json.put("clients", count.clients.json(top)).put("topics", count.topics.json(top));
    }

    /** Counts by name, of a bounded number of names. */
    private static final class Tally {
        private static final int NAMES_MAX = 200_000;

        private final Map<String, long[]> byName = new HashMap<>();
        private long others;

        void add(String name) {
            long[] count = byName.get(name);
            if (count != null) {
                count[0]++;
            } else if (byName.size() < NAMES_MAX) {
                byName.put(name, new long[] {1});
            } else {
                others++;
            }
        }

        JsonObject json(int top) {
            JsonArray busiest = new JsonArray();
            byName.entrySet().stream()
                    .sorted(Comparator.<Map.Entry<String, long[]>>comparingLong(entry -> -entry.getValue()[0])
                            .thenComparing(Map.Entry::getKey))
                    .limit(top)
                    .forEach(entry -> busiest.add(
                            new JsonObject().put("name", entry.getKey()).put("messages", entry.getValue()[0])));
            JsonObject json = new JsonObject().put("different", byName.size()).put("busiest", busiest);
            // More names than are counted one by one: these came late, and none of them is among the busiest.
            return others == 0 ? json : json.put("messages-of-others", others);
        }
    }

    private final class Count implements StoredLogReader {
        private final TerminalProgress progress =
                new TerminalProgress(spec.commandLine().getErr());
        private final long settledBefore;
        private final Map<String, Object> byKind = new HashMap<>();
        private final Tally clients = new Tally();
        private final Tally topics = new Tally();
        private long messages;
        private long unsettled;
        private long bytes;
        private long lost;
        private long firstMs = Long.MAX_VALUE;
        private long lastMs = Long.MIN_VALUE;

        Count(long settledBefore) {
            this.settledBefore = settledBefore;
        }

        @Override
        public boolean onRecord(StoredRecord record) {
            if (!filter.accepts(record)) {
                return true;
            }
            byKind.merge(record.kind(), 1L, (one, more) -> (Long) one + (Long) more);
            if (record.isMessage()) {
                messages++;
                unsettled += record.position() >= settledBefore ? 1 : 0;
                bytes += record.bytes();
                firstMs = Math.min(firstMs, record.arrivedAtMs());
                lastMs = Math.max(lastMs, record.arrivedAtMs());
                clients.add(record.clientId());
                topics.add(record.topic());
            }
            return messages < filter.limit();
        }

        @Override
        public void onLost(long from, long to, ProbableLanes lanes) {
            lost += to - from;
        }

        @Override
        public void onProgress(long read, long ofBytes) {
            progress.at(read, ofBytes);
        }
    }
}
