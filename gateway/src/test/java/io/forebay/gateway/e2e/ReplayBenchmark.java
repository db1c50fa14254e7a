package io.forebay.gateway.e2e;

import io.forebay.gateway.bench.ChildJvm;
import io.forebay.gateway.control.ControlClient;
import io.forebay.simulator.FleetLoad;
import io.forebay.simulator.QosMix;
import io.forebay.simulator.Report;
import io.forebay.simulator.ledger.Latency;
import io.forebay.storage.LogConfig;
import io.forebay.storage.Message;
import io.forebay.storage.MessageLog;
import io.forebay.storage.MessageLog.Appended;
import io.forebay.storage.Retention;
import io.forebay.storage.chronicle.ChronicleMessageLog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a replay costs live messages: devices publish without it and with it in turn, and then beside a client of the broker
 * that is none of ours and sends as many messages of that size; gateway, broker and that client are processes of their own.
 * For a person to run; arguments: messages in the log, messages in a second of the replay, devices, messages in a second of
 * them, seconds of each phase, how often all of it is replayed (what else the machine does comes and goes in minutes), and
 * where the broker keeps its files if not on the disk of the log.
 */
final class ReplayBenchmark {
    private static final int CLIENTS = 1_000;
    private static final int AT_ONCE = 10_000;
    /** After one phase gateway and broker still become faster, by more than what is to be measured. */
    private static final int WARM_UPS = 2;

    private ReplayBenchmark() {}

    public static void main(String[] args) throws Exception {
        int messages = Integer.parseInt(args[0]);
        int replayRate = Integer.parseInt(args[1]);
        FleetLoad load = new FleetLoad(
                Integer.parseInt(args[2]),
                1,
                FleetLoad.TOPIC_TEMPLATE,
                0,
                Long.parseLong(args[4]),
                Integer.parseInt(args[3]),
                QosMix.QOS_1,
                200,
                16);
        Path directory = Files.createTempDirectory("replay-benchmark");
        Path brokerFiles =
                args.length < 7 ? directory : Files.createTempDirectory(Path.of(args[6]), "replay-benchmark");
        if (!brokerFiles.equals(directory)) {
            Files.createSymbolicLink(directory.resolve("broker"), brokerFiles);
        }
        try (Processes processes = new Processes(directory)) {
            fill(directory.resolve("gateway"), messages);
            processes.startBroker();
            processes.startGateway(
                    List.of(),
                    "384m",
                    directory.resolve("gateway"),
                    processes.amqpPort,
                    Map.of("FOREBAY_LOG_RETAIN_FOR", "7d"));
            for (int i = 0; i < WARM_UPS; i++) {
                measured("warming up", processes, load);
            }
            Path socket = directory.resolve("gateway").resolve("control.sock");
            run(processes, load, socket, replayRate, Integer.parseInt(args[5]));
        } finally {
            delete(directory);
            if (!brokerFiles.equals(directory)) {
                delete(brokerFiles);
            }
        }
        System.exit(0);
    }

