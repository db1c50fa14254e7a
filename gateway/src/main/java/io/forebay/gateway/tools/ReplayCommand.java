package io.forebay.gateway.tools;

import io.forebay.gateway.control.ControlClient;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code forebay replay}: sends again what is in the log of a running gateway, or tells what that would be. */
@Command(
        name = "replay",
        description = {
            "Sends messages that are in the log again, delivered or not, into any AMQP address.",
            "They have the message-id that they had, and the annotation x-opt-forebay-replayed. What was delivered is in the"
                    + " log for as long as log.retain-for says. A replay ends with its gateway: begin it again with"
                    + " --from-position."
        },
        footer = {Moment.TIMES, Moment.POSITIONS},
        mixinStandardHelpOptions = true,
        subcommands = {ReplayCommand.ListThem.class, ReplayCommand.Cancel.class})
public final class ReplayCommand implements Callable<Integer> {
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long TELL_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

    @Mixin
    private ControlOptions gateway;

    @Spec
    private CommandSpec spec;

    @Option(names = "--client-id", paramLabel = "ID", description = "Only what this device has published.")
    private String clientId;

    @Option(names = "--topic", paramLabel = "FILTER", description = "Only topics that match this MQTT topic filter.")
    private String topic;

    @Option(
            names = "--route",
            paramLabel = "FILTER",
            description = "Only what the route with this topic filter takes; 'default' for what none takes.")
    private String route;

    @Mixin
    private final MomentRange range = new MomentRange();

    @Option(
            names = "--from-position",
            paramLabel = "POSITION",
            converter = Moment.Converter.class,
            description = "Where another replay ended; may be together with --from TIME.")
    private Moment fromPosition;

    @Option(
            names = "--to-position",
            paramLabel = "POSITION",
            converter = Moment.Converter.class,
            description = "Only what stands before that; may be together with --to TIME.")
    private Moment toPosition;

    @Option(names = "--into", paramLabel = "ADDRESS", description = "The AMQP address to send to.")
    private String into;

    @Option(
            names = "--target",
            paramLabel = "NAME",
            description = "Which of amqp.targets; the usual broker if not given.")
    private String target;

    @Option(names = "--rate", paramLabel = "N", description = "Messages in a second (default: replay.rate).")
    private Integer rate;

    @Option(names = "--dry-run", description = "Send nothing; tell how many messages there are, their bytes and times.")
    private boolean dryRun;

    @Option(names = "--detach", description = "Do not wait for the end.")
    private boolean detach;

    @Override
    public Integer call() {
        if (into == null && !dryRun) {
            throw new ParameterException(spec.commandLine(), "Where to? Say --into ADDRESS, or --dry-run.");
        }
        JsonObject asked = new JsonObject()
                .put("clientId", clientId)
                .put("topic", topic)
                .put("route", route)
                .put("fromMs", time(range.from()))
                .put("toMs", time(range.to()))
                .put("fromPosition", position("--from-position", fromPosition, range.from()))
                .put("toPosition", position("--to-position", toPosition, range.to()))
                .put("into", into)
                .put("target", target)
                .put("rate", rate)
                .put("dryRun", dryRun);
        asked.getMap().values().removeIf(value -> value == null);
        PrintWriter out = spec.commandLine().getOut();
        try (ControlClient client = gateway.client()) {
            JsonObject begun = client.post("/replays", asked);
            JsonObject last = detach ? begun : follow(client, begun);
            out.println(ReplayWords.of(last));
            out.flush();
            return detach || last.getString("state").equals("done") ? 0 : 1;
        }
    }

    private static Long time(Moment moment) {
        return moment == null || moment.isPosition() ? null : moment.atMs();
    }

    /** @param other the option that takes both */
    private String position(String option, Moment only, Moment other) {
        boolean twice = only != null && other != null && other.isPosition();
        if (twice || (only != null && !only.isPosition())) {
            throw new ParameterException(spec.commandLine(), option + " is one position.");
        }
        Moment moment = only != null ? only : other;
        return moment == null || !moment.isPosition() ? null : moment.text();
    }

    private JsonObject follow(ControlClient client, JsonObject begun) {
        PrintWriter err = spec.commandLine().getErr();
        String path = "/replays/" + ControlClient.part(begun.getString("id"));
        long tellAt = System.nanoTime() + TELL_EVERY_NANOS;
        JsonObject now = begun;
        while (now.getLong("endedAtMs") == 0) {
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
            now = client.get(path, Map.of());
            if (System.nanoTime() - tellAt > 0 && now.getLong("endedAtMs") == 0) {
                tellAt = System.nanoTime() + TELL_EVERY_NANOS;
                err.println(ReplayWords.of(now));
                err.flush();
            }
        }
        return now;
    }

    /** {@code forebay replay list}. */
    @Command(
            name = "list",
            description = "Shows the replays of a running gateway and the last ones that have ended.",
            mixinStandardHelpOptions = true)
    static final class ListThem implements Callable<Integer> {
        @Mixin
        private ControlOptions gateway;

        @Option(names = "--json", description = "One JSON object in each line.")
        private boolean json;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            try (ControlClient client = gateway.client()) {
                client.lines("/replays", Map.of(), each -> out.println(json ? each.encode() : ReplayWords.of(each)));
            }
            out.flush();
            return 0;
        }
    }

    /** {@code forebay replay cancel ID}. */
    @Command(
            name = "cancel",
            description = "Ends a replay; what is with the broker has its outcome first, if that comes soon.",
            mixinStandardHelpOptions = true)
    static final class Cancel implements Callable<Integer> {
        @Mixin
        private ControlOptions gateway;

        @Parameters(index = "0", paramLabel = "ID", description = "Which one, as list shows it.")
        private String id;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            try (ControlClient client = gateway.client()) {
                JsonObject ended = client.delete("/replays/" + ControlClient.part(id), Map.of());
                spec.commandLine().getOut().println(ReplayWords.of(ended));
                spec.commandLine().getOut().flush();
            }
            return 0;
        }
    }
}
