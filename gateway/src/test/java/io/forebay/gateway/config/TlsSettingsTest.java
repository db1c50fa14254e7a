package io.forebay.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.mqtt.MqttConfig.Listener;
import io.forebay.gateway.tls.IdentitySource;
import io.forebay.gateway.tls.ListenerTls;
import io.forebay.gateway.tls.ListenerTls.KeyPairFiles;
import io.forebay.gateway.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of TLS; that files can be read is all that is looked at here. */
class TlsSettingsTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        for (String name : List.of("a.crt", "a.key", "b.crt", "b.key", "ca.crt", "1.crl", "2.crl")) {
            Files.writeString(directory.resolve(name), "");
        }
        file = directory.resolve("f.yaml");
    }

    private List<Listener> load(String yaml) throws IOException {
        Files.writeString(file, yaml.replace("DIR", directory.toString()));
        return GatewayConfig.load(file, Map.of()).mqtt().listeners();
    }

    @Test
    void theDefaultsAreThoseOfTheRecord() throws IOException {
        ListenerTls tls = load("mqtt: {tls: {certificate: DIR/a.crt, key: DIR/a.key, client-ca: DIR/ca.crt}}")
                .get(1)
                .tls()
                .orElseThrow();
        assertEquals(TlsConfig.DEFAULT, tls.common());
        ListenerTls.ClientCertificates clients = tls.clients().orElseThrow();
        assertEquals(IdentitySource.CN, clients.identity());
        assertTrue(clients.clientIds().isAny() && clients.required() && clients.cutRevoked());
        assertEquals(List.of(), clients.crls());
    }

    @Test
    void aListenerOfTheListHasItsOwnFilesAndTheRulesAboveUnlessItSaysOtherwise() throws IOException {
        List<Listener> listeners = load("""
                mqtt:
                  tls: {identity: san-dns, client-id: equals-identity, versions: [TLSv1.3]}
                  listeners:
                    - name: one
                      port: 1
                      certificate: DIR/a.crt
                      key: DIR/a.key
                      certificates:
                        - {certificate: DIR/b.crt, key: DIR/b.key}
                      client-ca: DIR/ca.crt
                      crl: DIR/1.crl, DIR/2.crl
                      cut-revoked: false
                    - {name: two, port: 2, certificate: DIR/a.crt, key: DIR/a.key, client-ca: DIR/ca.crt,
                       identity: none, client-id: any, client-certificate: requested}
                """);
        ListenerTls one = listeners.get(1).tls().orElseThrow();
        assertEquals(
                List.of(
                        new KeyPairFiles(directory.resolve("a.crt"), directory.resolve("a.key")),
                        new KeyPairFiles(directory.resolve("b.crt"), directory.resolve("b.key"))),
                one.certificates());
        assertEquals(
                List.of(directory.resolve("1.crl"), directory.resolve("2.crl")),
                one.clients().orElseThrow().crls());
        assertEquals(IdentitySource.SAN_DNS, one.clients().orElseThrow().identity());
        assertFalse(one.clients().orElseThrow().clientIds().isAny());
        assertFalse(one.clients().orElseThrow().cutRevoked());
        assertEquals(List.of("TLSv1.3"), one.common().versions());
        ListenerTls two = listeners.get(2).tls().orElseThrow();
        assertEquals(IdentitySource.NONE, two.clients().orElseThrow().identity());
        assertTrue(two.clients().orElseThrow().clientIds().isAny());
        assertFalse(two.clients().orElseThrow().required());
        assertEquals("mqtts://127.0.0.1:2", listeners.get(2).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "versions: [TLSv1.1]                     | mqtt.tls.versions has 'TLSv1.1'",
                "versions: []                            | mqtt.tls.versions is empty",
                "ciphers: [TLS_RSA_WITH_AES_128_CBC_SHA] | mqtt.tls.ciphers has 'TLS_RSA_WITH_AES_128_CBC_SHA'",
                "engine: bouncy                          | mqtt.tls.engine must be auto or openssl or jdk",
                "identity: serial                        | mqtt.tls.identity must be none or cn",
                "client-id: mine                         | mqtt.tls.client-id must be any",
                "cut-revoked: maybe                      | mqtt.tls.cut-revoked must be true or false",
                "client-certificate: perhaps             | mqtt.tls.client-certificate must be required or requested",
                "crl: DIR/1.crl                          | mqtt.tls.crl does nothing without client-ca",
                "'crl: \"DIR/1.crl, DIR/none.crl\"'      | none.crl",
                "'identity: none, client-id: equals-identity' | cannot be bound to an identity while identity is none",
                "reload-s: 0                             | mqtt.tls.reload-s",
                "'certificates: [{certificate: DIR/b.crt, key: DIR/none.key}]' | none.key"
            })
    void aMistakeIsNamed(String key, String words) {
        ConfigException mistake = assertThrows(
                ConfigException.class,
                () -> load("mqtt: {tls: {certificate: DIR/a.crt, key: DIR/a.key, " + key + "}}"));
        assertTrue(mistake.getMessage().contains(words), mistake::getMessage);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "certificates: [{certificate: DIR/b.crt}] | cannot be read",
                "certificates: [DIR/b.crt]                | each entry of mqtt.listeners has the keys",
                "certificates: [{colour: red}]            | each entry of mqtt.listeners has the keys",
                "identity: serial                         | 'l': identity must be",
                "client-id: mine                          | 'l': client-id must be any"
            })
    void aMistakeOfAListenerIsNamed(String key, String words) {
        ConfigException mistake = assertThrows(
                ConfigException.class,
                () -> load("mqtt: {listeners: [{name: l, port: 1, certificate: DIR/a.crt, key: DIR/a.key, " + key
                        + "}]}"));
        assertTrue(mistake.getMessage().contains(words), mistake::getMessage);
    }
}
