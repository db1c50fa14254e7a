package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A backend on Node with rhea: messages in order, and a command. */
@Timeout(240)
class RheaIT {
    private static final int EACH = 100;

    @TempDir
    Path directory;

    private Process node(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("node"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(directory.resolve("node.err").toFile())
                .redirectOutput(directory.resolve("node.out").toFile())
                .start();
    }

    private boolean isInstalled() throws InterruptedException {
        try {
            return node("-e", "require('rhea')").waitFor() == 0;
        } catch (IOException noNode) {
            return false;
        }
    }

    @Test
    void rheaReceivesInOrderAndSendsACommand() throws Exception {
        assumeTrue(isInstalled(), "rhea is not installed: npm install rhea, and name its node_modules in NODE_PATH");
        Path script = Path.of(getClass().getResource("/interop/rhea.js").toURI());
        try (RunningGateway gateway = RunningGateway.start(directory.resolve("data"))) {
            Mqtt3BlockingClient device = Mqtt3Client.builder()
                    .identifier("d1")
                    .serverHost("127.0.0.1")
                    .serverPort(gateway.mqttPort)
                    .buildBlocking();
            device.connect();
            device.subscribeWith()
                    .topicFilter("devices/d1/+")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            try (Mqtt3BlockingClient.Mqtt3Publishes arriving = device.publishes(MqttGlobalPublishFilter.ALL)) {
                Process rhea = node(script.toString(), "" + gateway.amqpPort, "" + 3 * EACH);
                publish(device);

                assertEquals(
                        "now",
                        new String(
                                arriving.receive(60, TimeUnit.SECONDS)
                                        .orElseThrow()
                                        .getPayloadAsBytes(),
                                StandardCharsets.UTF_8));
                assertTrue(rhea.waitFor(60, TimeUnit.SECONDS));
                assertEquals(0, rhea.exitValue(), Files.readString(directory.resolve("node.err")));
            }
            device.disconnect();
        }
        assertInOrder(Files.readAllLines(directory.resolve("node.out")));
    }

    private static void publish(Mqtt3BlockingClient device) {
        for (int i = 0; i < EACH; i++) {
            for (MqttQos qos : MqttQos.values()) {
                device.publishWith()
                        .topic("rhea/" + qos.getCode())
                        .qos(qos)
                        .payload(Integer.toString(i).getBytes(StandardCharsets.UTF_8))
                        .send();
            }
        }
    }

    private static void assertInOrder(List<String> lines) {
        Map<String, List<String>> arrived = new HashMap<>();
        Set<String> ids = new HashSet<>();
        for (String line : lines) {
            String[] columns = line.split("\t", -1);
            arrived.computeIfAbsent(columns[0], topic -> new ArrayList<>()).add(columns[1]);
            ids.add(columns[2]);
        }
        List<String> inOrder =
                IntStream.range(0, EACH).mapToObj(Integer::toString).toList();
        assertEquals(Map.of("rhea/0", inOrder, "rhea/1", inOrder, "rhea/2", inOrder), arrived);
        assertEquals(3 * EACH, ids.size());
    }
}
