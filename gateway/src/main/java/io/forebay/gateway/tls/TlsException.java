package io.forebay.gateway.tls;

/** Files that cannot be served, or an engine that is not there; the message is a sentence for the operator. */
public final class TlsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TlsException(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    TlsException(String sentence) {
        super(sentence);
    }
}
