package io.forebay.bridge;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * How the bridge is doing, at most a few tens of milliseconds old.
 *
 * @param connected whether there is an open AMQP connection
 * @param sinceMs since when that is so, milliseconds since 1970
 * @param lastFault what went wrong last, as a sentence; empty if nothing has
 * @param lastFaultAtMs when that was, 0 if nothing has
 * @param oldestUnsettledAtMs arrival time of the oldest message that the broker has not accepted, about a second old; 0 if
 *     there is none
 * @param backlog messages in the log from the oldest unsettled one on, about a second old; a close estimate
 * @param unsettled messages sent and not settled
 * @param lanes lanes with something that was read and is not settled
 * @param spilledLanes those of them whose next messages are on disk only
 * @param readAheadMessages messages in memory
 * @param readAheadBytes their bytes
 * @param links AMQP links
 * @param refusedAddresses addresses that wait because the broker did not take them, with its reason; the first few
 * @param quarantined messages in the quarantine
 * @param quarantinedBytes what they occupy
 * @param awaited publishes whose acknowledgement waits for the broker
 */
public record BridgeStatus(
        boolean connected,
        long sinceMs,
        String lastFault,
        long lastFaultAtMs,
        long oldestUnsettledAtMs,
        long backlog,
        int unsettled,
        int lanes,
        int spilledLanes,
        int readAheadMessages,
        long readAheadBytes,
        int links,
        List<String> refusedAddresses,
        long quarantined,
        long quarantinedBytes,
        int awaited) {

    /** Several targets as one: what is the worst of any, or the sum of all. */
    static BridgeStatus of(Map<String, BridgeStatus> targets) {
        if (targets.size() == 1) {
            return targets.values().iterator().next();
        }
        List<String> refused = new ArrayList<>();
        targets.forEach((name, each) ->
                each.refusedAddresses().forEach(address -> refused.add(address + " (target " + name + ")")));
        Collection<BridgeStatus> all = targets.values();
        BridgeStatus lastFault = all.stream()
                .max(Comparator.comparingLong(BridgeStatus::lastFaultAtMs))
                .orElseThrow();
        BridgeStatus any = all.iterator().next();
        return new BridgeStatus(
                all.stream().allMatch(BridgeStatus::connected),
                all.stream().mapToLong(BridgeStatus::sinceMs).max().orElseThrow(),
                lastFault.lastFault(),
                lastFault.lastFaultAtMs(),
                all.stream()
                        .mapToLong(BridgeStatus::oldestUnsettledAtMs)
                        .filter(at -> at > 0)
                        .min()
                        .orElse(0),
                all.stream().mapToLong(BridgeStatus::backlog).max().orElseThrow(),
                all.stream().mapToInt(BridgeStatus::unsettled).sum(),
                all.stream().mapToInt(BridgeStatus::lanes).sum(),
                all.stream().mapToInt(BridgeStatus::spilledLanes).sum(),
                all.stream().mapToInt(BridgeStatus::readAheadMessages).sum(),
                all.stream().mapToLong(BridgeStatus::readAheadBytes).sum(),
                all.stream().mapToInt(BridgeStatus::links).sum(),
                refused,
                any.quarantined(),
                any.quarantinedBytes(),
                all.stream().mapToInt(BridgeStatus::awaited).sum());
    }

    static BridgeStatus stopped(long nowMs) {
        return new BridgeStatus(false, nowMs, "", 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of(), 0, 0, 0);
    }
}
