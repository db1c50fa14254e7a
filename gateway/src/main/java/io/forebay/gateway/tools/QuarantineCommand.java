package io.forebay.gateway.tools;

import io.forebay.bridge.QuarantineLimits;
import io.forebay.bridge.StateQuarantine;
import io.forebay.gateway.control.ControlClient;
import io.forebay.gateway.control.ControlException;
import io.forebay.gateway.control.ControlLines;
import io.forebay.gateway.control.ControlRequest;
import io.forebay.storage.state.StateStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code forebay quarantine list | show | redrive | discard}. */
@Command(
        name = "quarantine",
        description = {
            "What the AMQP broker did not take. Asks the gateway that runs on the data directory; where none runs, list, show"
                    + " and discard open the directory themselves. Prints NDJSON."
        },
        mixinStandardHelpOptions = true)
public final class QuarantineCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "What about the quarantine? list, show ID, redrive or discard.");
    }

    @Command(
            name = "list",
            description = "All of it, in the order of the log.",
            footer = {Moment.TIMES, Moment.POSITIONS},
            mixinStandardHelpOptions = true)
    int list(
            @Mixin ControlOptions options,
            @Mixin QuarantineChoice choice,
            @Option(
                            names = "--payload",
                            defaultValue = "none",
                            description = "none, text or base64 (${DEFAULT-VALUE}).")
                    MessageJson.Payload payload) {
        return list(options, choice.json(), payload, this::print);
    }

    private static int list(
            ControlOptions options, JsonObject chosen, MessageJson.Payload payload, Consumer<JsonObject> print) {
        Map<String, String> query = new HashMap<>(Map.of("payload", payload.name()));
        chosen.forEach(each -> query.put(each.getKey(), each.getValue().toString()));
        return each(
                options,
                (client, printed) -> client.lines("/quarantine", query, printed),
                quarantine -> QuarantineLines.list(
                        quarantine, QuarantineSelection.of(new ControlRequest(query, new JsonObject())), payload),
                print);
    }

    @Command(name = "show", description = "One message, with its payload.", mixinStandardHelpOptions = true)
    int show(
            @Mixin ControlOptions options,
            @Parameters(paramLabel = "ID", description = "As list shows it, or the message-id.") String id,
            @Option(
                            names = "--payload",
                            defaultValue = "base64",
                            description = "none, text or base64 (${DEFAULT-VALUE}).")
                    MessageJson.Payload payload) {
        int[] shown = {0};
        int code = list(options, new JsonObject().put(QuarantineSelection.IDS, id), payload, line -> {
            shown[0]++;
            spec.commandLine().getOut().println(line.encodePrettily());
        });
        if (shown[0] == 0) {
            tell("The quarantine holds no message " + id + ".");
        }
        return shown[0] == 0 ? 1 : code;
    }

    @Command(
            name = "redrive",
            description = {
                "Lets messages go again, in the order of the log, to where the routes of now send them, with their message-id"
                        + " and number, marked x-opt-forebay-redriven. What is accepted leaves the quarantine. Needs a"
                        + " running gateway.",
                "Exit code 1 if something was not accepted, or is not there."
            },
            footer = {Moment.TIMES, Moment.POSITIONS},
            mixinStandardHelpOptions = true)
    int redrive(
            @Mixin ControlOptions options,
            @Parameters(paramLabel = "ID", arity = "0..*", description = "These only.") List<String> ids,
            @Mixin QuarantineChoice choice,
            @Option(names = "--lane", arity = "2", paramLabel = "CLIENT TOPIC", description = "Of this lane only.")
                    List<String> lane,
            @Option(names = "--all", description = "Everything that is there.") boolean all) {
        JsonObject chosen = choice.json();
        if (lane != null) {
            chosen.put(QuarantineSelection.CLIENT_ID, lane.get(0)).put(QuarantineSelection.TOPIC, lane.get(1));
        }
        JsonObject body = named(chosen, ids, all);
        Map<String, Integer> outcomes = new HashMap<>();
        try (ControlClient client = options.client()) {
            client.postLines("/quarantine/redrive", body, line -> {
                outcomes.merge(line.getString("outcome"), 1, Integer::sum);
                print(line);
            });
        }
        int messages = outcomes.values().stream().mapToInt(count -> count).sum();
        int accepted = outcomes.getOrDefault("accepted", 0);
        tell(messages + " messages, " + accepted + " accepted; the others stay in the quarantine."
                + missing(ids, messages));
        return accepted == messages && accepted >= count(ids) ? 0 : 1;
    }

    @Command(
            name = "discard",
            description = {
                "Deletes messages for good: they were acknowledged, and nobody will have them.",
                "Exit code 1 if one that is named is not there."
            },
            footer = {Moment.TIMES, Moment.POSITIONS},
            mixinStandardHelpOptions = true)
    int discard(
            @Mixin ControlOptions options,
            @Parameters(paramLabel = "ID", arity = "0..*", description = "These.") List<String> ids,
            @Mixin QuarantineChoice choice,
            @Option(names = "--all", description = "Everything that is there.") boolean all,
            @Option(names = "--yes", description = "Goes with all that is not named by its ID.") boolean yes) {
        JsonObject body = named(choice.json(), ids, all);
        if (count(ids) == 0 && !yes) {
            throw new ParameterException(
                    spec.commandLine(), "This deletes messages that devices were told are safe: say --yes as well.");
        }
        int[] discarded = {0};
        int code = each(
                options,
                (client, print) -> client.postLines("/quarantine/discard", body, print),
                quarantine -> QuarantineLines.discard(quarantine, QuarantineSelection.of(body), gone -> {}),
                line -> {
                    discarded[0]++;
                    print(line);
                });
        tell(discarded[0] + " messages are discarded." + missing(ids, discarded[0]));
        return discarded[0] < count(ids) ? 1 : code;
    }

    private JsonObject named(JsonObject chosen, List<String> ids, boolean all) {
        if (count(ids) == 0 && chosen.isEmpty() && !all) {
            throw new ParameterException(
                    spec.commandLine(), "Which? Name them, or --client-id, --topic, --from, --to, or --all.");
        }
        return count(ids) == 0 ? chosen : chosen.put(QuarantineSelection.IDS, new JsonArray(List.copyOf(ids)));
    }

    /** Of different ones. */
    private static int count(List<String> ids) {
        return ids == null
                ? 0
                : (int) ids.stream()
                        .map(QuarantineSelection::position)
                        .distinct()
                        .count();
    }

    private static String missing(List<String> ids, int found) {
        int missing = count(ids) - found;
        return missing <= 0 ? "" : " " + missing + " of those that you named are not there, or not chosen.";
    }

    /** Asks a running gateway. */
    private interface Live {
        void ask(ControlClient client, Consumer<JsonObject> print);
    }

    private static int each(
            ControlOptions options,
            Live live,
            Function<StateQuarantine, ControlLines> stopped,
            Consumer<JsonObject> each) {
        try (ControlClient client = options.client()) {
            live.ask(client, each);
            return 0;
        } catch (ControlException refused) {
            if (!refused.isNobodyThere()) {
                throw refused;
            }
        }
        Path dataDir = options.dataDir();
        if (Files.notExists(dataDir.resolve("state").resolve("tables"))) {
            throw new ControlException(
                    ControlException.NOT_FOUND,
                    "No gateway runs on " + dataDir.toAbsolutePath() + ", and there is no state either (--data-dir).");
        }
        try (StateStore store = StateTables.open(dataDir, options.keys());
                StateQuarantine quarantine = new StateQuarantine(store, QuarantineLimits.USUAL);
                ControlLines lines = stopped.apply(quarantine)) {
            for (List<JsonObject> piece = lines.next(); !piece.isEmpty(); piece = lines.next()) {
                piece.forEach(each);
            }
        }
        return 0;
    }

    private void print(JsonObject line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line.encode());
    }

    private void tell(String sentence) {
        spec.commandLine().getErr().println(sentence);
    }
}
