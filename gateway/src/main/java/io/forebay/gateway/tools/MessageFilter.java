package io.forebay.gateway.tools;

import io.forebay.gateway.security.TopicPattern;
import io.forebay.storage.Position;
import io.forebay.storage.StoredRecord;
import io.forebay.storage.chronicle.LogArchive;
import java.util.concurrent.TimeUnit;
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

    @Option(
            names = "--from",
            paramLabel = "TIME|POSITION",
            converter = Moment.Converter.class,
            description = "What arrived from then on, or stands from there on.")
    private Moment from;

    @Option(
            names = "--to",
            paramLabel = "TIME|POSITION",
            converter = Moment.Converter.class,
            description = "What arrived before then, or stands before there.")
    private Moment to;

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
        requireRange();
        pattern = topic == null ? null : new TopicPattern(topic);
        long[] range = {Position.START, Long.MAX_VALUE};
        if (isTime(from) || isTime(to)) {
            range = archive.positionsOf(
                    isTime(from) ? from.atMs() : 0, isTime(to) ? to.atMs() : Long.MAX_VALUE / 2, CLOCK_SLACK_MS);
        }
        if (from != null && from.isPosition()) {
            range[0] = Math.max(range[0], from.position());
        }
        if (to != null && to.isPosition()) {
            range[1] = Math.min(range[1], to.position());
        }
        return range;
    }

    private void requireRange() {
        boolean alike = from != null && to != null && from.isPosition() == to.isPosition();
        if (alike && to.atMs() <= from.atMs() && to.position() <= from.position()) {
            throw new ParameterException(
                    spec.commandLine(), "--from " + from.text() + " is not before --to " + to.text() + ".");
        }
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
                && (from == null || from.isReachedBy(record.position(), record.arrivedAtMs()))
                && (to == null || !to.isReachedBy(record.position(), record.arrivedAtMs()))
                && (pattern == null || pattern.matches(record.topic()));
    }
}
