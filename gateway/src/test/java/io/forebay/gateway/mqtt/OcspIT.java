package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.tls.OcspConfig;
import io.forebay.gateway.tls.OcspConfig.Devices;
import io.forebay.gateway.tls.TestPki;
import io.forebay.gateway.tls.TestPki.Identity;
import io.forebay.gateway.tls.TlsConfig.Engine;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Revocation that is asked for online, at a responder of our own. */
class OcspIT {
    /** For answers that come. */
    private static final int TIMEOUT_MS = 20_000;
    /** For one that does not come. */
    private static final int SHORT_TIMEOUT_MS = 300;

    private static final int PAUSE_MS = 3_600_000;

    @TempDir
    Path directory;

    private OcspResponder responder;

    @BeforeEach
    void listen() throws Exception {
        responder = new OcspResponder();
    }

    @AfterEach
    void close() {
        responder.close();
    }

    private OcspConfig config(Devices devices, boolean staple, Optional<URI> who) {
        return config(devices, staple, who, TIMEOUT_MS);
    }

    private static OcspConfig config(Devices devices, boolean staple, Optional<URI> who, int timeoutMs) {
        return new OcspConfig(devices, staple, who, timeoutMs, PAUSE_MS, 600, 1_000, 4, 100);
    }

    private TlsRig rig(Devices devices) throws Exception {
        return rig(devices, Engine.AUTO);
    }

    private TlsRig rig(Devices devices, Engine engine) throws Exception {
        return started(new TlsRig(directory, engine, config(devices, false, Optional.of(responder.address()))));
    }

    private TlsRig started(TlsRig rig) {
        responder.signsFor(rig.authority);
        return rig.start();
    }

    @WithBothEngines
    void aRevokedDeviceIsToldSoAndAGoodOneGetsIn(Engine engine) throws Exception {
        try (TlsRig rig = rig(Devices.HARD_FAIL, engine)) {
            Identity revoked = TestPki.device(rig.authority, "pump-2");
            responder.revokes(revoked);
            assertEquals("CONNACK", rig.outcome(rig.device, "a"));
            assertEquals("CONNACK 0x87", rig.outcome(revoked, "b"));
            assertEquals("CONNACK 0x05", rig.outcome(revoked, "b", MqttVersion.MQTT_3_1_1));
            assertEquals(2, responder.asked(), "what is known is not asked again");
        }
    }

    @Test
    void whomTheCertificateNamesIsAsked() throws Exception {
        try (TlsRig rig = new TlsRig(directory, Engine.AUTO, config(Devices.HARD_FAIL, false, Optional.empty()))) {
            responder.signsFor(rig.authority);
            rig.start();
            Identity device = TestPki.certificate("pump-2")
                    .by(rig.authority)
                    .responder(responder.address())
                    .issue();
            assertEquals("CONNACK", rig.outcome(device, "a"));
            assertEquals(1, responder.asked());
            assertEquals("CONNACK 0x88", rig.outcome(rig.device, "b"), "it names nobody");
        }
    }

    @Test
    void withoutAnAnswerTheConfigurationDecides() throws Exception {
        for (OcspResponder.Mood mood : List.of(
                OcspResponder.Mood.FAILS,
                OcspResponder.Mood.POSES,
                OcspResponder.Mood.FORGES,
                OcspResponder.Mood.LIES,
                OcspResponder.Mood.OLD,
                OcspResponder.Mood.TALKS)) {
            responder.is(mood);
            try (TlsRig soft = rig(Devices.SOFT_FAIL)) {
                assertEquals("CONNACK", soft.outcome(soft.device, "a"), mood::toString);
            }
            try (TlsRig hard = rig(Devices.HARD_FAIL)) {
                assertEquals("CONNACK 0x88", hard.outcome(hard.device, "a"), mood::toString);
                assertEquals("CONNACK 0x03", hard.outcome(hard.device, "a", MqttVersion.MQTT_3_1_1), mood::toString);
            }
        }
    }

    @Test
    void whomTheCaHasEntrustedWithItIsBelieved() throws Exception {
        responder.is(OcspResponder.Mood.DELEGATES);
        try (TlsRig rig = rig(Devices.HARD_FAIL)) {
            Identity revoked = TestPki.device(rig.authority, "pump-2");
            responder.revokes(revoked);
            assertEquals("CONNACK", rig.outcome(rig.device, "a"));
            assertEquals("CONNACK 0x87", rig.outcome(revoked, "b"));
        }
    }

