package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forebay.simulator.scenario.ConnectionSpec;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** TLS, a certificate for each device, and WebSocket, with certificates of certs/make-certs. */
class TransportIT {
    private static final String DEVICES = "3";
    private static final MqttLink.Listener NOBODY = new MqttLink.Listener() {
        @Override
        public void onPacket(MqttMessage packet) {}

        @Override
        public void onWritable() {}

        @Override
        public void onClosed(String reason) {}
    };

    @TempDir
    private static Path certificates;

    @TempDir
    private Path directory;

    @BeforeAll
    static void makeCertificates() throws Exception {
        assumeTrue(makeCerts("server") == 0, "this test needs openssl for certs/make-certs");
        assertEquals(0, makeCerts("device", "pump-0", "pump-1", "pump-2"));
    }

    private static int makeCerts(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "../certs/make-certs", "--out", certificates.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(certificates.resolve("make-certs.log").toFile())
                .start()
                .waitFor();
    }

    @Test
    void everyDeviceShowsItsOwnCertificate() throws IOException {
        try (FakeInstallation installation = new FakeInstallation(server(), false)) {
            Report report = installation.run(directory, fleet("tls"));

            assertTrue(report.clean(), report::toString);
            assertEquals(
                    Map.of("pump-0", "CN=pump-0", "pump-1", "CN=pump-1", "pump-2", "CN=pump-2"),
                    installation.loop.call(() -> Map.copyOf(installation.broker.subjects)));
        }
    }

    @Test
    void aDeviceComesBackWithTheCertificateThatItHasReadOnce() throws Exception {
        Path ca = Files.copy(certificates.resolve("ca.crt"), directory.resolve("ca.crt"));
        Path certificate = Files.copy(certificates.resolve("devices/pump-0.crt"), directory.resolve("0.crt"));
        Path key = Files.copy(certificates.resolve("devices/pump-0.key"), directory.resolve("0.key"));
        try (FakeInstallation installation = new FakeInstallation(server(), false)) {
            Dialler dialler = dialler(installation, directory.resolve("ca.crt"), directory.resolve("{device}"));
            MqttLink first = open(installation, dialler).join();
            for (Path file : List.of(ca, certificate, key)) {
                Files.delete(file);
            }
            installation.loop.call(() -> {
                first.close("it comes back");
                return null;
            });

            assertNotNull(open(installation, dialler).join());
        }
    }

    @Test
    void nobodyConnectsAnyMoreWhenTheRunIsOver() throws Exception {
        try (FakeInstallation installation = new FakeInstallation(server(), false)) {
            Dialler dialler = dialler(
                    installation, certificates.resolve("ca.crt"), certificates.resolve("devices/pump-{device}"));
            CompletableFuture<MqttLink> onItsWay = new CompletableFuture<>();

            // In one turn of the loop: nobody is connected in between, however slow this thread is.
            installation
                    .loop
                    .start(() -> {
                        dialler.open(0, NOBODY)
                                .onSuccess(onItsWay::complete)
                                .onFailure(onItsWay::completeExceptionally);
                        return dialler.close();
                    })
                    .join();
            CompletableFuture<MqttLink> tooLate = open(installation, dialler);

            CompletionException cutOff = assertThrows(CompletionException.class, onItsWay::join);
            assertFalse(cutOff.getCause() instanceof IllegalStateException, cutOff::toString);
            CompletionException refused = assertThrows(CompletionException.class, tooLate::join);
            assertEquals("the run is over", refused.getCause().getMessage());
        }
    }

    private static Dialler dialler(FakeInstallation installation, Path ca, Path device) {
        ConnectionSpec.Transport transport =
                new ConnectionSpec.Transport(true, false, "", ca.toString(), device + ".crt", device + ".key");
        ConnectionSpec connection = ConnectionSpec.DEFAULT.with(ConnectionSpec.Version.V3_1_1, "", "", transport);
        MqttTarget target = MqttTarget.of("localhost", installation.mqttPort);
        return installation.loop.call(() -> new Dialler(installation.loop.vertx(), target, connection));
    }

    private static CompletableFuture<MqttLink> open(FakeInstallation installation, Dialler dialler) {
        return installation.loop.start(() -> dialler.open(0, NOBODY));
    }

    @Test
    void webSocketGoesOverTlsWithThemAsWell() throws IOException {
        try (FakeInstallation installation = new FakeInstallation(server(), true)) {
            Report report = installation.run(directory, fleet("wss"));

            assertTrue(report.clean(), report::toString);
            assertEquals("CN=pump-2", installation.loop.call(() -> installation.broker.subjects.get("pump-2")));
        }
    }

