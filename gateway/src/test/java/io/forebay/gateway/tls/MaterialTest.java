package io.forebay.gateway.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.tls.ListenerTls.ClientCertificates;
import io.forebay.gateway.tls.ListenerTls.KeyPairFiles;
import io.forebay.gateway.tls.TestPki.Identity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files a listener serves, and when it exchanges them. */
class MaterialTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Identity authority = TestPki.authority("CA");
    private final Identity server = TestPki.server(authority, "localhost");
    private Path chain;
    private Path key;
    private Path ca;
    private Path crl;

    @BeforeEach
    void write() throws IOException {
        chain = directory.resolve("server.crt");
        key = directory.resolve("server.key");
        ca = directory.resolve("ca.crt");
        crl = directory.resolve("ca.crl");
        server.write(chain, key);
        TestPki.put(ca, TestPki.pem(authority.certificate()));
        TestPki.put(crl, TestPki.pem(TestPki.crl(authority, Instant.now().plus(DAY))));
    }

    private Tls open() {
        return open(Clock.systemUTC());
    }

    private Tls open(Clock clock) {
        ClientCertificates clients =
                new ClientCertificates(ca, List.of(crl), true, IdentitySource.CN, ClientIdRule.ANY, true);
        ListenerTls listener =
                new ListenerTls("l", List.of(new KeyPairFiles(chain, key)), Optional.of(clients), TlsConfig.DEFAULT);
        return Tls.open(List.of(listener), registry, clock);
    }

    private static Material served(Tls tls) {
        return tls.of("l").orElseThrow().material();
    }

    private static void refuses(String words, Supplier<Tls> what) {
        TlsException refusal = assertThrows(TlsException.class, what::get);
        assertTrue(refusal.getMessage().contains(words), refusal::getMessage);
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws IOException {
        TestPki.put(
                key,
                TestPki.keyPem(TestPki.server(authority, "localhost").keys().getPrivate()));
        refuses("does not belong to the certificate", this::open);
    }

    @Test
    void aKeyOfAnotherKindIsRefused() throws IOException {
        TestPki.put(
                key,
                TestPki.keyPem(TestPki.certificate("r")
                        .by(authority)
                        .rsa()
                        .issue()
                        .keys()
                        .getPrivate()));
        refuses("does not belong to the certificate", this::open);
    }

    @Test
    void aChainThatIsNotInOrderIsRefused() throws IOException {
        server.write(chain, key, TestPki.authority("another"));
        refuses("certificate 2 has not issued number 1", this::open);
        server.write(chain, key, authority);
        open().close();
    }

    @Test
    void filesThatAreNoneAreNamed() throws IOException {
        TestPki.put(key, "nothing");
        refuses("server.key holds no private key", this::open);
        TestPki.put(chain, "nothing");
        refuses("server.crt holds no certificate", this::open);
        Files.delete(chain);
        refuses("server.crt is not there", this::open);
    }

    @Test
    void aCrlThatNoneOfTheCasHasSignedIsRefused() throws IOException {
        Identity posing = TestPki.authority("CA"); // The same name, another key.
        TestPki.put(crl, TestPki.pem(TestPki.crl(posing, Instant.now().plus(DAY))));
        refuses("which is none of the CAs", this::open);
    }

    @Test
    void aCrlInDerIsRead() throws Exception {
        Identity device = TestPki.device(authority, "d");
        Files.write(crl, TestPki.crl(authority, Instant.now().plus(DAY), device).getEncoded());
        try (Tls tls = open()) {
            assertEquals(1, served(tls).revoked().size());
        }
    }

    @Test
    void whatIsExchangedIsServedAndWhatIsHalfExchangedIsNot() throws IOException {
        try (Tls tls = open()) {
            Identity next = TestPki.server(authority, "localhost");
            TestPki.put(chain, TestPki.pem(next.certificate()));
            tls.reload();
            assertEquals(
                    server.certificate(),
                    served(tls).certificates().get(0).chain().get(0));
            assertTrue(
                    tls.remarks().toString().contains("still serves its earlier certificates"),
                    tls.remarks()::toString);
            assertEquals(1, count("failed"));
            tls.reload();
            assertEquals(1, count("failed"), "the same fault is counted once");

            TestPki.put(key, TestPki.keyPem(next.keys().getPrivate()));
            tls.reload();
            assertEquals(
                    next.certificate(),
                    served(tls).certificates().get(0).chain().get(0));
            assertEquals(List.of(), tls.remarks());
            assertEquals(1, count("done"));
        }
    }

    @Test
    void anExpiredCertificateTakesNoPlaceOfOneThatIsInDate() throws IOException {
        try (Tls tls = open()) {
            TestPki.certificate("old")
                    .by(authority)
                    .server("localhost")
                    .until(Instant.now().minus(Duration.ofMinutes(1)))
                    .issue()
                    .write(chain, key);
            tls.reload();
            assertEquals(
                    server.certificate(),
                    served(tls).certificates().get(0).chain().get(0));
            assertTrue(tls.remarks().toString().contains("has expired on"), tls.remarks()::toString);
        }
    }

    @Test
    void linksThatAreExchangedLikeThoseOfKubernetesAreSeen() throws IOException {
        Identity next = TestPki.server(authority, "localhost");
        Path one = Files.createDirectory(directory.resolve("..1"));
        Path two = Files.createDirectory(directory.resolve("..2"));
        server.write(one.resolve("tls.crt"), one.resolve("tls.key"));
        next.write(two.resolve("tls.crt"), two.resolve("tls.key"));
        Path data = Files.createSymbolicLink(directory.resolve("..data"), one.getFileName());
        chain = Files.createSymbolicLink(directory.resolve("tls.crt"), Path.of("..data", "tls.crt"));
        key = Files.createSymbolicLink(directory.resolve("tls.key"), Path.of("..data", "tls.key"));
        try (Tls tls = open()) {
            Files.delete(data);
            Files.createSymbolicLink(data, two.getFileName());
            tls.reload();
            assertEquals(
                    next.certificate(),
                    served(tls).certificates().get(0).chain().get(0));
        }
    }

    @Test
    void healthSpeaksOfCertificatesThatExpireSoonAndOfACrlPastItsTime() {
        Instant inTwentyDays = Instant.now().plus(DAY.multipliedBy(20));
        try (Tls tls = open(Clock.fixed(inTwentyDays, ZoneOffset.UTC))) {
            String remarks = String.join("\n", tls.remarks());
            assertTrue(remarks.contains("The certificate of listener l expires in 10.0 days"), remarks);
            assertTrue(remarks.contains("A CA of the devices of listener l expires in 10.0 days"), remarks);
            assertTrue(remarks.contains("The CRL of listener l should have had a successor"), remarks);
            assertEquals(10.0, days("server"), 0.01);
            assertEquals(-19.0, days("crl"), 0.01);
        }
        try (Tls tls = open()) {
            assertEquals(List.of(), tls.remarks());
        }
    }

    @Test
    void whatIsUsedTowardsBrokersIsWatchedToo() throws IOException {
        TargetTls target =
                new TargetTls("cloud", Optional.of(ca), Optional.of(crl), Optional.of(new KeyPairFiles(chain, key)));
        Instant inTwentyDays = Instant.now().plus(DAY.multipliedBy(20));
        try (Tls tls = Tls.open(List.of(), registry, Clock.fixed(inTwentyDays, ZoneOffset.UTC))) {
            tls.watch(List.of(target), TlsConfig.DEFAULT, registry);
            assertEquals(10.0, days("client"), 0.01);
            assertEquals(10.0, days("ca"), 0.01);
            assertEquals(-19.0, days("crl"), 0.01);
            String remarks = String.join("\n", tls.remarks());
            assertTrue(remarks.contains("The certificate for AMQP target cloud expires in 10.0 days"), remarks);
            assertTrue(remarks.contains("The CRL for AMQP target cloud should have had a successor"), remarks);

            TestPki.put(
                    key, TestPki.keyPem(TestPki.server(authority, "x").keys().getPrivate()));
            tls.reload();
            assertTrue(
                    tls.remarks()
                            .toString()
                            .contains("The next connection to AMQP target cloud uses its earlier files"),
                    tls.remarks()::toString);
            server.write(chain, key);
            tls.reload();
            assertEquals(3, tls.remarks().size(), tls.remarks()::toString);
        }
    }

    @Test
    void aFileOfTheSameContentIsNoNews() throws IOException {
        try (Tls tls = open()) {
            server.write(chain, key);
            tls.reload();
            assertEquals(0, count("done") + count("failed"));
        }
    }

    @Test
    void aFileLargerThanItMayBeIsNotRead() throws IOException {
        Files.write(ca, new byte[2_000]);
        ListenerTls listener = new ListenerTls(
                "l",
                List.of(new KeyPairFiles(ca, key)),
                Optional.empty(),
                new TlsConfig(
                        TlsConfig.Engine.AUTO,
                        TlsConfig.DEFAULT.versions(),
                        TlsConfig.DEFAULT.ciphers(),
                        TlsConfig.DEFAULT.sessions(),
                        1,
                        1,
                        1_999,
                        OcspConfig.DEFAULT));
        refuses("larger than mqtt.tls.file-size-max", () -> Tls.open(List.of(listener), registry));
    }

    @Test
    void ticketKeysAreKeptForAsLongAsASessionLives() {
        ListenerTls listener =
                new ListenerTls("l", List.of(new KeyPairFiles(chain, key)), Optional.empty(), TlsConfig.DEFAULT);
        TlsMeters meters = new TlsMeters(registry);
        LiveListener live = new LiveListener(
                listener, Contexts.provider(TlsConfig.Engine.AUTO), meters, new OcspChecks(OcspConfig.DEFAULT, meters));
        TicketKeys keys = TicketKeys.of(live.context(), new TlsConfig.Sessions(3_600, 1, 1_800));
        assertFalse(keys.size() > 1);
        for (int i = 0; i < 5; i++) {
            keys.rotate();
        }
        assertTrue(keys.size() <= 3, () -> "" + keys.size());
    }

    private double count(String outcome) {
        return registry.find("forebay.tls.reloads").tag("outcome", outcome).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private double days(String certificate) {
        return registry.get("forebay.tls.certificate.expiry.days")
                .tag("certificate", certificate)
                .gauge()
                .value();
    }
}
