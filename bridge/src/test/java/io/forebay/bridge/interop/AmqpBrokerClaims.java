package io.forebay.bridge.interop;

import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.Route;
import io.forebay.bridge.downlink.Downlink;
import io.forebay.bridge.downlink.DownlinkAddress;
import io.forebay.bridge.downlink.DownlinkConfig;
import io.forebay.bridge.downlink.HeldLog;
import io.forebay.storage.Message;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the downlink claims of every broker, and what both claim together, beside what the bridge claims. */
abstract class AmqpBrokerClaims extends UplinkClaims {
    private final AtomicBoolean subscribed = new AtomicBoolean(true);
    private HeldLog down;
    private SimpleMeterRegistry meters;
    private Downlink downlink;

    AmqpBrokerClaims(TestBroker broker) {
        super(broker);
    }

    void listen(DownlinkAddress address) throws Exception {
        down = new HeldLog();
        listenAgain(address);
    }

    /** With what is in the log already. */
    private void listenAgain(DownlinkAddress address) throws Exception {
        meters = new SimpleMeterRegistry();
        DownlinkConfig config = DownlinkConfig.usual().withAddresses(address);
        downlink = new Downlink(down, config, broker().config(), replies(), topic -> subscribed.get(), meters);
        get(downlink.start());
        eventually("it listens", () -> downlink.status().links() == 1);
    }

    @AfterEach
    void stopListening() throws Exception {
        if (downlink != null) {
            get(downlink.stop());
            downlink = null;
        }
    }

    double count(String outcome) {
        return meters.find("forebay.downlink.messages").tag("outcome", outcome).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private static String[] numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toArray(String[]::new);
    }

    private List<String> arrived() {
        Set<String> firstArrivals = new LinkedHashSet<>();
        down.durable().forEach(message -> firstArrivals.add(text(message)));
        return new ArrayList<>(firstArrivals);
    }

    private static String text(Message message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    @Test
    void commandsAreAcceptedInOrderAndWaitForWhoIsAwayOverARestartOfTheBroker() throws Exception {
        listen(DownlinkAddress.of("commands"));
        broker().remember();
        try (JmsBackend backend = new JmsBackend(broker())) {
            backend.send(broker().address("commands"), "d1/do", numbers(0, 100));
            eventually("all are accepted", () -> count("accepted") == 100);
            stopListening();
            backend.send(broker().address("commands"), "d1/do", numbers(100, 120));
        }
        broker().stop();
        broker().start();
        listenAgain(DownlinkAddress.of("commands"));
        eventually("the others came, too", () -> arrived().size() == 120);

        assertEquals(List.of(numbers(0, 120)), arrived());
        assertEquals("d1/do", down.durable().get(0).topic());
    }

    @Test
    void messageThatCannotBeDeliveredIsRejectedAndOthersGoOn() throws Exception {
        listen(DownlinkAddress.of("odd"));
        try (JmsBackend backend = new JmsBackend(broker())) {
            backend.send(broker().address("odd"), null, "without a topic");
            backend.send(broker().address("odd"), "d1/do", "good");
            eventually("the good one came", () -> count("accepted") == 1);
        }

        assertTrue(broker().repeatsTheRejected() || count("rejected") == 1, "rejected " + count("rejected"));
        assertEquals(List.of("good"), arrived());
    }

    @Test
    void messageWithoutASubscriberIsReleasedAndComesAgain() throws Exception {
        subscribed.set(false);
        listen(DownlinkAddress.of("if-there").withHold(false));
        try (JmsBackend backend = new JmsBackend(broker())) {
            backend.send(broker().address("if-there"), "d1/do", numbers(0, 3));
            eventually("they were offered again", () -> count("released") >= 6);
            subscribed.set(true);
            eventually("they came", () -> arrived().size() == 3);
        }
    }

    /** Sends a request to the device that answers it, and gives back what came to the address of the answer. */
    private jakarta.jms.Message ask(Device device) throws Exception {
        try (JmsBackend backend = new JmsBackend(broker())) {
            Queue mine = broker().offersTemporaryQueues()
                    ? backend.session().createTemporaryQueue()
                    : backend.session().createQueue("answers");
            TextMessage request = backend.session().createTextMessage("now");
            request.setJMSType("d1/reboot");
            request.setJMSReplyTo(mine);
            request.setJMSCorrelationID("c-17");
            backend.send(broker().address("requests"), request);
            eventually("the request came", () -> down.durable().size() == 1);
            device.answer(down.durable().get(0));
            everythingIsForgotten();
            return backend.receive(
                    broker().offersTemporaryQueues()
                            ? mine
                            : backend.session().createQueue(broker().address("answers")));
        }
    }

    private interface Device {
        void answer(Message request) throws IOException;
    }

    @Test
    void answerOfADeviceGoesWhereTheRequestSays() throws Exception {
        start();
        listen(DownlinkAddress.of("requests"));
        jakarta.jms.Message answer = ask(request -> {
            Matcher topic = Pattern.compile("\\$forebay/reply/[\\w-]+")
                    .matcher(new String(request.properties(), StandardCharsets.ISO_8859_1));
            assertTrue(topic.find());
            publish(topic.group(), 5, binary(0x09, "c-17"), "done");
        });

        assertEquals("c-17", answer.getJMSCorrelationID());
        assertEquals("done", JmsBackend.text(answer));
    }

    @Test
    void answerOfADeviceBeforeMqtt5GoesWhereTheRequestSays() throws Exception {
        start();
        listen(DownlinkAddress.of("requests").withReplyInTopic(true));
        jakarta.jms.Message answer =
                ask(request -> publish(request.topic().replace("/req/", "/res/"), 4, new byte[0], "done"));

        assertEquals("c-17", answer.getJMSCorrelationID());
        assertEquals("done", JmsBackend.text(answer));
    }

    private static byte[] binary(int identifier, String value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream wire = new DataOutputStream(bytes);
        wire.writeByte(identifier);
        wire.writeUTF(value);
        return bytes.toByteArray();
    }

    @Test
    void requestOfADeviceIsAnsweredOnItsResponseTopic() throws Exception {
        start(new Route("#", "questions"));
        listen(DownlinkAddress.of("requests"));
        ByteArrayOutputStream properties = new ByteArrayOutputStream();
        properties.writeBytes(binary(0x08, "d1/answers"));
        properties.writeBytes(binary(0x09, "q-4"));
        publish("d1/question", 5, properties.toByteArray(), "when?");
        everythingIsForgotten();
        try (JmsBackend backend = new JmsBackend(broker())) {
            jakarta.jms.Message question =
                    backend.receive(backend.session().createQueue(broker().address("questions")));
            TextMessage answer = backend.session().createTextMessage("now");
            answer.setJMSType(JmsBackend.responseTopic(question));
            answer.setJMSCorrelationID(question.getJMSCorrelationID());
            backend.send(broker().address("requests"), answer);
            eventually("the answer came", () -> down.durable().size() == 1);
        }

        Message answer = down.durable().get(0);
        assertEquals("d1/answers", answer.topic());
        assertTrue(new String(answer.properties(), StandardCharsets.ISO_8859_1).contains("q-4"));
    }
}
