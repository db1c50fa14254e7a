package io.forebay.gateway.tls;

import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes the certificates of a test, good ones and bad ones, each test its own: no key is ever kept. */
@SuppressWarnings("JavaUtilDate") // Bouncy Castle wants them.
public final class TestPki {
    static {
        // Whichever TLS server of this process is the first: the JDK's engine decides for good then about
        // renegotiation.
        String unused = Contexts.name(SslProvider.JDK);
    }

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration USUAL_LIFE = Duration.ofDays(30);

    private TestPki() {}

    /** A certificate and its key; with what it is a CA, too. */
    public record Identity(X509Certificate certificate, KeyPair keys) {
        /** Certificate, with those above it, and key as two files, put in place as a whole each. */
        public void write(Path chain, Path key, Identity... above) throws IOException {
            List<X509Certificate> all = new ArrayList<>(List.of(certificate));
            for (Identity each : above) {
                all.add(each.certificate);
            }
            put(key, keyPem(keys.getPrivate()));
            put(chain, pem(all.toArray(X509Certificate[]::new)));
        }
    }

    /** What a certificate is to say. */
    public static final class Wanted {
        private final String subject;
        private final List<GeneralName> names = new ArrayList<>();
        private Identity issuer;
        private Instant from = Instant.now().minus(Duration.ofHours(1));
        private Instant until = Instant.now().plus(USUAL_LIFE);
        private KeyPurposeId purpose = KeyPurposeId.id_kp_clientAuth;
        private String keys = "EC";
        private boolean authority;
        private URI responder;

        Wanted(String subject) {
            this.subject = subject;
        }

        public Wanted by(Identity issuer) {
            this.issuer = issuer;
            return this;
        }

        public Wanted from(Instant instant) {
            from = instant;
            return this;
        }

        public Wanted until(Instant instant) {
            until = instant;
            return this;
        }

        public Wanted server(String... hosts) {
            purpose = KeyPurposeId.id_kp_serverAuth;
            for (String host : hosts) {
                names.add(new GeneralName(host.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName, host));
            }
            return this;
        }

        public Wanted name(int kind, String name) {
            names.add(new GeneralName(kind, name));
            return this;
        }

        public Wanted responder(URI address) {
            responder = address;
            return this;
        }

        public Wanted ocspSigning() {
            purpose = KeyPurposeId.id_kp_OCSPSigning;
            return this;
        }

        public Wanted rsa() {
            keys = "RSA";
            return this;
        }

        public Wanted authority() {
            authority = true;
            return this;
        }

        public Identity issue() {
            try {
                KeyPair own = newKeys(keys);
                Identity by = issuer;
                X500Principal name = new X500Principal(subject);
                X500Principal above = by == null ? name : by.certificate.getSubjectX500Principal();
                JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                        above, new BigInteger(120, RANDOM), Date.from(from), Date.from(until), name, own.getPublic());
                builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
                builder.addExtension(
                        Extension.keyUsage,
                        true,
                        new KeyUsage(authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
                if (!authority) {
                    builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
                }
                if (responder != null) {
                    builder.addExtension(
                            Extension.authorityInfoAccess,
                            false,
                            new AuthorityInformationAccess(
                                    AccessDescription.id_ad_ocsp,
                                    new GeneralName(GeneralName.uniformResourceIdentifier, responder.toString())));
                }
                if (!names.isEmpty()) {
                    builder.addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(names.toArray(GeneralName[]::new)));
                }
                return new Identity(
                        new JcaX509CertificateConverter()
                                .getCertificate(builder.build(signer(by == null ? own : by.keys))),
                        own);
            } catch (GeneralSecurityException | IOException | OperatorCreationException fault) {
                throw new IllegalStateException(fault);
            }
        }
    }

    public static Wanted certificate(String commonName) {
        return new Wanted("O=Forebay,CN=" + commonName);
    }

    public static Wanted subject(String subject) {
        return new Wanted(subject);
    }

    public static Identity authority(String name) {
        return certificate(name).authority().issue();
    }

    public static Identity device(Identity authority, String commonName) {
        return certificate(commonName).by(authority).issue();
    }

    public static Identity server(Identity authority, String... hosts) {
        return certificate("gateway").by(authority).server(hosts).issue();
    }

    public static X509CRL crl(Identity authority, Instant nextUpdate, Identity... revoked) {
        try {
            JcaX509v2CRLBuilder builder = new JcaX509v2CRLBuilder(
                    authority.certificate, Date.from(Instant.now().minus(Duration.ofDays(2))));
            builder.setNextUpdate(Date.from(nextUpdate));
            builder.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.ONE));
            for (Identity each : revoked) {
                builder.addCRLEntry(each.certificate.getSerialNumber(), new Date(), 1);
            }
            return new JcaX509CRLConverter().getCRL(builder.build(signer(authority.keys)));
        } catch (GeneralSecurityException | IOException | OperatorCreationException fault) {
            throw new IllegalStateException(fault);
        }
    }

    /** @param device null for none */
    public static SSLContext client(Identity device, Identity... trusted) {
        return client(device == null ? null : new Proofs(device), trusted);
    }

    /** @param keys null for none */
    public static SSLContext client(Proofs keys, Identity... trusted) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Identity each : trusted) {
                store.setCertificateEntry(each.certificate.getSerialNumber().toString(), each.certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys == null ? null : new KeyManager[] {keys}, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException fault) {
            throw new IllegalStateException(fault);
        }
    }

    public static KeyManagerFactory keys(Identity device) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry("device", device.keys.getPrivate(), new char[0], new X509Certificate[] {device.certificate});
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory;
    }

    public static void put(Path file, String text) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(beside, text);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    public static String pem(X509Certificate... certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(armour("CERTIFICATE", certificate.getEncoded()));
            } catch (GeneralSecurityException fault) {
                throw new IllegalStateException(fault);
            }
        }
        return text.toString();
    }

    public static String pem(X509CRL crl) {
        try {
            return armour("X509 CRL", crl.getEncoded());
        } catch (GeneralSecurityException fault) {
            throw new IllegalStateException(fault);
        }
    }

    public static String keyPem(PrivateKey key) {
        // From parts, so that scanners for secrets see none in the source, where there is none.
        return armour("PRIVATE" + " KEY", key.getEncoded());
    }

    private static String armour(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(content)
                + "\n-----END " + label + "-----\n";
    }

    private static KeyPair newKeys(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        } else {
            generator.initialize(2_048);
        }
        return generator.generateKeyPair();
    }

    private static ContentSigner signer(KeyPair keys) throws OperatorCreationException {
        String algorithm = keys.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        return new JcaContentSignerBuilder(algorithm).build(keys.getPrivate());
    }

    /** Shows its certificate to whoever asks, also where the JDK's own would see that it cannot please. */
    public static final class Proofs extends X509ExtendedKeyManager {
        private final Identity identity;
        private final Runnable before;
        private final AtomicInteger count = new AtomicInteger();

        public Proofs(Identity identity) {
            this(identity, () -> {});
        }

        /** @param before is run when the gateway has said what it has to say, and waits for the proof */
        public Proofs(Identity identity, Runnable before) {
            this.identity = identity;
            this.before = before;
        }

        /** How often it has been proven that the certificate is the device's own. */
        public int count() {
            return count.get();
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return "it";
        }

        @Override
        public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
            return "it";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {identity.certificate};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            count.incrementAndGet();
            before.run();
            return identity.keys.getPrivate();
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {"it"};
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return null;
        }
    }
}
