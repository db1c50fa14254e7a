package io.forebay.gateway.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.tls.TestPki.Identity;
import java.util.Optional;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a device is by its certificate, and which client ids that gives it. */
class IdentityTest {
    private static final Identity DEVICE = TestPki.subject("CN=pump-1,O=Works,CN=fleet,C=DE")
            .name(GeneralName.dNSName, "pump-1.example")
            .name(GeneralName.dNSName, "pump-one.example")
            .name(GeneralName.uniformResourceIdentifier, "urn:dev:1")
            .name(GeneralName.rfc822Name, "pump@example.org")
            .issue();

    @ParameterizedTest
    @CsvSource({"CN,pump-1", "SAN_DNS,pump-1.example", "SAN_URI,urn:dev:1", "SAN_EMAIL,pump@example.org"})
    void aNameOfTheCertificateIsTheIdentity(IdentitySource source, String identity) {
        assertEquals(Optional.of(identity), source.of(DEVICE.certificate()));
    }

    @Test
    void theSubjectIsWrittenAsRfc2253HasIt() {
        assertEquals(Optional.of("CN=pump-1,O=Works,CN=fleet,C=DE"), IdentitySource.SUBJECT.of(DEVICE.certificate()));
        assertEquals(Optional.empty(), IdentitySource.NONE.of(DEVICE.certificate()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CN,O=no name", "CN,CN=a\u0000b", "CN,CN=a\\\nb", "CN,CN=\\ ", "SAN_URI,CN=a"})
    void aCertificateWithoutAUsableNameGivesNone(String what) {
        int comma = what.indexOf(',');
        Identity device = TestPki.subject(what.substring(comma + 1)).issue();
        assertEquals(
                Optional.empty(),
                IdentitySource.valueOf(what.substring(0, comma)).of(device.certificate()));
    }

    @ParameterizedTest
    @CsvSource({
        "any,            p, anything,  true",
        "equals-identity,p, p,         true",
        "equals-identity,p, P,         false",
        "equals-identity,p, pq,        false",
        "equals-identity,+, +,         true",
        "equals-identity,+, p,         false",
        "equals-identity,'#','a/b',    false",
        "equals-identity,%, %,         true",
        "equals-identity,%c,p,         false",
        "begins-with-identity,p,p,     true",
        "begins-with-identity,p,pq,    true",
        "begins-with-identity,p,qp,    false",
        "begins-with-identity,*,p,     false",
        "'{identity}/*', p, p/1,       true",
        "'{identity}/*', p, p,         false",
        "'{identity}/*', p, pq/1,      false",
        "'{identity}/*', +, p/1,       false",
        "'x-{identity}', p, x-p,       true",
        "'x-{identity}', p, x-p-,      false",
        "'*{identity}',  p, yp,        false",
        "'*{identity}',  p, '*p',      true"
    })
    void aClientIdIsBoundToTheIdentityLetterByLetter(String rule, String identity, String clientId, boolean allowed) {
        assertEquals(allowed, ClientIdRule.parse(rule).allows(identity, clientId));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "equal", "p-*", "{identity}{identity}", "{Identity}"})
    void aRuleThatIsNoneIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> ClientIdRule.parse(text));
    }

    @Test
    void onlyAnyIsNoRule() {
        assertTrue(ClientIdRule.parse("any").isAny());
        assertFalse(ClientIdRule.parse("{identity}*").isAny());
    }
}
