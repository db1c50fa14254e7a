package io.forebay.bridge.downlink;

import static io.forebay.bridge.Awaits.get;

import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.Backoff;
import io.forebay.bridge.reply.ReplyTopics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The way from the broker into the log, with a broker and a log that do what the test says. Owned by the thread of the test. */
abstract class DownlinkFixture {
    final HeldLog log = new HeldLog();
    final Set<String> subscribed = ConcurrentHashMap.newKeySet();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final StubSource broker = new StubSource();
    Downlink downlink;

    @BeforeEach
    void startBroker() throws Exception {
        broker.listen();
    }

    @AfterEach
    void stopAll() throws Exception {
        if (downlink != null) {
            get(downlink.stop());
        }
        broker.close();
    }

    static DownlinkConfig quick(DownlinkAddress... addresses) {
        return quick(60_000, addresses);
    }

    static DownlinkConfig quick(long attachTimeoutMs, DownlinkAddress... addresses) {
        return DownlinkConfig.usual()
                .withAddresses(addresses)
                .withPauses(new Backoff(20, 100), attachTimeoutMs, new Backoff(100, 200));
    }

    static DownlinkConfig withStopTimeout(long ms, DownlinkConfig config) {
        return new DownlinkConfig(
                config.addresses(),
                config.packetBytesMax(),
                config.waitingBytesMax(),
                config.deviceLinksMax(),
                config.watchedMax(),
                config.attachAgain(),
                config.attachTimeoutMs(),
                config.releasePause(),
                ms);
    }

    final void start(DownlinkAddress... addresses) throws Exception {
        start(quick(addresses));
    }

    final void start(DownlinkConfig config) throws Exception {
        start(config, "localhost", List.of());
    }

    final void start(DownlinkConfig config, String host, List<AmqpConfig.Endpoint> alternates) throws Exception {
        AmqpConfig amqp = AmqpConfig.builder(host, broker.port())
                .reconnect(new Backoff(10, 100))
                .connectTimeoutMs(30_000)
                .alternates(alternates)
                .build();
        downlink = new Downlink(log, config, amqp, new ReplyTopics(new byte[32]), subscribed::contains, meters);
        get(downlink.start());
    }

    final List<String> durableTexts() {
        return log.durable().stream()
                .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    final void put(String address, int from, int to) {
        for (int i = from; i < to; i++) {
            broker.put(address, "t/" + i, Integer.toString(i));
        }
    }
}
