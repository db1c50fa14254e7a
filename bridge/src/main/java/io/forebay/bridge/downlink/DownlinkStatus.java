package io.forebay.bridge.downlink;

import java.util.List;

/**
 * How the way from the broker to devices is doing, at most a fraction of a second old.
 *
 * @param connected whether there is an open AMQP connection
 * @param sinceMs since when that is so, milliseconds since 1970
 * @param lastFault what went wrong last, as a sentence; empty if nothing has
 * @param links open links
 * @param unsettled messages received and not settled
 * @param devicesWaiting connected devices for whose address there is no link, because there are too many
 * @param refusedAddresses addresses that the broker does not give, with its reason; the first few
 */
public record DownlinkStatus(
        boolean connected,
        long sinceMs,
        String lastFault,
        int links,
        int unsettled,
        int devicesWaiting,
        List<String> refusedAddresses) {

    static DownlinkStatus stopped(long nowMs) {
        return new DownlinkStatus(false, nowMs, "", 0, 0, 0, List.of());
    }
}
