package io.forebay.simulator;

import io.forebay.simulator.ledger.Text;
import io.forebay.simulator.scenario.ConnectionSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code forebay publish}: publishes over MQTT and waits for the acknowledgements. */
@Command(
        name = "publish",
        sortOptions = false,
        abbreviateSynopsis = true,
        description = "Publishes over MQTT and ends when everything is acknowledged.",
        footer = {
            "",
            "Examples:",
            "  publish -t pumps/1/temperature -m 21.5",
            "  publish -t pumps/1/temperature -m 21.5 --count 1000 --qos 2",
            "  tail -f readings.log | publish -t pumps/1/log --lines",
            "  publish -t pumps/1/temperature -m 21.5 --transport tls --ca ca.crt --cert pump-1.crt --key pump-1.key",
            "",
            "Exit code: 0 everything acknowledged, 2 if not."
        })
public final class PublishCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(100);

    @Option(names = "--host", defaultValue = "localhost", description = "MQTT broker (${DEFAULT-VALUE})")
    private String host = "";

    @Option(names = "--port", description = "its port (1883; with TLS 8883)")
    private int port;

    @Mixin
    private TransportOptions transport;

    @Option(names = "--mqtt-version", defaultValue = "3.1.1", description = "3.1.1 or 5 (${DEFAULT-VALUE})")
    private String version = "";

    @Option(names = "--user", defaultValue = "", description = "user name")
    private String user = "";

    @Option(names = "--password", arity = "0..1", interactive = true, description = "asked for if left out")
    private String password = "";

    @Option(names = "--client-id", description = "client id (made up)")
    private String clientId = "publish-" + ProcessHandle.current().pid();

    @Option(
            names = {"-t", "--topic"},
            required = true,
            description = "topic")
    private String topic = "";

    @Option(
            names = {"-m", "--message"},
            description = "payload")
    private String message;

    @Option(
            names = {"-f", "--file"},
            description = "file that is the payload")
    private Path file;

    @Option(
            names = {"-l", "--lines"},
            description = "each line of standard input is a payload")
    private boolean lines;

    @Option(
            names = {"-q", "--qos"},
            defaultValue = "1",
            description = "0, 1 or 2 (${DEFAULT-VALUE})")
    private int qos;

    @Option(
            names = {"-r", "--retain"},
            description = "the broker keeps the last one for later subscribers")
    private boolean retain;

    @Option(names = "--count", defaultValue = "1", description = "so many times (${DEFAULT-VALUE})")
    private int count;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Override
    public Integer call() {
        try (EventLoop loop = new EventLoop()) {
            check();
            ConnectionSpec connection = ConnectionSpec.DEFAULT.with(
                    version.equals("5") ? ConnectionSpec.Version.V5 : ConnectionSpec.Version.V3_1_1,
                    user,
                    password,
                    transport.apply(ConnectionSpec.Transport.TCP));
            MqttTarget target = MqttTarget.of(host, port == 0 ? TransportOptions.port(connection.transport()) : port);
            Publisher publisher = loop.call(
                    () -> new Publisher(new Dialler(loop.vertx(), target, connection), connection, topic, qos, retain));
            await(loop.start(() -> publisher.connect(clientId)));
            long published = publishAll(loop, publisher);
            await(loop.start(publisher::close));
            System.err.println(Text.count(published) + (qos == 0 ? " published" : " acknowledged"));
            return Report.EXIT_CLEAN;
        } catch (SimulationException e) {
            System.err.println(e.getMessage());
        } catch (IllegalArgumentException e) {
            System.err.println("Cannot run this: " + e.getMessage() + ".");
        } catch (IOException e) {
            System.err.println("Cannot read the payload: " + e.getMessage() + ".");
        }
        return Report.EXIT_CANNOT_RUN;
    }

    private void check() {
        if ((message != null ? 1 : 0) + (file != null ? 1 : 0) + (lines ? 1 : 0) != 1) {
            throw new IllegalArgumentException("one of --message, --file and --lines is needed");
        }
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("--qos is 0, 1 or 2, not " + qos);
        }
        if (topic.isEmpty() || topic.contains("+") || topic.contains("#")) {
            throw new IllegalArgumentException("a topic to publish to has neither + nor #");
        }
        if (!version.equals("5") && !version.equals("3.1.1")) {
            throw new IllegalArgumentException("--mqtt-version is 3.1.1 or 5, not " + version);
        }
    }

    private long publishAll(EventLoop loop, Publisher publisher) throws IOException {
        if (lines) {
            return publishLines(loop, publisher);
        }
        byte[] payload = message != null ? message.getBytes(StandardCharsets.UTF_8) : Files.readAllBytes(file);
        for (int i = 0; i < count; i++) {
            await(loop.start(() -> publisher.publish(payload)));
        }
        return count;
    }

    private static long publishLines(EventLoop loop, Publisher publisher) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        long published = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            byte[] payload = line.getBytes(StandardCharsets.UTF_8);
            await(loop.start(() -> publisher.publish(payload)));
            published++;
        }
        return published;
    }

    private static void await(CompletableFuture<?> waiting) {
        while (!EventLoop.within(waiting, POLL)) {
            // Whoever is waited for gives up by itself.
        }
    }
}
