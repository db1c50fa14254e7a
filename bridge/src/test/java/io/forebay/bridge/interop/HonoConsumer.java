package io.forebay.bridge.interop;

import static io.forebay.bridge.Awaits.eventually;
import static io.forebay.bridge.Awaits.get;

import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.Bridge;
import io.forebay.bridge.BridgeConfig;
import io.forebay.bridge.FakeLog;
import io.forebay.bridge.MappingOptions;
import io.forebay.bridge.Route;
import io.forebay.bridge.RouteOptions;
import io.forebay.bridge.amqp.EmbeddedArtemis;
import io.forebay.storage.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * By hand, not in the build: an application of Eclipse Hono, made of Hono's own client, consumes what the bridge carries with
 * the profile {@code hono}. The client needs Vert.x 4, so it has a class loader of its own and is spoken to by reflection.
 * {@code HonoConsumer FILE}, where FILE holds the class path of {@code org.eclipse.hono:hono-client-application-amqp:2.6.0}
 * as {@code mvn dependency:build-classpath -Dmdep.outputFile=FILE} writes it. Ends with 0 if the application read what was
 * published.
 */
final class HonoConsumer {
    private static final String TENANT = "DEFAULT_TENANT";
    private static final String APPLICATION = "org.eclipse.hono.application.client.";
    private static final long ARRIVED_AT_MS = 1_763_719_200_000L;
    private static final int PATIENCE_S = 20;

    private final ClassLoader hono;

    private HonoConsumer(ClassLoader hono) {
        this.hono = hono;
    }

    public static void main(String[] arguments) throws Exception {
        List<URL> jars = new ArrayList<>();
        for (String jar : Files.readString(Path.of(arguments[0])).strip().split(File.pathSeparator, -1)) {
            jars.add(Path.of(jar).toUri().toURL());
        }
        try (URLClassLoader loader =
                        new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
                EmbeddedArtemis broker = EmbeddedArtemis.start("telemetry/" + TENANT)) {
            Thread.currentThread().setContextClassLoader(loader);
            List<String> wrong = new HonoConsumer(loader).run(broker.port());
            System.out.println(wrong.isEmpty() ? "the application read what was published" : "wrong: " + wrong);
            System.exit(wrong.isEmpty() ? 0 : 1);
        }
    }

    private List<String> run(int port) throws Exception {
        FakeLog log = new FakeLog();
        RouteOptions options = RouteOptions.USUAL.withMapping(MappingOptions.of(MappingOptions.Profile.HONO));
        Bridge bridge = new Bridge(
                log,
                BridgeConfig.builder(AmqpConfig.of("localhost", port))
                        .routes(List.of(
                                new Route("event/#", "event/" + TENANT, options),
                                new Route("#", "telemetry/" + TENANT, options)))
                        .build(),
                new SimpleMeterRegistry());
        get(bridge.start());
        BlockingQueue<Object> telemetry = new LinkedBlockingQueue<>();
        BlockingQueue<Object> events = new LinkedBlockingQueue<>();
        for (int qos = 0; qos < 3; qos++) {
            log.add(message("pumps/1/temperature", qos));
            log.add(message("event/pumps/1", qos));
        }
        // Artemis makes a queue for who sends, but a topic for who consumes and comes first.
        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
        Object client = client(port);
        consume(client, "createTelemetryConsumer", telemetry::add);
        consume(client, "createEventConsumer", events::add);
        List<String> wrong = new ArrayList<>();
        for (int qos = 0; qos < 3; qos++) {
            check("telemetry", telemetry.poll(PATIENCE_S, TimeUnit.SECONDS), qos, wrong);
            check("event", events.poll(PATIENCE_S, TimeUnit.SECONDS), qos, wrong);
        }
        get(bridge.stop());
        return wrong;
    }

    private static Message message(String topic, int qos) {
        byte[] payload = ("{\"n\":" + qos + "}").getBytes(StandardCharsets.UTF_8);
        return new Message(ARRIVED_AT_MS, "pump-1", topic, qos, false, false, 4, 1, new byte[0], payload);
    }

    /** A connected {@code ApplicationClient} of Hono. */
    private Object client(int port) throws Exception {
        Class<?> vertx = hono.loadClass("io.vertx.core.Vertx");
        Class<?> properties = hono.loadClass("org.eclipse.hono.client.amqp.config.ClientConfigProperties");
        Object config = properties.getConstructor().newInstance();
        properties.getMethod("setHost", String.class).invoke(config, "localhost");
        properties.getMethod("setPort", int.class).invoke(config, port);
        Class<?> connection = hono.loadClass("org.eclipse.hono.client.amqp.connection.HonoConnection");
        Object made = connection
                .getMethod("newConnection", vertx, properties)
                .invoke(null, vertx.getMethod("vertx").invoke(null), config);
        Object client = hono.loadClass(APPLICATION + "amqp.ProtonBasedApplicationClient")
                .getConstructor(connection)
                .newInstance(made);
        await(client.getClass().getMethod("connect").invoke(client));
        return client;
    }

    private void consume(Object client, String create, Consumer<Object> to) throws Exception {
        Class<?> handler = hono.loadClass("io.vertx.core.Handler");
        await(client.getClass()
                .getMethod(create, String.class, handler, handler)
                .invoke(client, TENANT, handler(handler, to), handler(handler, ended -> {})));
    }

    private Object handler(Class<?> type, Consumer<Object> to) {
        return Proxy.newProxyInstance(hono, new Class<?>[] {type}, (proxy, method, arguments) -> {
            to.accept(arguments[0]);
            return null;
        });
    }

    private void await(Object future) throws Exception {
        CompletionStage<?> stage = (CompletionStage<?>) hono.loadClass("io.vertx.core.Future")
                .getMethod("toCompletionStage")
                .invoke(future);
        Object unused = stage.toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    private void check(String kind, Object message, int qos, List<String> wrong) throws Exception {
        if (message == null) {
            wrong.add(kind + " " + qos + " did not come");
            return;
        }
        String read = String.join(
                " ",
                read(message, "getTenantId"),
                read(message, "getDeviceId"),
                read(message, "getQos"),
                read(message, "getContentType"),
                read(message, "getCreationTime"),
                read(message, "getPayload"));
        System.out.println(kind + ": " + read);
        String expected = TENANT + " pump-1 " + (qos == 0 ? "AT_MOST_ONCE" : "AT_LEAST_ONCE")
                + " application/octet-stream 2025-11-21T10:00:00Z {\"n\":" + qos + "}";
        if (!read.equals(expected)) {
            wrong.add(kind + " should be " + expected);
        }
    }

    private String read(Object message, String what) throws Exception {
        return String.valueOf(hono.loadClass(APPLICATION + "DownstreamMessage")
                .getMethod(what)
                .invoke(message));
    }
}
