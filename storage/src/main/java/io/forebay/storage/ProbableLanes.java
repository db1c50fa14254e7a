package io.forebay.storage;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whose messages are probably among those that are lost, as their remains tell: what can still be read of a record whose
 * checksum fails may itself be damaged.
 *
 * @param first different ones, at most {@link #NAMED_MAX}
 * @param more how many further messages have left a name that is not among these
 */
public record ProbableLanes(List<Lane> first, long more) {
    /** Nothing is left to tell. */
    public static final ProbableLanes NONE = new ProbableLanes(List.of(), 0);

    public static final int NAMED_MAX = 10;
    /** A client id and a topic may have 65 535 bytes each. */
    private static final int SHOWN_MAX = 100;

    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]");

    /** Without what could forge a line of the log, and not for ever. */
    public record Lane(String clientId, String topic) {
        public Lane {
            clientId = shown(clientId);
            topic = shown(topic);
        }

        private static String shown(String name) {
            String cut = name.length() <= SHOWN_MAX ? name : name.substring(0, SHOWN_MAX) + "...";
            return UNPRINTABLE.matcher(cut).replaceAll("?");
        }

        @Override
        public String toString() {
            return "client '" + clientId + "' topic '" + topic + "'";
        }
    }

    /** To be put behind a sentence about the loss; empty if nothing is known. */
    public String words() {
        return first.isEmpty() ? "" : ", probably of " + names();
    }

    /** The lanes as a list for people. */
    public String names() {
        String named = first.stream().map(Lane::toString).collect(Collectors.joining(", "));
        return more == 0 ? named : named + " and, of others, " + more + " more messages";
    }
}
