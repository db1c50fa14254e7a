package io.forebay.gateway;

import io.forebay.bridge.BridgeStatus;
import io.forebay.bridge.downlink.DownlinkStatus;
import io.forebay.gateway.ops.Health;
import io.forebay.gateway.session.SessionStatus;
import io.forebay.storage.Forecast;
import io.forebay.storage.LogState;
import io.forebay.storage.LogStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Says in sentences what is not as it should be. Immutable.
 *
 * @param forecast when the log will be full
 * @param warnBelowSeconds told if it is sooner than this; with a broker away, told whenever it fills up at all
 * @param bridge all targets together
 * @param fullRoutes those that have their share of the log
 * @param targets each of them, by its name
 * @param files what is wrong with files that are read again when they change
 */
record HealthReport(
        LogStatus log,
        Forecast forecast,
        long warnBelowSeconds,
        SessionStatus sessions,
        BridgeStatus bridge,
        List<String> fullRoutes,
        Map<String, BridgeStatus> targets,
        DownlinkStatus downlink,
        List<String> files) {

    Health health() {
        boolean ready = log.state() == LogState.OPEN && sessions.takesCommits();
        return new Health(log.state() != LogState.FAILED, ready, remarks());
    }

    private List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        if (log.state() == LogState.HEALING) {
            remarks.add("The disk of the log fails, messages wait until it takes them: " + log.fault() + ".");
        } else if (log.state() != LogState.OPEN) {
            remarks.add("The log is " + log.state() + " and takes no messages.");
        } else if (forecast.isBelow(isBrokerAway() ? Long.MAX_VALUE : warnBelowSeconds)) {
            remarks.add("At the present rate the buffer lasts " + forecast.words() + ".");
        }
        if (log.skipped() > 0) {
            remarks.add(log.skipped() + " positions of the log were unreadable since the start, see the log.");
        }
        if (!sessions.takesCommits()) {
            remarks.add("The state of sessions cannot be stored" + because(sessions.lastFault()));
        }
        targets.forEach((name, target) -> {
            if (!target.connected()) {
                remarks.add("The AMQP broker " + (targets.size() == 1 ? "" : name + " ") + "is not connected"
                        + because(target.lastFault()));
            }
        });
        bridge.refusedAddresses().forEach(refused -> remarks.add("The AMQP broker does not take " + refused + "."));
        fullRoutes.forEach(route -> remarks.add("The route " + route + " has its share of the log."));
        downlink.refusedAddresses()
                .forEach(refused -> remarks.add("The AMQP broker gives us nothing from " + refused + "."));
        if (bridge.quarantined() > 0) {
            remarks.add(bridge.quarantined() + " messages that the AMQP broker did not take are in the quarantine.");
        }
        remarks.addAll(files);
        return remarks;
    }

    private boolean isBrokerAway() {
        return targets.values().stream().anyMatch(target -> !target.connected());
    }

    private static String because(String fault) {
        return fault.isEmpty() ? "." : ": " + fault;
    }
}
