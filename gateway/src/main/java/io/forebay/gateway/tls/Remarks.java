package io.forebay.gateway.tls;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Says in sentences what an operator should know of one listener's certificates. Immutable. */
final class Remarks {
    private final LiveListener listener;
    private final Instant now;

    Remarks(LiveListener listener, Instant now) {
        this.listener = listener;
        this.now = now;
    }

    void addTo(List<String> remarks) {
        if (!listener.stapleFault().isEmpty()) {
            remarks.add("Listener " + name() + " has no new OCSP answer to show: " + listener.stapleFault());
        }
        if (!listener.fault().isEmpty()) {
            remarks.add("Listener " + name() + " still serves its earlier certificates: " + listener.fault());
        }
        addDay(
                remarks,
                "The certificate of listener " + name(),
                listener.material().notAfter());
        listener.material().clients().ifPresent(clients -> {
            addDay(remarks, "A CA of the devices of listener " + name(), clients.notAfter());
            clients.revoked()
                    .nextUpdate()
                    .filter(now::isAfter)
                    .ifPresent(due -> remarks.add("The CRL of listener " + name() + " should have had a successor by "
                            + due + "; what it revokes stays revoked."));
        });
    }

    private void addDay(List<String> remarks, String what, Instant notAfter) {
        addDay(remarks, what, notAfter, now, listener.config().common().expiryWarningDays());
    }

    static void addDay(List<String> remarks, String what, Instant notAfter, Instant now, int warningDays) {
        double days = TlsMeters.days(now, notAfter);
        if (days < 0) {
            remarks.add(what + " has expired on " + notAfter + ".");
        } else if (days < warningDays) {
            remarks.add(what + " expires in " + String.format(Locale.ROOT, "%.1f", days) + " days.");
        }
    }

    private String name() {
        return listener.config().name();
    }
}
