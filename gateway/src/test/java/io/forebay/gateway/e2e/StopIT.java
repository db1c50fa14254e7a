package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.forebay.gateway.StartException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the gateway ends, and what it says when it cannot begin. */
class StopIT {
    @TempDir
    Path directory;

    @Test
    void sigtermTellsDevicesKeepsWhatIsAcknowledgedAndExitsWith0() throws Exception {
        CompletableFuture<Throwable> disconnected = new CompletableFuture<>();
        try (Processes processes = new Processes(directory)) {
            processes.startGateway(); // Its broker is not there.
            Mqtt5BlockingClient device = Mqtt5Client.builder()
                    .identifier("d")
                    .serverHost("127.0.0.1")
                    .serverPort(processes.mqttPort)
                    .addDisconnectedListener(context -> disconnected.complete(context.getCause()))
                    .buildBlocking();
            device.connect();
            for (int i = 0; i < 100; i++) {
                assertNotNull(device.publishWith()
                        .topic("t")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send());
            }

            int exitCode = processes.terminateGateway();

            assertEquals(0, exitCode);
            Mqtt5DisconnectException told = (Mqtt5DisconnectException) disconnected.get(60, TimeUnit.SECONDS);
            assertEquals(
                    Mqtt5DisconnectReasonCode.SERVER_SHUTTING_DOWN,
                    told.getMqttMessage().getReasonCode());
            processes.startBroker();
            processes.startGateway();
            try (JmsConsumer consumer = new JmsConsumer(processes.amqpPort, "uplink")) {
                assertEquals(100, consumer.receive(100).size());
                assertTrue(consumer.isEmptyFor(200));
            }
        }
    }

    @Test
    void aPortThatIsTakenIsOneClearSentence() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (String setting : new String[] {"FOREBAY_MQTT_PORT", "FOREBAY_BROKER_PORT", "FOREBAY_OPS_PORT"}) {
                StartException fault = assertThrows(
                        StartException.class,
                        () -> RunningGateway.start(
                                directory.resolve(setting), Map.of(setting, Integer.toString(taken.getLocalPort()))));

                assertTrue(
                        fault.getMessage().contains(":" + taken.getLocalPort())
                                || fault.getMessage().contains("port " + taken.getLocalPort()),
                        fault.getMessage());
                assertTrue(fault.getMessage().matches("(?s).*(taken|in use).*"), fault.getMessage());
            }
        }
    }

    @Test
    void aSecondGatewayOnTheSameDataIsRefusedInOneSentence() throws Exception {
        try (RunningGateway first = RunningGateway.start(directory)) {
            StartException fault = assertThrows(StartException.class, () -> RunningGateway.start(directory));

            assertTrue(fault.getMessage().contains(directory.toString()), fault.getMessage());
            assertTrue(first.gateway().health().ready(), "the first must not suffer");
        }
    }
}
