package io.forebay.gateway.tools;

import io.forebay.bridge.QuarantineLimits;
import io.forebay.bridge.StateQuarantine;
import io.forebay.gateway.control.ControlClient;
import io.forebay.gateway.control.ControlException;
import io.forebay.gateway.control.ControlLines;
import io.forebay.storage.state.StateStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
            "What the AMQP broker did not take. Asks the gateway that runs on the data directory; where none runs, list, show",
            "and discard open the directory themselves. Prints NDJSON."
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

    @Command(name = "list", description = "All of it, in the order of the log.", mixinStandardHelpOptions = true)
    int list(
            @Mixin ControlOptions options,
            @Option(names = "--client-id", description = "Of this client only.") String clientId,
            @Option(names = "--topic", description = "Of these topics only; + and # as in MQTT.") String topic,
            @Option(
                            names = "--payload",
                            defaultValue = "none",
                            description = "none, text or base64 (${DEFAULT-VALUE}).")
                    MessageJson.Payload payload) {
        Map<String, String> query = query(clientId, topic, payload);
        return each(
                options,
                (client, print) -> client.lines("/quarantine", query, print),
                quarantine -> QuarantineLines.list(
                        quarantine,
                        QuarantineSelection.of(
                                new JsonArray(), Optional.ofNullable(clientId), Optional.ofNullable(topic)),
                        payload),
                this::print);
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
        long position = QuarantineSelection.position(id);
        int[] shown = {0};
        Map<String, String> query = query(null, null, payload);
        int code = each(
                options,
                (client, print) -> client.lines("/quarantine", query, print),
                quarantine -> QuarantineLines.list(
                        quarantine,
                        QuarantineSelection.of(new JsonArray().add(id), Optional.empty(), Optional.empty()),
                        payload),
                line -> {
                    if (QuarantineSelection.position(line.getString("id")) == position) {
                        shown[0]++;
                        spec.commandLine().getOut().println(line.encodePrettily());
                    }
                });
        return shown[0] == 0 ? missing(id) : code;
    }

    private int missing(String id) {
        spec.commandLine().getErr().println("The quarantine holds no message " + id + ".");
        return 1;
    }

    @Command(
            name = "redrive",
            description = {
                "Lets messages go again, in the order of the log, to where the routes of now send them, with their message-id",
                "and number, marked x-opt-forebay-redriven. What is accepted leaves the quarantine. Needs a running gateway.",
                "Exit code 1 if something was not accepted."
            },
            mixinStandardHelpOptions = true)
    int redrive(
            @Mixin ControlOptions options,
            @Parameters(paramLabel = "ID", arity = "0..*", description = "These only.") List<String> ids,
            @Option(names = "--client-id", description = "Of this client only.") String clientId,
            @Option(
                            names = {"--topic", "--route"},
                            description = "Of these topics only, as of a route; + and # as in MQTT.")
                    String topic,
            @Option(names = "--lane", arity = "2", paramLabel = "CLIENT TOPIC", description = "Of this lane only.")
                    List<String> lane,
            @Option(names = "--all", description = "Everything that is there.") boolean all) {
        JsonObject body =
                selection(ids, lane == null ? clientId : lane.get(0), lane == null ? topic : lane.get(1), all);
        Map<String, Integer> outcomes = new HashMap<>();
        try (ControlClient client = options.client()) {
            client.postLines("/quarantine/redrive", body, line -> {
                outcomes.merge(line.getString("outcome"), 1, Integer::sum);
                print(line);
            });
        }
        int messages = outcomes.values().stream().mapToInt(count -> count).sum();
        int accepted = outcomes.getOrDefault("accepted", 0);
        tell(messages + " messages, " + accepted + " accepted; the others stay in the quarantine.");
        return accepted == messages ? 0 : 1;
    }

    @Command(
            name = "discard",
            description = "Deletes messages for good: they were acknowledged, and nobody will have them.",
            mixinStandardHelpOptions = true)
    int discard(
            @Mixin ControlOptions options,
            @Parameters(paramLabel = "ID", arity = "0..*", description = "These.") List<String> ids,
            @Option(names = "--client-id", description = "Of this client only.") String clientId,
            @Option(names = "--topic", description = "Of these topics only; + and # as in MQTT.") String topic,
            @Option(names = "--all", description = "Everything that is there.") boolean all,
            @Option(names = "--yes", description = "Goes with all that is not named by its ID.") boolean yes) {
        JsonObject body = selection(ids, clientId, topic, all);
        if (isEmpty(ids) && !yes) {
            throw new ParameterException(
                    spec.commandLine(), "This deletes messages that devices were told are safe: say --yes as well.");
        }
        int[] discarded = {0};
        int code = each(
                options,
                (client, print) -> client.postLines("/quarantine/discard", body, print),
                quarantine -> QuarantineLines.discard(
                        quarantine,
                        QuarantineSelection.of(
                                body.getJsonArray(QuarantineSelection.IDS, new JsonArray()),
                                Optional.ofNullable(clientId),
                                Optional.ofNullable(topic)),
                        gone -> {}),
                line -> {
                    discarded[0]++;
                    print(line);
                });
        tell(discarded[0] + " messages are discarded.");
        return !isEmpty(ids) && discarded[0] < ids.size() ? 1 : code;
    }

    private JsonObject selection(List<String> ids, String clientId, String topic, boolean all) {
        if (isEmpty(ids) && clientId == null && topic == null && !all) {
            throw new ParameterException(spec.commandLine(), "Which? Name them, or --client-id, --topic, or --all.");
        }
        JsonObject body = new JsonObject();
        if (!isEmpty(ids)) {
            body.put(QuarantineSelection.IDS, new JsonArray(List.copyOf(ids)));
        }
        if (clientId != null) {
            body.put(QuarantineSelection.CLIENT_ID, clientId);
        }
        return topic == null ? body : body.put(QuarantineSelection.TOPIC, topic);
    }

    private static boolean isEmpty(List<String> ids) {
        return ids == null || ids.isEmpty();
    }

    private static Map<String, String> query(String clientId, String topic, MessageJson.Payload payload) {
        Map<String, String> query = new HashMap<>();
        query.put("payload", payload.name());
        if (clientId != null) {
            query.put(QuarantineSelection.CLIENT_ID, clientId);
        }
        if (topic != null) {
            query.put(QuarantineSelection.TOPIC, topic);
        }
        return query;
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
