package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.forebay.gateway.tls.CertifiedDevice;
import io.forebay.gateway.tls.CertifiedDevice.Verdict;
import java.util.Optional;

/** What the certificate of a device says about its CONNECT. No state. */
final class CertificateCheck {
    private CertificateCheck() {}

    /** Throws {@link ConnectRefused}. */
    static void admit(Optional<CertifiedDevice> device, String clientId) {
        if (device.isEmpty()) {
            return;
        }
        Verdict verdict = device.get().verdict(clientId);
        if (verdict != Verdict.ADMITTED) {
            throw new ConnectRefused(reason(verdict), verdict.sentence());
        }
    }

    private static ReasonCode reason(Verdict verdict) {
        return switch (verdict) {
            case ADMITTED -> ReasonCode.SUCCESS;
            // A valid string that the server does not allow (MQTT 5 table 3-1, MQTT 3.1.1 table 3.1).
            case CLIENT_ID -> ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
            case REVOKED, UNTRUSTED, NO_IDENTITY -> ReasonCode.NOT_AUTHORIZED;
            // It may try again: perhaps somebody answers then.
            case UNCONFIRMED -> ReasonCode.SERVER_UNAVAILABLE;
        };
    }
}
