package io.forebay.gateway.bench;

import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A CA and one certificate of it, for both sides of a measurement: made anew each time by the keytool of the JDK, and good
 * for two days.
 *
 * @param store has the key, its chain, and the CA as trusted
 */
record BenchKeys(Path store, String password) {
    static final String PASSWORD_VARIABLE = "FOREBAY_BENCH_PASSWORD";
    private static final int PASSWORD_BYTES = 16;

    static BenchKeys make(Path directory) throws IOException, InterruptedException {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        BenchKeys keys =
                new BenchKeys(directory.resolve("bench.p12"), HexFormat.of().formatHex(random));
        String ca = directory.resolve("ca.p12").toString();
        String own = keys.store.toString();
        String request = directory.resolve("bench.csr").toString();
        String certificate = directory.resolve("bench.crt").toString();
        String caCertificate = directory.resolve("ca.crt").toString();
        keys.keytool(ca, "-genkeypair", "-alias", "ca", "-dname", "CN=bench-ca", "-ext", "bc:c");
        keys.keytool(own, "-genkeypair", "-alias", "bench", "-dname", "CN=localhost");
        keys.keytool(own, "-certreq", "-alias", "bench", "-file", request);
        keys.keytool(
                ca,
                "-gencert",
                "-alias",
                "ca",
                "-ext",
                "san=dns:localhost",
                "-infile",
                request,
                "-outfile",
                certificate);
        keys.keytool(ca, "-exportcert", "-alias", "ca", "-file", caCertificate);
        keys.keytool(own, "-importcert", "-noprompt", "-alias", "ca", "-file", caCertificate);
        keys.keytool(own, "-importcert", "-alias", "bench", "-file", certificate);
        return keys;
    }

    PfxOptions options() {
        return new PfxOptions().setPath(store.toString()).setPassword(password);
    }

    private void keytool(String keystore, String command, String... arguments)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                command,
                "-keystore",
                keystore,
                "-storetype",
                "PKCS12",
                "-storepass:env",
                PASSWORD_VARIABLE));
        line.addAll(Arrays.asList(arguments));
        if (command.equals("-genkeypair")) {
            line.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
        }
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        store.resolveSibling("keytool.log").toFile()));
        builder.environment().put(PASSWORD_VARIABLE, password);
        if (builder.start().waitFor() != 0) {
            throw new IOException("keytool " + command + " failed: see " + store.resolveSibling("keytool.log"));
        }
    }

    @Override
    public String toString() {
        return "BenchKeys[" + store + "]";
    }
}
