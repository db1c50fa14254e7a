package io.forebay.gateway.tools;

import io.forebay.bridge.QuarantineLimits;
import io.forebay.bridge.QuarantinedMessage;
import io.forebay.bridge.StateQuarantine;
import io.forebay.gateway.config.Span;
import io.forebay.gateway.control.ControlClient;
import io.forebay.gateway.control.ControlException;
import io.forebay.gateway.security.TopicPattern;
import io.forebay.storage.Position;
import io.forebay.storage.ProbableLanes;
import io.forebay.storage.StoredLogReader;
import io.forebay.storage.StoredRecord;
import io.forebay.storage.StoredSegment;
import io.forebay.storage.chronicle.LogArchive;
import io.forebay.storage.encryption.Keyring;
import io.forebay.storage.state.StateException;
import io.forebay.storage.state.StateStore;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code forebay where}: what has become of a message. */
@Command(
        name = "where",
        description = {
            "Looks for messages in the log, and says of each what is known: when it arrived, whether it is durable, sent,"
                    + " settled or quarantined. Asks the running gateway, or reads the directory of a stopped one. One JSON"
                    + " object for each. Exit code 1 if there is none."
        },
        footer = {Moment.TIMES, Moment.POSITIONS},
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class WhereCommand implements Callable<Integer> {
    private static final String LIVE = "bridge";

    @Mixin
    private ControlOptions options;

    @Option(names = "--message-id", paramLabel = "ID", description = "Its AMQP message-id, or its position.")
    private String messageId;

    @Option(names = "--client-id", paramLabel = "ID", description = "Who has published it.")
    private String clientId;

    @Option(names = "--packet-id", paramLabel = "N", description = "Its MQTT packet identifier, of QoS 1 and 2.")
    private Integer packetId;

    @Option(names = "--topic", paramLabel = "FILTER", description = "Its topic; + and # as in MQTT.")
    private String topic;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            converter = Moment.Converter.class,
            description = "When it was published.")
    private Moment at;

    @Option(
            names = "--within",
            paramLabel = "SPAN",
            defaultValue = "5m",
            description = "How far from --at it may be: 30s, 5m, 2h, 1d (default: ${DEFAULT-VALUE}).")
    private String within;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "At most (${DEFAULT-VALUE}).")
    private int limit;

    @Spec
    private CommandSpec spec;

    /** One that was found. */
    private record Found(long position, JsonObject json) {}

    @Override
    public Integer call() {
        if (messageId == null && clientId == null && topic == null) {
            throw new ParameterException(spec.commandLine(), "Which? --message-id, --client-id or --topic.");
        }
        LogArchive archive = LogArchive.open(options.dataDir(), options.keys());
        List<Found> found = messageId == null ? search(archive) : byPosition(archive);
        try (Knowledge knowledge = Knowledge.of(options, archive)) {
            for (Found each : found) {
                knowledge.add(each.position(), each.json());
                spec.commandLine().getOut().println(each.json().encode());
            }
        }
        return found.isEmpty() ? nothing(archive) : 0;
    }

    private List<Found> byPosition(LogArchive archive) {
        long position = QuarantineSelection.position(messageId);
        int hyphen = messageId.lastIndexOf('-');
        if (hyphen > 0 && !messageId.substring(0, hyphen).equals(archive.gatewayId())) {
            throw new ControlException(
                    ControlException.NOT_FOUND,
                    "The message-id " + messageId + " was given by another gateway; this one is " + archive.gatewayId()
                            + ".");
        }
        List<Found> found = new ArrayList<>();
        archive.read(position, position + 1, record -> {
            found.add(new Found(record.position(), MessageJson.of(record, MessageJson.Payload.NONE)));
            return false;
        });
        if (found.isEmpty() && position < archive.end()) {
            found.add(new Found(position, gone(archive, position)));
        }
        return found;
    }

    private static JsonObject gone(LogArchive archive, long position) {
        JsonObject json = new JsonObject().put("position", Position.text(position));
        boolean deleted =
                archive.segments().stream().noneMatch(segment -> segment.number() == Position.segment(position));
        return json.put(
                "log",
                deleted
                        ? "its segment is deleted: it was settled, and read for the subscribers, before that; when is not"
                                + " known any more"
                        : "there is no record at this position");
    }

    private List<Found> search(LogArchive archive) {
        if (topic != null && !TopicPattern.isValid(topic)) {
            throw new ParameterException(
                    spec.commandLine(), "--topic '" + topic + "' is no topic filter (MQTT-4.7.1).");
        }
        Optional<TopicPattern> pattern = Optional.ofNullable(topic).map(TopicPattern::new);
        long fromMs = at == null ? 0 : at.atMs() - spanMs();
        long toMs = at == null ? Long.MAX_VALUE / 2 : at.atMs() + spanMs();
        long[] range = at == null
                ? new long[] {Position.START, Long.MAX_VALUE}
                : archive.positionsOf(fromMs, toMs, MessageFilter.CLOCK_SLACK_MS);
        TerminalProgress progress = new TerminalProgress(spec.commandLine().getErr());
        List<Found> found = new ArrayList<>();
        archive.read(range[0], range[1], new StoredLogReader() {
            @Override
            public boolean onRecord(StoredRecord record) {
                if (record.isMessage()
                        && (clientId == null || clientId.equals(record.clientId()))
                        && (packetId == null || packetId == record.packetId())
                        && record.arrivedAtMs() >= fromMs
                        && record.arrivedAtMs() <= toMs
                        && pattern.map(filter -> filter.matches(record.topic())).orElse(true)) {
                    found.add(new Found(record.position(), MessageJson.of(record, MessageJson.Payload.NONE)));
                }
                return found.size() < limit;
            }

            @Override
            public void onLost(long from, long to, ProbableLanes lanes) {
                LogDumpCommand.Dump.tellLoss(spec.commandLine().getErr(), from, to, lanes);
            }

            @Override
            public void onProgress(long bytes, long ofBytes) {
                progress.at(bytes, ofBytes);
            }
        });
        progress.end();
        return found;
    }

    private long spanMs() {
        if (at != null && at.isPosition()) {
            throw new ParameterException(spec.commandLine(), "--at is a time; a position goes with --message-id.");
        }
        return Span.ms(within)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--within is as in 30s, 5m, 2h, 1d, not '" + within + "'."));
    }

    private int nothing(LogArchive archive) {
        String from = archive.segments().stream()
                .filter(segment -> segment.records() > 0)
                .map(StoredSegment::begin)
                .map(Position::text)
                .findFirst()
                .orElse("nowhere");
        spec.commandLine()
                .getErr()
                .println("The log holds no such message; it goes from " + from + " to " + Position.text(archive.end())
                        + ". What is older was settled and deleted; what was never acknowledged may never have come.");
        return 1;
    }

    /** What there is to know beside the log. Owned by the command's thread. */
    private interface Knowledge extends AutoCloseable {
        void add(long position, JsonObject json);

        @Override
        void close();

        static Knowledge of(ControlOptions options, LogArchive archive) {
            try {
                return new Live(options.client());
            } catch (ControlException nobody) {
                if (!nobody.isNobodyThere()) {
                    throw nobody;
                }
                return new Stopped(archive, options.dataDir(), options.keys());
            }
        }
    }

    /** Of a gateway that runs. */
    private record Live(ControlClient client) implements Knowledge {
        @Override
        public void add(long position, JsonObject json) {
            try {
                json.put(LIVE, client.get("/messages/" + Position.text(position), Map.of()));
            } catch (ControlException refused) {
                if (refused.isNobodyThere()) {
                    throw refused;
                }
                json.put(LIVE, new JsonObject().put("remark", refused.getMessage()));
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** Of a directory. */
    private static final class Stopped implements Knowledge {
        private final LogArchive archive;
        private final Timeline timeline;
        private StateStore store;
        private StateQuarantine quarantine;
        private String unreadable = "a gateway has it, or there is none";

        Stopped(LogArchive archive, Path dataDir, Keyring keys) {
            this.archive = archive;
            // A gateway that runs without a control socket has the state for itself.
            boolean readable =
                    !archive.isInUse() && Files.exists(dataDir.resolve("state").resolve("tables"));
            if (readable) {
                openState(dataDir, keys);
            }
            timeline = Timeline.left(dataDir, archive.end());
        }

        /** What the log says is worth telling without it: a directory may be mounted for reading only. */
        private void openState(Path dataDir, Keyring keys) {
            try {
                store = StateTables.open(dataDir, keys);
                quarantine = new StateQuarantine(store, QuarantineLimits.USUAL);
            } catch (StateException cause) {
                unreadable = cause.getMessage();
            }
        }

        @Override
        public void add(long position, JsonObject json) {
            JsonObject known = new JsonObject().put("running", false);
            archive.settledBefore().ifPresent(settledBefore -> known.put("settled-before", Position.text(settledBefore))
                    .put("settled", position < settledBefore));
            timeline.tell(position, known);
            if (quarantine == null) {
                known.put(
                        "remark",
                        "whether it is in the quarantine is not known: the state cannot be read: " + unreadable);
            } else {
                Optional<QuarantinedMessage> kept = quarantine.find(position);
                kept.ifPresent(one -> known.put("outcome", "quarantined")
                        .put("quarantined", QuarantineLines.json(one, MessageJson.Payload.NONE)));
                if (kept.isEmpty() && known.getBoolean("settled", false)) {
                    known.put("remark", MessageRoutes.OUTCOME_FORGOTTEN);
                }
            }
            json.put(LIVE, known);
        }

        @Override
        public void close() {
            if (quarantine != null) {
                quarantine.close();
                store.close();
            }
        }
    }
}