    @Test
    void plainWebSocketNeedsNoCertificate() throws IOException {
        try (FakeInstallation installation = new FakeInstallation(new NetServerOptions(), true)) {
            assertTrue(installation
                    .run(directory, "fleets: [{devices: 3, messages: 20, transport: ws}]\n")
                    .clean());

            SimulationException refused = assertThrows(
                    SimulationException.class,
                    () -> installation.run(
                            directory, "fleets: [{devices: 3, messages: 20, transport: ws, path: /elsewhere}]\n"));
            assertTrue(refused.getMessage().contains("refuses the WebSocket"), refused::getMessage);
        }
    }

    @Test
    void theCommandLineSaysWhatTheScenarioDoesNot() throws IOException {
        try (FakeInstallation installation = new FakeInstallation(server(), false)) {
            Report report = installation.run(
                    directory,
                    "fleets: [{devices: 2, messages: 20}]\n",
                    "--client-id",
                    "pump-{number}",
                    "--transport",
                    "tls",
                    "--ca",
                    file("ca.crt"),
                    "--cert",
                    file("devices/pump-{number}.crt"),
                    "--key",
                    file("devices/pump-{number}.key"));

            assertTrue(report.clean(), report::toString);
            assertEquals(
                    Map.of("pump-1", "CN=pump-1", "pump-2", "CN=pump-2"),
                    installation.loop.call(() -> Map.copyOf(installation.broker.subjects)));
        }
    }

    @Test
    void publishSpeaksTlsAndIsRefusedInOneSentenceWithoutACertificate() {
        try (FakeInstallation installation = new FakeInstallation(server(), false)) {
            installation.loop.call(() -> installation.broker.onPayload = payload -> {});

            assertEquals(
                    0,
                    publish(installation, "--cert", file("devices/pump-0.crt"), "--key", file("devices/pump-0.key")));
            assertEquals(2, publish(installation));
            assertEquals(
                    "CN=pump-0",
                    installation.loop.call(() ->
                            installation.broker.subjects.values().iterator().next()));
        }
    }

    private static int publish(FakeInstallation installation, String... options) {
        List<String> all = new ArrayList<>(List.of("--port", Integer.toString(installation.mqttPort)));
        all.addAll(List.of("-t", "a", "-m", "b", "--transport", "tls", "--ca", file("ca.crt")));
        all.addAll(List.of(options));
        return new CommandLine(new PublishCommand()).execute(all.toArray(String[]::new));
    }

    @Test
    void whoeverIsNotTrustedIsNotSpokenTo() throws Exception {
        Path theirs = directory.resolve("theirs");
        assertEquals(
                0,
                new ProcessBuilder("sh", "../certs/make-certs", "--out", theirs.toString(), "ca")
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("log").toFile())
                        .start()
                        .waitFor());
        try (FakeInstallation installation = new FakeInstallation(server(), false)) {
            String fleet = fleet("tls")
                    .replace(file("ca.crt"), theirs.resolve("ca.crt").toString());

            SimulationException refused =
                    assertThrows(SimulationException.class, () -> installation.run(directory, fleet));
            assertTrue(
                    refused.getMessage()
                            .startsWith("Cannot connect device 0 to the MQTT broker at localhost:"
                                    + installation.mqttPort + ": its certificate is not trusted: "),
                    refused::getMessage);
        }
    }

    @Test
    void aMissingCertificateIsOneSentence() {
        try (FakeInstallation installation = new FakeInstallation(server(), false)) {
            SimulationException refused = assertThrows(
                    SimulationException.class,
                    () -> installation.run(
                            directory,
                            "fleets: [{messages: 1}]\n",
                            "--transport",
                            "tls",
                            "--cert",
                            file("devices/nobody-{device}.crt"),
                            "--key",
                            file("devices/nobody-{device}.key")));

            assertTrue(
                    refused.getMessage().contains(": there is no file " + file("devices/nobody-0.")),
                    refused::getMessage);
        }
    }

    private static String fleet(String transport) {
        return """
                fleets:
                  - devices: %s
                    client-id: pump-{device}
                    messages: 50
                    transport: %s
                    tls: {ca: '%s', certificate: '%s', key: '%s'}
                """.formatted(
                        DEVICES,
                        transport,
                        file("ca.crt"),
                        file("devices/pump-{device}.crt"),
                        file("devices/pump-{device}.key"));
    }

    private static NetServerOptions server() {
        return new NetServerOptions()
                .setSsl(true)
                .setKeyCertOptions(
                        new PemKeyCertOptions().addCertPath(file("server.crt")).addKeyPath(file("server.key")))
                .setTrustOptions(new PemTrustOptions().addCertPath(file("ca.crt")))
                .setClientAuth(ClientAuth.REQUIRED);
    }

    private static String file(String name) {
        return certificates.resolve(name).toString();
    }
}
