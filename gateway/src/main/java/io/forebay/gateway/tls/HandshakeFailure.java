package io.forebay.gateway.tls;

import io.netty.handler.ssl.NotSslRecordException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.util.Locale;
import java.util.regex.Pattern;

/** Why a TLS handshake came to nothing, in one of few words and in a sentence for the operator. */
public enum HandshakeFailure {
    REVOKED("the certificate of the device is revoked"),
    OUT_OF_DATE("the certificate of the device has expired, or is not valid yet"),
    NOT_TRUSTED("the certificate of the device is of none of the CAs in client-ca"),
    NO_CERTIFICATE("the device has shown no certificate"),
    REFUSED("the device refuses the certificate of this listener, or what else it is offered: "),
    TIMEOUT("its TLS handshake did not end in time"),
    /** In whole what came may be a CONNECT with its password, which Netty's words for it hold in hexadecimal. */
    NO_TLS("what came is no TLS: perhaps this is the port of another listener"),
    CLOSED("it was closed in its TLS handshake"),
    OTHER("");

    /** What a library says may quote what the device has sent. */
    private static final Pattern UNPRINTABLE = Pattern.compile("\\p{Cntrl}");

    private static final int WORDS_MAX = 200;

    private final String sentence;

    HandshakeFailure(String sentence) {
        this.sentence = sentence;
    }

    static HandshakeFailure of(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathValidatorException path) {
                return of(path);
            } else if (cause instanceof NotSslRecordException) {
                return NO_TLS;
            } else if (cause instanceof ClosedChannelException) {
                return CLOSED;
            }
        }
        String words = innermost(fault).toLowerCase(Locale.ROOT);
        if (words.contains("unable to find valid certification path")) {
            return NOT_TRUSTED;
        } else if (words.contains("peer_did_not_return_a_certificate") || words.contains("empty client certificate")) {
            return NO_CERTIFICATE;
        } else if (words.contains("received fatal alert") || words.contains("_alert_")) {
            return REFUSED;
        }
        return words.contains("timed out") ? TIMEOUT : OTHER;
    }

    private static HandshakeFailure of(CertPathValidatorException path) {
        if (path.getReason() == BasicReason.REVOKED) {
            return REVOKED;
        }
        boolean day = path.getReason() == BasicReason.EXPIRED || path.getReason() == BasicReason.NOT_YET_VALID;
        return day ? OUT_OF_DATE : NOT_TRUSTED;
    }

    /** For counting. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @param fault that it was made of */
    public String sentence(Throwable fault) {
        if (this != REFUSED && this != OTHER) {
            return sentence;
        }
        String words = innermost(fault);
        String few = words.substring(0, Math.min(words.length(), WORDS_MAX));
        return sentence + UNPRINTABLE.matcher(few).replaceAll("?");
    }

    private static String innermost(Throwable fault) {
        Throwable cause = fault;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
