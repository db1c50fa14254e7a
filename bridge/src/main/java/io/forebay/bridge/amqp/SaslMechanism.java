package io.forebay.bridge.amqp;

import javax.security.sasl.SaslException;

/** The client's half of one SASL exchange (RFC 4422 section 3). */
interface SaslMechanism {
    String name();

    byte[] initialResponse();

    /**
     * The response to a challenge. May take milliseconds: not for event loops.
     *
     * @throws SaslException with a sentence that tells what the broker did wrong
     */
    byte[] respond(byte[] challenge) throws SaslException;

    /**
     * The broker lets us in.
     *
     * @param additional what it said beside that, possibly empty
     * @throws SaslException if it was to prove something first and has not
     */
    void onAccepted(byte[] additional) throws SaslException;

    /** One that says everything at once: ANONYMOUS, EXTERNAL, PLAIN. */
    static SaslMechanism saying(String name, byte[] initialResponse) {
        return new SaslMechanism() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public byte[] initialResponse() {
                return initialResponse;
            }

            @Override
            public byte[] respond(byte[] challenge) throws SaslException {
                throw new SaslException("the broker asks for more than " + name + " has to say");
            }

            @Override
            public void onAccepted(byte[] additional) {
                // The broker had nothing to prove.
            }
        };
    }
}
