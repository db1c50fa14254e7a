package io.forebay.bridge.reply;

import java.util.Optional;

/**
 * Where an answer goes.
 *
 * @param address of the broker
 * @param correlationKind as what the request's correlation-id came
 * @param correlationId in the form of Correlation Data; empty if the answer itself says it
 */
public record Reply(String address, CorrelationId.Kind correlationKind, Optional<byte[]> correlationId) {

    /**
     * The correlation-id of the answer, as the request had it.
     *
     * @param correlationData what the answer says; null if nothing
     */
    public CorrelationId correlation(byte[] correlationData) {
        byte[] data = correlationId.orElse(correlationData);
        return data == null ? CorrelationId.NONE : new CorrelationId(correlationKind, data);
    }
}
