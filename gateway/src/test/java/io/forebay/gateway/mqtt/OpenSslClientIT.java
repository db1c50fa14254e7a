package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forebay.gateway.tls.TestPki;
import io.forebay.gateway.tls.TestPki.Identity;
import io.forebay.gateway.tls.TlsConfig;
import io.forebay.gateway.tls.TlsConfig.Engine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What openssl s_client finds when it asks for every version and every cipher that it knows. */
class OpenSslClientIT {
    private static final Set<String> TLS_1_3 =
            Set.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    @TempDir
    Path directory;

    @BeforeAll
    static void needsOpenSsl() {
        boolean there;
        try {
            there = new ProcessBuilder("openssl", "version").start().waitFor() == 0;
        } catch (IOException | InterruptedException missing) {
            there = false;
        }
        assumeTrue(there, "openssl is not installed: apt-get install openssl");
    }

    @WithBothEngines
    void whatIsOfferedIsWhatTheConfigurationSays(Engine engine) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine)) {
            startWithRsaToo(rig);

            for (String old : List.of("-tls1", "-tls1_1")) {
                assertEquals("", negotiated(rig, old, "-cipher", "ALL:@SECLEVEL=0"), old);
            }
            List<String> others = new ArrayList<>();
            Set<String> offered = new TreeSet<>();
            for (String[] cipher : ciphers()) {
                if (!TlsConfig.SOUND_CIPHERS.contains(cipher[0])) {
                    others.add(cipher[1]);
                } else if (!negotiated(rig, tls12(cipher[1], cipher[0].contains("_RSA_")))
                        .isEmpty()) {
                    offered.add(cipher[0]);
                }
            }
            assertEquals(new TreeSet<>(TlsConfig.SOUND_CIPHERS), offered);
            assertTrue(others.size() > 30, () -> "openssl knows only " + others);
            // All at once: whichever the gateway takes, it would name.
            assertEquals("", negotiated(rig, tls12(String.join(":", others), false)));
            assertEquals("", negotiated(rig, tls12(String.join(":", others), true)));
            Set<String> ofTls13 = new HashSet<>();
            for (String cipher : TLS_1_3) {
                ofTls13.add(negotiated(rig, "-tls1_3", "-ciphersuites", cipher));
            }
            assertEquals(TLS_1_3, ofTls13);
            assertTrue(negotiated(rig, "-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256")
                    .isEmpty());
        }
    }

    private static void startWithRsaToo(TlsRig rig) throws Exception {
        Identity rsa = TestPki.certificate("rsa")
                .by(rig.authority)
                .server("localhost")
                .rsa()
                .issue();
        rig.serves("rsa", rsa).requested().start();
    }

    /** Neither in weak ones nor in those that cost the gateway more than whoever asks for them. */
    @WithBothEngines
    void keysAreAgreedUponInSoundGroupsOnly(Engine engine) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine)) {
            startWithRsaToo(rig);
            for (String version : List.of("-tls1_2", "-tls1_3")) {
                for (String group : List.of("X25519", "P-256", "P-384")) {
                    assertFalse(inGroup(rig, version, group).isEmpty(), version + " " + group);
                }
                for (String weak : List.of("P-224", "secp256k1", "brainpoolP256r1", "sect283r1", "ffdhe8192")) {
                    assertEquals("", inGroup(rig, version, weak), version + " " + weak);
                }
            }
        }
    }

    /** With the RSA certificate: a group of which an ECDSA key is would be needed for itself. */
    private static String inGroup(TlsRig rig, String version, String group) throws Exception {
        return negotiated(
                rig,
                version,
                "-cipher",
                "ECDHE:@SECLEVEL=0",
                "-groups",
                group,
                "-sigalgs",
                "RSA-PSS+SHA256:RSA+SHA256");
    }

    /** A ticket is good for the listener that gave it, for as long as its certificates and CRLs are what they were. */
    @WithBothEngines
    void aTicketIsGoodUntilCertificatesAreExchanged(Engine engine) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine).requested().start()) {
            for (String version : List.of("-tls1_2", "-tls1_3")) {
                Path ticket = directory.resolve("ticket" + version);
                // What is no MQTT ends the connection, not before the tickets have come.
                String first = client(rig, "nothing\n", version, "-sess_out", ticket.toString(), "-ign_eof");
                assertTrue(first.contains("New, TLSv1"), first);
                assertTrue(Files.exists(ticket), () -> version + ": there is no session to resume: " + first);
                assertTrue(
                        client(rig, "", version, "-sess_in", ticket.toString()).contains("Reused, TLSv1"), version);
            }
            TestPki.server(rig.authority, "localhost").write(rig.file("server.crt"), rig.file("server.key"));
            rig.reload();
            for (String version : List.of("-tls1_2", "-tls1_3")) {
                Path ticket = directory.resolve("ticket" + version);
                String late = client(rig, "", version, "-sess_in", ticket.toString());
                assertTrue(late.contains("New, TLSv1"), late);
            }
        }
    }

    @WithBothEngines
    void thereIsNeitherCompressionNorRenegotiation(Engine engine) throws Exception {
        try (TlsRig rig = new TlsRig(directory, engine).requested().start()) {
            String said = client(rig, "R\n", "-tls1_2", "-comp");
            assertTrue(said.contains("Compression: NONE"), said);
            assertTrue(said.contains("RENEGOTIATING"), said);
            assertTrue(said.contains("no renegotiation") || said.contains("alert") || said.contains("error"), said);
        }
    }

    /** @param rsa whether RSA is all that is understood: of two certificates of one name that is shown then */
    private static String[] tls12(String ciphers, boolean rsa) {
        List<String> asking = new ArrayList<>(List.of("-tls1_2", "-cipher", ciphers + ":@SECLEVEL=0"));
        if (rsa) {
            asking.addAll(List.of("-sigalgs", "RSA+SHA256:RSA-PSS+SHA256"));
        }
        return asking.toArray(String[]::new);
    }

    /** Standard name and OpenSSL's of each cipher of TLS 1.2 and before. */
    private static List<String[]> ciphers() throws Exception {
        List<String[]> ciphers = new ArrayList<>();
        String known = run("", "openssl", "ciphers", "-stdname", "-s", "-tls1_2", "ALL:COMPLEMENTOFALL:@SECLEVEL=0");
        for (String line : known.lines().toList()) {
            String[] words = line.split(" +", -1);
            if (words.length > 2 && !words[0].contains("_PSK_") && !words[0].contains("_SRP_")) {
                ciphers.add(new String[] {words[0], words[2]});
            }
        }
        assertTrue(ciphers.size() > 40, () -> "openssl knows only " + ciphers.size());
        return ciphers;
    }

    /** The cipher that was agreed upon, empty if none was. */
    private static String negotiated(TlsRig rig, String... how) throws Exception {
        String said = client(rig, "", how);
        int at = said.indexOf("Cipher is ");
        String cipher = at < 0 ? "(NONE)" : said.substring(at + 10).split("\\s", -1)[0];
        return cipher.equals("(NONE)") || said.contains(":error:") ? "" : cipher;
    }

    private static String client(TlsRig rig, String input, String... how) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + rig.port()));
        command.addAll(List.of(how));
        return run(input, command.toArray(String[]::new));
    }

    private static String run(String input, String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var out = process.getOutputStream()) {
            out.write(input.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException ended) {
            // It did not wait for what it was told.
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "openssl does not end");
        return said;
    }
}
