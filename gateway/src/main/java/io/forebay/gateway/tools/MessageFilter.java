package io.forebay.gateway.tools;

import io.forebay.gateway.security.TopicPattern;
import io.forebay.storage.Position;
import io.forebay.storage.StoredRecord;
import io.forebay.storage.chronicle.LogArchive;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which messages of a log a command is about. */
final class MessageFilter {
    /** Segments are chosen by their first message, so a clock that was set back by more than this hides some. */
    static final long CLOCK_SLACK_MS = TimeUnit.HOURS.toMillis(1);

    @Option(names = "--client-id", paramLabel = "ID", description = "Of this client only.")
    private String clientId;

    @Option(names = "--topic", paramLabel = "FILTER", description = "Of these topics only; + and # as in MQTT.")
    private String topic;

    @Mixin
    private final MomentRange range = new MomentRange();

    @Option(names = "--limit", paramLabel = "N", description = "No more than so many messages.")
    private long limit = Long.MAX_VALUE;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    private TopicPattern pattern;

    long limit() {
        return limit;
    }

    /** Where to read, from and to (exclusive); throws ParameterException for what cannot be meant. */
    long[] positions(LogArchive archive) {
        if (topic != null && !TopicPattern.isValid(topic)) {
            throw new ParameterException(
                    spec.commandLine(), "--topic '" + topic + "' is no topic filter (MQTT-4.7.1).");
        }
        Moment from = range.from();
        Moment to = range.to();
        if (range.isBackToFront()) {
            throw new ParameterException(
                    spec.commandLine(), "--from " + from.text() + " is not before --to " + to.text() + ".");
        }
        pattern = topic == null ? null : new TopicPattern(topic);
        long[] positions = {Position.START, Long.MAX_VALUE};
        if (isTime(from) || isTime(to)) {
            positions = archive.positionsOf(
                    isTime(from) ? from.atMs() : 0, isTime(to) ? to.atMs() : Long.MAX_VALUE / 2, CLOCK_SLACK_MS);
        }
        if (from != null && from.isPosition()) {
            positions[0] = Math.max(positions[0], from.position());
        }
        if (to != null && to.isPosition()) {
            positions[1] = Math.min(positions[1], to.position());
        }
        return positions;
    }

    /** Whether it is about more than a range of the log. */
    boolean chooses() {
        return clientId != null || topic != null || limit != Long.MAX_VALUE;
    }

    private static boolean isTime(Moment moment) {
        return moment != null && !moment.isPosition();
    }

    /** After {@link #positions}. Of a record that is no message only the client is looked at. */
    boolean accepts(StoredRecord record) {
        if (!record.isMessage()) {
            return topic == null && (clientId == null || clientId.equals(record.clientId()));
        }
        return (clientId == null || clientId.equals(record.clientId()))
                && range.contains(record.position(), record.arrivedAtMs())
                && (pattern == null || pattern.matches(record.topic()));
    }
}
