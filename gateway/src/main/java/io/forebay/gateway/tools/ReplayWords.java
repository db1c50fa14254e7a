package io.forebay.gateway.tools;

import io.vertx.core.json.JsonObject;

/** A replay as a line for people. No state. */
final class ReplayWords {
    private ReplayWords() {}

    static String of(JsonObject replay) {
        StringBuilder words =
                new StringBuilder(replay.getString("id")).append(' ').append(replay.getString("state"));
        long messages = replay.getLong("messages");
        if (replay.getBoolean("dryRun")) {
            words.append(": ").append(messages).append(" messages would be sent");
        } else {
            words.append(": ").append(replay.getLong("settled")).append(" messages sent into ");
            words.append(replay.getString("into"));
            if (replay.getLong("rejected") > 0) {
                words.append(", ").append(replay.getLong("rejected")).append(" of them not taken by the broker");
            }
        }
        words.append(", ").append(replay.getLong("bytes")).append(" bytes");
        if (messages > 0) {
            words.append(", arrived from ").append(time(replay, "oldestMs"));
            words.append(" to ").append(time(replay, "newestMs"));
        }
        words.append("; the log is read from ").append(replay.getString("logBeginsAt"));
        words.append(", has come to ").append(replay.getString("position"));
        words.append(" of ").append(replay.getString("end"));
        if (replay.getInteger("gaps") > 0) {
            words.append("; parts were deleted before they were read (log.retain-for, log.retain-size-max)");
        }
        if (!replay.getString("trouble").isEmpty()) {
            words.append("; ").append(replay.getString("trouble"));
        }
        String state = replay.getString("state");
        if (!replay.getBoolean("dryRun") && !state.equals("done") && !state.equals("running")) {
            words.append("; it goes on with --from-position ").append(replay.getString("position"));
        }
        return words.toString();
    }

    private static String time(JsonObject replay, String key) {
        return Moment.text(replay.getLong(key));
    }
}
