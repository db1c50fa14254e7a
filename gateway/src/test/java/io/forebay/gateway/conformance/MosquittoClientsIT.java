package io.forebay.gateway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** mosquitto_pub and mosquitto_sub work unchanged: each QoS, will, retained, shared, resume. */
class MosquittoClientsIT {
    private static final String SUBSCRIBED = "Subscribed (mid";

    @RegisterExtension
    static final Broker BROKER = new Broker();

    @BeforeAll
    static void needsThem() {
        assumeTrue(
                Command.exists("mosquitto_sub") && Command.exists("mosquitto_pub") && Command.exists("stdbuf"),
                "mosquitto_pub and mosquitto_sub are not installed: apt-get install mosquitto-clients");
    }

    private static Command start(String program, String version, String... options) throws IOException {
        List<String> words = new ArrayList<>(
                List.of("stdbuf", "-oL", program, "-h", "127.0.0.1", "-p", "" + BROKER.port(), "-V", version));
        words.addAll(List.of(options));
        return new Command(words.toArray(String[]::new));
    }

    private static void publish(String version, String... options) throws IOException {
        try (Command publisher = start("mosquitto_pub", version, options)) {
            assertEquals(0, publisher.exitCode(), publisher::rest);
        }
    }

    /** Subscribed when this returns; prints payloads. */
    private static Command subscriber(String version, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("-d", "-F", "got %p qos=%q retain=%r"));
        all.addAll(List.of(options));
        Command subscriber = start("mosquitto_sub", version, all.toArray(String[]::new));
        subscriber.line(SUBSCRIBED);
        return subscriber;
    }

    @ParameterizedTest
    @ValueSource(strings = {"311", "5"})
    void eachQosIsDelivered(String version) throws Exception {
        String topic = BROKER.name("t");
        try (Command subscriber = subscriber(version, "-t", topic, "-q", "2")) {
            for (String qos : List.of("0", "1", "2")) {
                publish(version, "-t", topic, "-m", "m" + qos, "-q", qos);
                assertEquals("got m" + qos + " qos=" + qos + " retain=0", subscriber.line("got "));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"311", "5"})
    void whoeverDiesLeavesItsWill(String version) throws Exception {
        String topic = BROKER.name("will");
        try (Command heir = subscriber(version, "-t", topic, "-q", "1")) {
            Command dying = subscriber(
                    version,
                    "-t",
                    BROKER.name("t"),
                    "--will-topic",
                    topic,
                    "--will-payload",
                    "gone",
                    "--will-qos",
                    "1");
            dying.close();
            assertEquals("got gone qos=1 retain=0", heir.line("got "));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"311", "5"})
    void aRetainedMessageComesWithTheSubscription(String version) throws Exception {
        String topic = BROKER.name("t");
        publish(version, "-t", topic, "-m", "kept", "-q", "1", "-r");
        try (Command subscriber = subscriber(version, "-t", topic, "-q", "1")) {
            assertEquals("got kept qos=1 retain=1", subscriber.line("got "));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"311", "5"})
    void aSharedSubscriptionDeliversEachMessageOnce(String version) throws Exception {
        String topic = BROKER.name("t");
        String filter = "$share/g/" + topic;
        try (Command one = subscriber(version, "-t", filter, "-q", "1");
                Command two = subscriber(version, "-t", filter, "-q", "1")) {
            for (int i = 0; i < 6; i++) {
                publish(version, "-t", topic, "-m", "s" + i, "-q", "1");
            }
            assertEquals(Set.of("s0", "s1", "s2", "s3", "s4", "s5"), payloads(6, one, two));
        }
    }

    /** So many, printed by any of them. */
    private static Set<String> payloads(int count, Command... subscribers) {
        List<String> payloads = new ArrayList<>();
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (payloads.size() < count) {
            assertTrue(System.nanoTime() < giveUpAt, payloads::toString);
            for (Command subscriber : subscribers) {
                String line = subscriber.nextIfAny();
                if (line != null && line.startsWith("got ")) {
                    payloads.add(line.split(" ", -1)[1]);
                }
            }
        }
        return new TreeSet<>(payloads);
    }

    @ParameterizedTest
    @ValueSource(strings = {"311", "5"})
    void aSessionIsResumedWithWhatCameMeanwhile(String version) throws Exception {
        String topic = BROKER.name("t");
        List<String> session = new ArrayList<>(List.of("-c", "-i", BROKER.name("sleeper"), "-t", topic, "-q", "2"));
        if (version.equals("5")) {
            session.addAll(List.of("-x", "300"));
        }
        List<String> once = new ArrayList<>(session);
        once.add("-E"); // Ends when it has subscribed.
        try (Command first = start("mosquitto_sub", version, once.toArray(String[]::new))) {
            assertEquals(0, first.exitCode(), first::rest);
        }
        publish(version, "-t", topic, "-m", "q1", "-q", "1");
        publish(version, "-t", topic, "-m", "q2", "-q", "2");
        session.addAll(List.of("-C", "2", "-F", "got %p qos=%q"));

        try (Command again = start("mosquitto_sub", version, session.toArray(String[]::new))) {
            assertEquals(0, again.exitCode(), again::rest);
            assertEquals("got q1 qos=1", again.next());
            assertEquals("got q2 qos=2", again.next());
        }
    }
}