    private static void run(Processes processes, FleetLoad load, Path socket, int replayRate, int rounds)
            throws Exception {
        List<Report> without = new ArrayList<>();
        List<Report> with = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            without.add(measured("without", processes, load));
            with.addAll(withReplay(processes, load, socket, replayRate));
        }
        without.add(measured("without", processes, load));
        Report control = withProducer(processes, load, replayRate);
        compare("PUBACK", Report::acknowledging, without, with, control);
        compare("arrival", Report::arriving, without, with, control);
    }

    private static List<Report> withReplay(Processes processes, FleetLoad load, Path socket, int rate) {
        List<Report> with = new ArrayList<>();
        try (ControlClient client = new ControlClient(socket)) {
            JsonObject replay = client.post(
                    "/replays",
                    new JsonObject().put("topic", "old/#").put("into", "again").put("rate", rate));
            String path = "/replays/" + replay.getString("id");
            while (client.get(path, Map.of()).getLong("endedAtMs") == 0) {
                Report report = measured("replay", processes, load);
                if (client.get(path, Map.of()).getLong("endedAtMs") == 0) {
                    with.add(report); // It ran for all of this phase.
                }
            }
            JsonObject ended = client.get(path, Map.of());
            double seconds = (ended.getLong("endedAtMs") - ended.getLong("startedAtMs")) / 1e3;
            System.out.printf(
                    "%s: %,d messages replayed in %.1f s, %,.0f in a second%n",
                    ended.getString("state"), ended.getLong("settled"), seconds, ended.getLong("settled") / seconds);
        }
        return with;
    }

    private static Report withProducer(Processes processes, FleetLoad load, int rate) throws Exception {
        Path output = Files.createTempFile("replay-benchmark", ".log");
        List<String> arguments = List.of(Integer.toString(processes.amqpPort), "again", Integer.toString(rate));
        try (ChildJvm producer = ChildJvm.start(
                List.of(), AmqpProducer.class.getName(), List.of("-Xmx128m"), arguments, Map.of(), output)) {
            measured("warming up", processes, load);
            Report report = measured("producer", processes, load);
            if (!producer.isAlive()) {
                throw new IllegalStateException("the producer has ended, see " + output);
            }
            Files.delete(output);
            return report;
        }
    }

    private static void compare(
            String what, Function<Report, Latency> of, List<Report> without, List<Report> with, Report control) {
        double before = medianP99(of, without);
        double during = medianP99(of, with);
        double beside = medianP99(of, List.of(control));
        System.out.printf(
                "%s p99 without %.1f ms, with the replay %.1f ms: %.2f times; with another producer %.1f ms: %.2f times%n",
                what, before / 1e3, during / 1e3, during / before, beside / 1e3, beside / before);
    }

    private static double medianP99(Function<Report, Latency> of, List<Report> reports) {
        long[] sorted =
                reports.stream().map(of).mapToLong(Latency::p99Us).sorted().toArray();
        return sorted.length == 0 ? 0 : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2.0;
    }

    private static Report measured(String phase, Processes processes, FleetLoad load) {
        long cpu = processes.brokerCpuMicros();
        long beganAt = System.nanoTime();
        Report report = processes.simulate(load);
        double seconds = (System.nanoTime() - beganAt) / 1e9;
        System.out.printf(
                "%-12s acknowledged p50 %.1f p99 %.1f ms, arrived p50 %.1f p99 %.1f ms, broker %.0f %% of a core %s%n",
                phase,
                report.acknowledging().p50Us() / 1e3,
                report.acknowledging().p99Us() / 1e3,
                report.arriving().p50Us() / 1e3,
                report.arriving().p99Us() / 1e3,
                (processes.brokerCpuMicros() - cpu) / 1e4 / seconds,
                report.complaints());
        return report;
    }

    /** A log of messages that are delivered, from many clients in turn. */
    static void fill(Path dataDir, int messages) throws Exception {
        LogConfig config = new LogConfig(dataDir, 64L << 20, 100L << 30, 0, 1 << 20, 100_000, 256L << 20, 1_000)
                .withRetention(new Retention(TimeUnit.DAYS.toMillis(7), 100L << 30));
        try (MessageLog log = ChronicleMessageLog.open(config, new SimpleMeterRegistry(), Throwable::printStackTrace)) {
            for (int from = 0; from < messages; from += AT_ONCE) {
                List<Future<Appended>> part = new ArrayList<>();
                for (int i = from; i < Math.min(messages, from + AT_ONCE); i++) {
                    part.add(log.append(message(i)));
                }
                Future.join(part).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
            }
            log.retainFrom(log.durableEnd());
            log.forgetBefore(log.durableEnd());
        }
    }

    private static Message message(int number) {
        String client = "old-" + number % CLIENTS;
        return new Message(
                System.currentTimeMillis(), client, "old/" + client, 1, false, false, 5, 1, new byte[0], new byte[200]);
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException cause) {
                    throw new UncheckedIOException(cause);
                }
            });
        }
    }
}
