package io.forebay.gateway.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.security.auth.x500.X500Principal;

/** Which name in its certificate a device goes by. */
public enum IdentitySource {
    /** The certificate lets it in and says nothing more. */
    NONE,
    /** The common name; of several the most specific one. */
    CN,
    /** The whole subject, as RFC 2253 writes it. */
    SUBJECT,
    /** The first subject alternative name of the kind (RFC 5280 section 4.2.1.6). */
    SAN_DNS,
    SAN_URI,
    SAN_EMAIL;

    private static final int LENGTH_MAX = 1_024;
    private static final int GENERAL_NAME_EMAIL = 1;
    private static final int GENERAL_NAME_DNS = 2;
    private static final int GENERAL_NAME_URI = 6;
    /** A name that ends a line or a string is no name. */
    private static final Pattern UNPRINTABLE = Pattern.compile("\\p{Cntrl}");

    /** @return empty if the certificate has no such name, or one that cannot be used */
    Optional<String> of(X509Certificate certificate) {
        Optional<String> name =
                switch (this) {
                    case NONE -> Optional.empty();
                    case CN -> commonName(certificate.getSubjectX500Principal());
                    case SUBJECT ->
                        Optional.of(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
                    case SAN_DNS -> alternativeName(certificate, GENERAL_NAME_DNS);
                    case SAN_URI -> alternativeName(certificate, GENERAL_NAME_URI);
                    case SAN_EMAIL -> alternativeName(certificate, GENERAL_NAME_EMAIL);
                };
        return name.filter(text -> !text.isBlank()
                && text.length() <= LENGTH_MAX
                && !UNPRINTABLE.matcher(text).find());
    }

    static Optional<String> commonName(X500Principal subject) {
        try {
            LdapName name = new LdapName(subject.getName(X500Principal.RFC2253));
            for (int i = name.size() - 1; i >= 0; i--) { // The most specific one is the last there.
                Attribute common = name.getRdn(i).toAttributes().get("CN");
                if (common != null && common.get() instanceof String text) {
                    return Optional.of(text);
                }
            }
            return Optional.empty();
        } catch (InvalidNameException unreadable) {
            return Optional.empty();
        } catch (NamingException unreadable) {
            throw new IllegalStateException(unreadable); // Of a directory, and there is none.
        }
    }

    private static Optional<String> alternativeName(X509Certificate certificate, int kind) {
        return alternativeNames(certificate).stream()
                .filter(name -> name.get(0) instanceof Integer actual && actual == kind)
                .map(name -> String.valueOf(name.get(1)))
                .findFirst();
    }

    static List<String> dnsNames(X509Certificate certificate) {
        return alternativeNames(certificate).stream()
                .filter(name -> name.get(0) instanceof Integer kind && kind == GENERAL_NAME_DNS)
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    }

    private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException unreadable) {
            return List.of();
        }
    }
}
