package io.forebay.simulator;

import io.forebay.simulator.ledger.ArrivalCheck;
import io.forebay.simulator.ledger.Text;
import io.vertx.proton.ProtonDelivery;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.message.Message;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code forebay consume}: receives from an AMQP address and shows what comes. */
@Command(
        name = "consume",
        sortOptions = false,
        abbreviateSynopsis = true,
        description = "Receives from an AMQP 1.0 address, takes what it receives, and prints, counts or verifies it.",
        footer = {
            "",
            "Examples:",
            "  consume                               # prints what arrives, until Ctrl-C",
            "  consume --count 10 --format ndjson | jq .payload",
            "  consume --format count --idle 5 --verify",
            "",
            "Exit code: 0, 1 if --verify found something, 2 if it could not run."
        })
public final class ConsumeCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(100);

    /** How a message is shown. */
    enum Format {
        TEXT,
        NDJSON,
        COUNT
    }

    @Option(names = "--host", defaultValue = "localhost", description = "AMQP 1.0 broker (${DEFAULT-VALUE})")
    private String host = "";

    @Option(names = "--port", defaultValue = "5672", description = "its port (${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--user", defaultValue = "", description = "user name")
    private String user = "";

    @Option(names = "--password", arity = "0..1", interactive = true, description = "asked for if left out")
    private String password = "";

    @Option(names = "--address", defaultValue = "uplink", description = "address to receive from (${DEFAULT-VALUE})")
    private String address = "";

    @Option(names = "--format", defaultValue = "text", description = "text, ndjson or count (${DEFAULT-VALUE})")
    private String format = "";

    @Option(names = "--count", defaultValue = "0", description = "ends after so many messages; 0: never")
    private long count;

    @Option(names = "--seconds", defaultValue = "0", description = "ends after this time; 0: never")
    private long seconds;

    @Option(names = "--idle", defaultValue = "0", description = "ends when for this time nothing came; 0: never")
    private long idle;

    @Option(
            names = "--verify",
            description = "looks for damage, disorder, gaps and repeats in messages of the simulator")
    private boolean verify;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    // Owned by the event loop from here on.
    private final Writer out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
    private final ArrivalCheck check = new ArrivalCheck();
    private Format shown = Format.TEXT;
    private long received;
    private long receivedNanos = System.nanoTime();

    @Override
    public Integer call() {
        try (EventLoop loop = new EventLoop()) {
            shown = Format.valueOf(format.toUpperCase(Locale.ROOT));
            Thread whenInterrupted = new Thread(() -> summary(loop), "consume-summary");
            AmqpTarget target = new AmqpTarget(host, port, new Credentials(user, password), address);
            int credit = count == 0 ? AmqpConsumer.CREDIT : (int) Math.min(AmqpConsumer.CREDIT, count);
            AmqpConsumer consumer = loop.call(() ->
                    new AmqpConsumer(loop.vertx(), target, credit, (delivery, message) -> take(delivery, message), 1));
            CompletableFuture<Void> attached = loop.start(consumer::start);
            while (!EventLoop.within(attached, POLL)) {
                // The attempt has a timeout of its own.
            }
            Runtime.getRuntime().addShutdownHook(whenInterrupted);
            await(loop);
            Runtime.getRuntime().removeShutdownHook(whenInterrupted);
            loop.call(() -> {
                consumer.close();
                return true;
            });
            summary(loop);
            return verify && !loop.call(check::clean) ? Report.EXIT_BROKEN_PROMISE : Report.EXIT_CLEAN;
        } catch (SimulationException e) {
            System.err.println(e.getMessage());
        } catch (IllegalArgumentException e) {
            System.err.println("--format is text, ndjson or count, not " + format + ".");
        } finally {
            check.close();
        }
        return Report.EXIT_CANNOT_RUN;
    }

    private void await(EventLoop loop) {
        long startNanos = System.nanoTime();
        CompletableFuture<Void> never = new CompletableFuture<>();
        boolean over = false;
        while (!over && !EventLoop.within(never, POLL)) {
            over = loop.call(() -> {
                out.flush();
                long now = System.nanoTime();
                return (count > 0 && received >= count)
                        || (seconds > 0 && now - startNanos > TimeUnit.SECONDS.toNanos(seconds))
                        || (idle > 0 && now - receivedNanos > TimeUnit.SECONDS.toNanos(idle));
            });
        }
    }

    private void take(ProtonDelivery delivery, Message message) {
        if (count > 0 && received >= count) {
            // Not asked for: somebody else may have it.
            delivery.disposition(Released.getInstance(), true);
            return;
        }
        received++;
        receivedNanos = System.nanoTime();
        if (verify) {
            byte[] payload = MessagePrinter.payload(message);
            check.arrived(payload, 0, payload.length, message.getMessageId());
        }
        if (shown != Format.COUNT) {
            print(shown == Format.TEXT ? MessagePrinter.text(message) : MessagePrinter.json(message));
        }
    }

    private void print(String line) {
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    /** To standard error: standard output is for messages. */
    private void summary(EventLoop loop) {
        long[] total = {0};
        String found = loop.call(() -> {
            out.flush();
            total[0] = received;
            return check.toString();
        });
        if (shown == Format.COUNT || verify) {
            System.err.println(Text.count(total[0]) + " received" + (verify ? ": " + found : ""));
        }
    }
}
