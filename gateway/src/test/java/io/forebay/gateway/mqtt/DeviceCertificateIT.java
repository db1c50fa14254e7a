package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forebay.gateway.security.Scram;
import io.forebay.gateway.security.ScramClient;
import io.forebay.gateway.tls.IdentitySource;
import io.forebay.gateway.tls.TestPki;
import io.forebay.gateway.tls.TestPki.Identity;
import io.forebay.gateway.tls.TlsConfig.Engine;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose certificate is good, who a device is by it, and what revocation does: on real sockets, with both engines. */
class DeviceCertificateIT {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path directory;

    @WithBothEngines
    void onlyAGoodCertificateOfOurCaIsLetIn(Engine engine) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine).start()) {
            Identity revoked = TestPki.device(rig.authority, "pump-2");
            rig.revoke(revoked);
            rig.reload();
            Identity expired = TestPki.certificate("pump-3")
                    .by(rig.authority)
                    .until(Instant.now().minus(HOUR))
                    .from(Instant.now().minus(HOUR.multipliedBy(2)))
                    .issue();
            Identity early = TestPki.certificate("pump-4")
                    .by(rig.authority)
                    .from(Instant.now().plus(HOUR))
                    .issue();
            Identity stranger = TestPki.device(TestPki.authority("their CA"), "pump-1");
            Identity namesake = TestPki.device(TestPki.authority("our CA"), "pump-1");
            Identity own = TestPki.certificate("pump-1").issue();
            Identity server = TestPki.server(rig.authority, "pump-1");
            Identity swapped = new Identity(rig.device.certificate(), own.keys());

            for (String version : List.of("TLSv1.3", "TLSv1.2")) {
                assertEquals("CONNACK", rig.outcome(rig.device, "a", MqttVersion.MQTT_5, version));
                for (Identity bad : List.of(revoked, expired, early, stranger, namesake, own, server, swapped)) {
                    assertEquals(
                            "refused",
                            rig.outcome(bad, "b", MqttVersion.MQTT_5, version),
                            () -> version + " " + bad.certificate());
                }
                assertEquals("refused", rig.outcome(null, "b", MqttVersion.MQTT_5, version));
            }
            Rig.until(() -> failed(rig, "revoked") == 2 && failed(rig, "out-of-date") == 4);
            assertEquals(0, rig.rig().log.messages().size());
        }
    }

    private static double failed(TlsRig rig, String reason) {
        return rig.rig().count("forebay.tls.handshakes.failed", "reason", reason);
    }

    @WithBothEngines
    void theIdentityIsTheUserNameWhateverConnectSays(Engine engine) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine).start();
                RawDevice device = new RawDevice(rig.socket(rig.device))) {
            device.send(RawDevice.connect("c")
                    .hasUser(true)
                    .username("somebody-else")
                    .build());
            assertEquals("CONNACK", device.receiveText());
            device.send(RawDevice.publish(1, 1, "t", "x"));
            assertEquals("PUBACK 1", device.receiveText());
            assertEquals("pump-1", rig.rig().log.messages().get(0).username());
        }
    }

    @Test
    void aClientIdThatTheIdentityMayNotUseIsRefusedAndCounted() throws Exception {
        try (TlsRig rig = new TlsRig(directory, Engine.AUTO)
                .takes(IdentitySource.CN, "equals-identity")
                .start()) {
            assertEquals("CONNACK", rig.outcome(rig.device, "pump-1"));
            assertEquals("CONNACK 0x85", rig.outcome(rig.device, "pump-10"));
            assertEquals("CONNACK 0x85", rig.outcome(rig.device, ""));
            assertEquals("CONNACK 0x02", rig.outcome(rig.device, "pump-10", MqttVersion.MQTT_3_1_1));
            for (String name : List.of("+", "#", "a/#", "%", "%c", "a/+/b", "$share/g/t", "{identity}")) {
                Identity odd =
                        TestPki.device(rig.authority, name.replace("+", "\\+").replace("#", "\\#"));
                assertEquals("CONNACK", rig.outcome(odd, name), name);
                assertEquals("CONNACK 0x85", rig.outcome(odd, "pump-1"), name);
                assertEquals("CONNACK 0x85", rig.outcome(rig.device, name), name);
            }
            Identity nameless = TestPki.subject("O=no name").by(rig.authority).issue();
            assertEquals("CONNACK 0x87", rig.outcome(nameless, "pump-1"));
            assertEquals("CONNACK 0x05", rig.outcome(nameless, "pump-1", MqttVersion.MQTT_3_1_1));
            assertEquals(19, rig.rig().count("forebay.tls.refused", "reason", "client-id"));
            assertEquals(2, rig.rig().count("forebay.tls.refused", "reason", "no-identity"));
        }
    }

    @WithBothEngines
    void aRevokedDeviceIsCutOffAndNobodyElse(Engine engine) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine).start();
                RawDevice five = rig.connected(rig.device, "five");
                RawDevice other = rig.connected(TestPki.device(rig.authority, "pump-2"), "other")) {
            rig.revoke(rig.device);
            rig.reload();
            assertEquals("DISCONNECT 0x98", five.receiveText());
            assertEquals("closed", five.receiveText());
            other.send(RawDevice.ping());
            assertEquals("PINGRESP", other.receiveText());
            assertEquals("refused", rig.outcome(rig.device, "five"));
            assertEquals(1, rig.rig().count("forebay.tls.cut", "reason", "revoked"));

            rig.revoke(); // The CA has thought better of it.
            rig.reload();
            assertEquals("CONNACK", rig.outcome(rig.device, "five"));
        }
    }

    @Test
    void aDeviceThatIsRevokedWhileItProvesItselfIsRefusedInTheWordsOfConnack() throws Exception {
        try (TlsRig rig = new TlsRig(directory, Engine.JDK).start(AuthenticationIT.authentication());
                RawDevice device = new RawDevice(rig.socket(rig.device))) {
            device.send(AuthenticationIT.connect(Scram.MECHANISM, new ScramClient("anna", "secret").first())
                    .build());
            assertEquals("AUTH 0x18", device.receiveText());

            rig.revoke(rig.device);
            rig.reload();
            assertEquals("CONNACK 0x87", device.receiveText());
        }
    }

    @Test
    void mosquittoPubGetsInWithItsCertificateUntilItIsRevoked() throws Exception {
        assumeTrue(isThere("mosquitto_pub"), "mosquitto_pub is not installed: apt-get install mosquitto-clients");
        try (TlsRig rig = new TlsRig(directory, Engine.AUTO).start()) {
            rig.device.write(rig.file("pump-1.crt"), rig.file("pump-1.key"));
            assertEquals(0, mosquittoPub(rig));
            assertEquals("pump-1", rig.rig().log.messages().get(0).username());
            rig.revoke(rig.device);
            rig.reload();
            assertTrue(mosquittoPub(rig) != 0);
        }
    }

    private static int mosquittoPub(TlsRig rig) throws Exception {
        return run(
                "mosquitto_pub",
                "-h",
                "localhost",
                "-p",
                Integer.toString(rig.port()),
                "--cafile",
                rig.file("ca.crt").toString(),
                "--cert",
                rig.file("pump-1.crt").toString(),
                "--key",
                rig.file("pump-1.key").toString(),
                "-q",
                "1",
                "-t",
                "t",
                "-m",
                "x");
    }

    private static boolean isThere(String program) throws InterruptedException {
        try {
            return run(program, "--help") >= 0;
        } catch (IOException missing) {
            return false;
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Test
    void withoutCuttingARevokedDeviceStaysUntilItGoes() throws Exception {
        try (TlsRig rig = new TlsRig(directory, Engine.AUTO).withoutCutting().start();
                RawDevice device = rig.connected(rig.device, "a")) {
            rig.revoke(rig.device);
            rig.reload();
            device.send(RawDevice.ping());
            assertEquals("PINGRESP", device.receiveText());
            assertEquals("refused", rig.outcome(rig.device, "a"));
        }
    }

    @Test
    void aRevokedCaThatIssuedForACaOfOursCutsItsDevices() throws Exception {
        try (TlsRig rig = new TlsRig(directory, Engine.AUTO)) {
            Identity between =
                    TestPki.certificate("between").by(rig.authority).authority().issue();
            Identity device = TestPki.device(between, "pump-9");
            TestPki.put(rig.file("ca.crt"), TestPki.pem(rig.authority.certificate(), between.certificate()));
            rig.start();
            try (RawDevice connected = rig.connected(device, "a")) {
                TestPki.put(
                        rig.file("ca.crl"),
                        TestPki.pem(TestPki.crl(rig.authority, Instant.now().plus(HOUR)))
                                + TestPki.pem(TestPki.crl(between, Instant.now().plus(HOUR), device)));
                rig.reload();
                assertEquals("DISCONNECT 0x98", connected.receiveText());
            }
        }
    }

    @WithBothEngines
    void aCaThatIsTakenOutEndsTheConnectionsOfItsDevicesAndNoOthers(Engine engine) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine)) {
            Identity other = TestPki.authority("other CA");
            TestPki.put(rig.file("ca.crt"), TestPki.pem(other.certificate(), rig.authority.certificate()));
            rig.start();
            TestPki.Proofs slow = new TestPki.Proofs(TestPki.device(other, "pump-3"), () -> takeOutOthers(rig));
            try (RawDevice stays = rig.connected(rig.device, "stays");
                    RawDevice goes = rig.connected(TestPki.device(other, "pump-2"), "goes");
                    RawDevice late = new RawDevice(rig.socket(TestPki.client(slow, rig.authority)))) {
                late.send(RawDevice.connect("late").build());

                assertEquals("DISCONNECT 0x98", goes.receiveText());
                assertEquals("CONNACK 0x87", late.receiveText(), "its handshake began under the CAs of before");
                assertEquals("refused", rig.outcome(TestPki.device(other, "pump-2"), "goes"));
                stays.send(RawDevice.ping());
                assertEquals("PINGRESP", stays.receiveText());
                assertEquals(1, rig.rig().count("forebay.tls.cut", "reason", "untrusted"));
            }
        }
    }

    private static void takeOutOthers(TlsRig rig) {
        try {
            TestPki.put(rig.file("ca.crt"), TestPki.pem(rig.authority.certificate()));
            rig.reload();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    @Test
    void aCertificateThatIsOnlyRequestedMayBeMissingButNotBad() throws Exception {
        try (TlsRig rig = new TlsRig(directory, Engine.AUTO).requested().start()) {
            assertEquals("CONNACK", rig.outcome(null, "a"));
            assertEquals("CONNACK", rig.outcome(rig.device, "a"));
            assertEquals("refused", rig.outcome(TestPki.device(TestPki.authority("x"), "pump-1"), "a"));
        }
    }

    @WithBothEngines
    void connectionsLiveOnWhileCertificateAndCaAreExchanged(Engine engine) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine).start();
                RawDevice before = rig.connected(rig.device, "before")) {
            Identity nextCa = TestPki.authority("next CA");
            Identity next = TestPki.server(nextCa, "localhost");
            next.write(rig.file("server.crt"), rig.file("server.key"));
            TestPki.put(rig.file("ca.crt"), TestPki.pem(rig.authority.certificate(), nextCa.certificate()));
            rig.reload();

            before.send(RawDevice.ping());
            assertEquals("PINGRESP", before.receiveText());
            assertEquals("refused", rig.outcome(rig.device, "after"), "the client does not know the new CA");
            try (RawDevice after =
                    new RawDevice(rig.socket(TestPki.client(TestPki.device(nextCa, "pump-7"), nextCa)))) {
                after.send(RawDevice.connect("after").build());
                assertEquals("CONNACK", after.receiveText());
            }
            assertTrue(
                    rig.rig().tls.remarks().isEmpty(), () -> "" + rig.rig().tls.remarks());
        }
    }
}
