package io.forebay.simulator.payload;

import io.forebay.simulator.ledger.Stamp;
import io.forebay.simulator.scenario.PayloadSpec;

/** Makes the payloads of one device. Owned by that device. */
public interface PayloadMaker {
    /** The payload of a message. */
    byte[] make(Stamp stamp);

    /** Whether the same stamp always makes the same payload, so that nobody needs to keep it for a resend. */
    boolean repeatable();

    /**
     * @param device number of the device within its fleet
     * @param seed of this device
     * @param skewUs how far its clock is off, microseconds
     */
    static PayloadMaker of(PayloadSpec spec, int device, long seed, long skewUs) {
        return switch (spec.kind()) {
            case BINARY -> new BinaryPayload(spec.bytesMin(), spec.bytesMax(), seed);
            case TEMPLATE -> new TemplatePayload(spec.template(), device, seed, skewUs);
            case CSV -> new CsvPayload(spec.rows(), seed);
        };
    }
}