    @Test
    void aResponderThatHangsHoldsUpNobodyElse() throws Exception {
        OcspConfig impatient = config(Devices.SOFT_FAIL, false, Optional.of(responder.address()), SHORT_TIMEOUT_MS);
        try (TlsRig rig = started(new TlsRig(directory, Engine.AUTO, impatient));
                RawDevice before = rig.connected(rig.device, "before")) {
            responder.is(OcspResponder.Mood.HANGS);
            try (RawDevice held = new RawDevice(rig.socket(TestPki.device(rig.authority, "pump-2")))) {
                held.send(RawDevice.connect("held").build());
                responder.awaitAsked(2);
                before.send(RawDevice.ping());
                assertEquals("PINGRESP", before.receiveText());
                assertEquals("CONNACK", held.receiveText());
            }
        }
    }

    @Test
    void aResponderThatIsDownIsNotWaitedForAgainAndAgainAndARevokedDeviceStaysRevoked() throws Exception {
        OcspConfig forgetful = new OcspConfig(
                Devices.SOFT_FAIL, false, Optional.of(responder.address()), TIMEOUT_MS, PAUSE_MS, 0, 1_000, 4, 100);
        try (TlsRig rig = new TlsRig(directory, Engine.AUTO, forgetful)) {
            responder.signsFor(rig.authority);
            rig.start();
            Identity revoked = TestPki.device(rig.authority, "pump-2");
            responder.revokes(revoked);
            assertEquals("CONNACK 0x87", rig.outcome(revoked, "r"));
            responder.is(OcspResponder.Mood.SLAMS);
            for (int i = 0; i < 3; i++) {
                assertEquals("CONNACK", rig.outcome(rig.device, "a"));
            }
            int asked = responder.asked();
            assertEquals(4, asked);
            for (int i = 0; i < 5; i++) {
                assertEquals("CONNACK", rig.outcome(rig.device, "a"));
            }
            assertEquals("CONNACK 0x87", rig.outcome(revoked, "r"), "it was let in since nobody answers");
            assertEquals(asked, responder.asked(), "it was waited for each time");
        }
    }

    @Test
    void aConnectedDeviceThatIsRevokedIsCutOffWhenItIsAskedAgain() throws Exception {
        OcspConfig forgetful = new OcspConfig(
                Devices.SOFT_FAIL, false, Optional.of(responder.address()), TIMEOUT_MS, PAUSE_MS, 0, 1_000, 4, 100);
        try (TlsRig rig = new TlsRig(directory, Engine.AUTO, forgetful)) {
            responder.signsFor(rig.authority);
            rig.start();
            try (RawDevice device = rig.connected(rig.device, "a");
                    RawDevice other = rig.connected(TestPki.device(rig.authority, "pump-2"), "b")) {
                responder.revokes(rig.device);
                rig.reload();
                assertEquals("DISCONNECT 0x98", device.receiveText());
                other.send(RawDevice.ping());
                assertEquals("PINGRESP", other.receiveText());
            }
        }
    }

    @Test
    void whatTheResponderSaysOfOurCertificateIsStapled() throws Exception {
        try (TlsRig rig =
                new TlsRig(directory, Engine.OPENSSL, config(Devices.OFF, true, Optional.of(responder.address())))) {
            responder.signsFor(rig.authority);
            TestPki.server(rig.authority, "localhost")
                    .write(rig.file("server.crt"), rig.file("server.key"), rig.authority);
            rig.start();
            assertEquals(List.of(), stapled(rig));

            rig.reload();
            List<byte[]> shown = stapled(rig);
            assertEquals(1, shown.size());
            assertEquals(1, responder.asked());
            rig.reload();
            assertEquals(1, responder.asked(), "it is still new");
            assertTrue(
                    rig.rig().tls.remarks().isEmpty(), () -> "" + rig.rig().tls.remarks());
        }
    }

    private static List<byte[]> stapled(TlsRig rig) throws Exception {
        try (SSLSocket socket = rig.socket(rig.device)) {
            socket.startHandshake();
            return ((ExtendedSSLSession) socket.getSession()).getStatusResponses();
        }
    }
}
