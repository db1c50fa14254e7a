package io.forebay.simulator;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Puts the reason why a connection could not be made into one sentence. */
final class ConnectFailure {
    /** As the JDK says it, and as BoringSSL does. */
    private static final Pattern ALERT = Pattern.compile("(?:^Received fatal alert: |_ALERT_)(\\w+)");

    private ConnectFailure() {}

    /**
     * @param peer who was called, with its place, as in {@code the MQTT broker at localhost:1883}
     */
    static SimulationException of(String peer, Throwable cause) {
        if (cause instanceof SimulationException known) {
            return known;
        }
        return new SimulationException("Cannot reach " + peer + ": " + reason(cause) + ".", cause);
    }

    static String reason(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return "its host name is not known";
        }
        if (cause instanceof NoRouteToHostException) {
            return "there is no route to its host";
        }
        if (cause instanceof ConnectException) {
            return String.valueOf(cause.getMessage()).contains("timed out")
                    ? "it does not answer"
                    : "nothing listens on that port";
        }
        if (cause instanceof TimeoutException) {
            return "it does not answer";
        }
        Throwable file = cause.getCause();
        if (file instanceof NoSuchFileException missing) {
            return "there is no file " + missing.getFile();
        }
        if (cause instanceof SSLException) {
            return tls(cause);
        }
        String message = cause.getMessage();
        if (message != null && (message.contains("Connection reset") || message.contains("Broken pipe"))) {
            return "it closed the connection";
        }
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }

    /** TLS says on the outside that it failed, and far inside why. */
    private static String tls(Throwable failure) {
        Throwable cause = failure;
        boolean untrusted = false;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
            untrusted |= cause instanceof CertificateException;
        }
        String message = String.valueOf(cause.getMessage());
        if (untrusted) {
            return "its certificate is not trusted: " + message;
        }
        Matcher alert = ALERT.matcher(message);
        return alert.find()
                ? "it refuses the TLS handshake: "
                        + alert.group(1).toLowerCase(Locale.ROOT).replace('_', ' ')
                : "the TLS handshake failed: " + message;
    }
}
