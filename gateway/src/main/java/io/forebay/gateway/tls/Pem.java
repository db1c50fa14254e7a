package io.forebay.gateway.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CRL;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/** Reads what PEM files hold (RFC 7468), with whatever openssl writes around it. No state. */
final class Pem {
    private static final String ARMOUR = "-----BEGIN ";

    private Pem() {}

    /** At least one. */
    static List<X509Certificate> certificates(Path file, byte[] content) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> certificates = new ArrayList<>();
            for (Object object : objects(content)) {
                if (object instanceof X509CertificateHolder holder) {
                    certificates.add((X509Certificate)
                            factory.generateCertificate(new ByteArrayInputStream(holder.getEncoded())));
                }
            }
            if (certificates.isEmpty()) {
                throw new TlsException(file + " holds no certificate in PEM.");
            }
            return certificates;
        } catch (IOException | GeneralSecurityException broken) {
            throw new TlsException(file + " holds a certificate that cannot be read: " + broken.getMessage(), broken);
        }
    }

    static PrivateKey key(Path file, byte[] content) {
        try {
            JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
            for (Object object : objects(content)) {
                if (object instanceof PEMKeyPair pair) {
                    return converter.getPrivateKey(pair.getPrivateKeyInfo());
                } else if (object instanceof PrivateKeyInfo info) {
                    return converter.getPrivateKey(info);
                } else if (object instanceof PEMEncryptedKeyPair || object instanceof PKCS8EncryptedPrivateKeyInfo) {
                    throw new TlsException(file + " is protected by a passphrase, and nobody is there to type it.");
                }
            }
            throw new TlsException(file + " holds no private key in PEM.");
        } catch (IOException broken) {
            // Without the cause's words: they may quote the file.
            throw new TlsException(file + " holds a private key that cannot be read.");
        }
    }

    /** PEM, or one in DER, which is what CAs publish. */
    static List<X509CRL> crls(Path file, byte[] content) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509CRL> crls = new ArrayList<>();
            if (new String(content, StandardCharsets.ISO_8859_1).contains(ARMOUR)) {
                for (Object object : objects(content)) {
                    if (object instanceof X509CRLHolder holder) {
                        crls.add((X509CRL) factory.generateCRL(new ByteArrayInputStream(holder.getEncoded())));
                    }
                }
            } else {
                for (CRL crl : factory.generateCRLs(new ByteArrayInputStream(content))) {
                    crls.add((X509CRL) crl);
                }
            }
            if (crls.isEmpty()) {
                throw new TlsException(file + " holds no CRL.");
            }
            return crls;
        } catch (IOException | GeneralSecurityException broken) {
            throw new TlsException(file + " holds a CRL that cannot be read: " + broken.getMessage(), broken);
        }
    }

    private static List<Object> objects(byte[] content) throws IOException {
        List<Object> objects = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(new String(content, StandardCharsets.ISO_8859_1)))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                objects.add(object);
            }
        } catch (RuntimeException malformed) { // Some of the library's parsers throw these.
            throw new IOException("it is malformed", malformed);
        }
        return objects;
    }
}
