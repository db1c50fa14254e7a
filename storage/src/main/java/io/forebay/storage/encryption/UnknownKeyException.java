package io.forebay.storage.encryption;

/** Something was encrypted with a key that is not known here. */
public final class UnknownKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownKeyException(int keyId, Keyring known) {
        super(sentence(keyId, known));
    }

    /** What an operator is told. */
    public static String sentence(int keyId, Keyring known) {
        return "encrypted with the key " + Keyring.text(keyId) + ", and "
                + (known.encrypts()
                        ? "among the keys that are given there are only " + known
                        : "no key is given (log.encryption-key-file)");
    }
}
